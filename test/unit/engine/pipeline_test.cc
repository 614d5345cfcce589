// What a run has made durable before its tasks take a step.
#include "engine/pipeline.h"

#include <variant>

#include "catch.h"
#include "journal/inspection.h"
#include "sim/world.h"
#include "sink/file_sink.h"
#include "source/file_proof.h"
#include "source/log_choice.h"
#include "source/stream_source.h"

using namespace wordstream;

namespace {

class Nobody final : public Observer {
 public:
  void on(const Event& /*event*/) override {}
};

/// Opens a pipeline that is killed at once. Returns the positions that its journal has then.
Positions positions_at_start(sim::World& world, ChosenSource source) {
  Config config;
  config.source = std::move(source);
  config.sinks = {SinkChoice{std::make_shared<ToFile>("/out.tsv"), FormatKind::Tsv, kAllRows}};
  config.checkpoint = "/ck";
  Nobody nobody;
  Control control;
  {
    const Env env = world.env();
    REQUIRE(Pipeline::open(config, env, control, nobody).has_value());
  }
  world.disk.lose_power(sim::Survival::of_nothing());
  world.storage.restart();
  return inspect_journal(world.storage, "/ck").value().positions;
}

}  // namespace

TEST_CASE("where a file begins is durable before any of it is read", "[pipeline]") {
  sim::World world(1);
  world.disk.make_directory("/logs");
  const auto log = world.disk.append("/logs/in", "one\n");
  const bool is_followed = GENERATE(true, false);
  ChosenSource source = std::make_shared<ReadFrom>("/logs/in");
  if (is_followed) source = std::make_shared<ReadLogs>(std::vector<std::string>{"/logs/in"}, true);
  const Positions positions = positions_at_start(world, source);
  REQUIRE(positions.by_name().size() == 1);
  const Position& position = *positions.by_name().begin()->second;
  CHECK(position.offset == 0);
  CHECK(position.stream->title == "/logs/in");
  CHECK(is_same_file(log->info(), file_of(position)->id));
}

TEST_CASE("where a file on standard input begins is durable, too", "[pipeline]") {
  sim::World world(1);
  world.disk.append("in", "header\none\n");
  world.files.redirect_stdin("in", 7);
  const Positions positions = positions_at_start(world, std::make_shared<ReadFrom>("-"));
  REQUIRE(positions.by_name().size() == 1);
  CHECK(positions.by_name().begin()->second->offset == 7);
}

TEST_CASE("a pipe has no place to begin at", "[pipeline]") {
  sim::World world(1);
  world.files.pipe_stdin();
  CHECK(positions_at_start(world, std::make_shared<ReadFrom>("-")).empty());
}
