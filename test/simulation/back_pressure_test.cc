// A reader of stdout that stalls stops the sender, and costs neither memory nor time nor lines.
#include <string>

#include "catch.h"
#include "engine/pipeline.h"
#include "simulation/auditor.h"
#include "simulation/scheduler.h"
#include "source/tcp_server.h"

using namespace wordstream;
using namespace wordstream::simulation;

namespace {

class Nobody final : public Observer {
 public:
  void on(const Event& /*event*/) override {}
};

/// Sends line after line for as long as the window takes them.
class TirelessSender {
 public:
  TirelessSender(sim::World& world, sim::Peer& peer) : world_(world), peer_(peer) { send(); }

  std::size_t sent_bytes() const { return sent_bytes_; }
  void finish() { is_finishing_ = true; }

 private:
  void send() {
    if (is_finishing_ && line_.empty()) return peer_.close();
    if (line_.empty()) line_ = "word" + std::to_string(line_count_++) + "\n";
    const std::size_t taken = peer_.send(line_);
    sent_bytes_ += taken;
    line_.erase(0, taken);
    world_.timeline.after(Nanos(50'000), [this] { send(); });
  }

  sim::World& world_;
  sim::Peer& peer_;
  std::string line_;
  std::size_t line_count_ = 0;
  std::size_t sent_bytes_ = 0;
  bool is_finishing_ = false;
};

Config small_config() {
  Config config;
  config.source = std::make_shared<ListenOn>(Endpoint{"127.0.0.1", 9999});
  config.batch = Millis(10);
  config.sinks = {SinkChoice{std::make_shared<ToStdout>(), FormatKind::Tsv, kAllRows}};
  config.until_eof = true;
  config.limits.block_bytes = 5000;
  config.limits.block_count_max = 2;
  config.limits.batch_count_max = 2;
  config.limits.piece_bytes = 100;
  return config;
}

}  // namespace

TEST_CASE("a stalled output stops the sender and loses nothing", "[simulation]") {
  sim::World world(7);
  Nobody nobody;
  Control control;
  const Config config = small_config();
  const Env env = world.env();
  const std::unique_ptr<Pipeline> pipeline = Pipeline::open(config, env, control, nobody).value();
  sim::Peer& peer = *world.network.dial("127.0.0.1:9999");
  TirelessSender sender(world, peer);
  world.files.out.stall();

  std::size_t sent_while_stalled = 0;
  world.timeline.after(std::chrono::seconds(20), [&] { sent_while_stalled = sender.sent_bytes(); });
  world.timeline.after(std::chrono::seconds(40), [&] {
    CHECK(sender.sent_bytes() == sent_while_stalled);
    CHECK(pipeline->blocks_in_use() <= config.limits.block_count_max + 2);
    world.files.out.resume();
  });
  world.timeline.after(std::chrono::seconds(41), [&] { sender.finish(); });

  Scheduler scheduler(world, pipeline->tasks(), Nanos(1000), [] { return std::nullopt; });
  CHECK(scheduler.run().value_or("") == "");
  CHECK(peer.read_by_program().size() == sender.sent_bytes());
  CHECK(sender.sent_bytes() > sent_while_stalled);
  const Stretch stretch{peer.read_by_program(), Stretch::Tail::Counts};
  const Rules rules{config.keys, config.line_bytes_max, config.batch, true, false};
  CHECK(audit(world.files.out.text(), {stretch}, rules).value_or("") == "");
}

TEST_CASE("an idle program wakes once per interval", "[simulation]") {
  sim::World world(7);
  Nobody nobody;
  Control control;
  Config config = small_config();
  config.batch = Millis(1000);
  config.batch_count_max = 60;
  const Env env = world.env();
  const std::unique_ptr<Pipeline> pipeline = Pipeline::open(config, env, control, nobody).value();
  Scheduler scheduler(world, pipeline->tasks(), Nanos(1000), [] { return std::nullopt; });
  CHECK(scheduler.run().value_or("") == "");
  CHECK(scheduler.wait_count() < 60 * 5);
}
