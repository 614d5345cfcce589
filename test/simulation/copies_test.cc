// Two processes with two copies of one checkpoint, alive at the same time, on one database or
// server. Whoever is first to come to it goes on; the other one writes nothing, and says so.
#include <fmt/format.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "seeds.h"
#include "sim/row_target.h"
#include "simulation/scheduler.h"
#include "sink/sqlite_store.h"
#include "source/log_choice.h"

using namespace wordstream;
using namespace wordstream::simulation;

namespace {

constexpr const char* kInput = "/logs/in";
constexpr const char* kDatabase = "/counts.db";
constexpr Millis kBatch(100);

class NoObserver final : public Observer {
 public:
  void on(const Event& /*event*/) override {}
};

enum class Place { Database, Server };

Config config_of(const std::string& checkpoint, ChosenTarget target) {
  Config config;
  config.source = std::make_shared<ReadLogs>(std::vector<std::string>{kInput}, true);
  config.batch = kBatch;
  config.mode = Mode::ExactlyOnce;
  config.checkpoint = checkpoint;
  config.sinks = {{std::move(target), std::nullopt, kAllRows}};
  return config;
}

/// One input, one disk and one server, and the processes on them.
class Copies {
 public:
  Copies(Place place, std::uint64_t seed) : place_(place), world_(seed) {
    world_.server.fault_rarity = 30;
    world_.disk.make_directory("/logs");
    grow(10);
  }

  /// A first process takes what is there, and ends in order, or is killed on the way.
  void live_once() {
    if (world_.prng.one_in(2)) {
      const std::uint64_t last = world_.prng.between(60, 200);
      world_.disk.on_effect = [=](const sim::Effect& effect) {
        return effect.index == last ? sim::Fate{sim::Fate::Kind::DiesAfter} : sim::Fate{};
      };
    }
    {
      auto pipeline = open(world_.storage, "/one");
      if (pipeline) run({pipeline->get()});
    }
    world_.disk.on_effect = nullptr;
    world_.storage.restart();
  }

  void copy() {
    world_.disk.make_directory("/two");
    for (const std::string& path : world_.disk.paths()) {
      if (path.starts_with("/one/"))
        world_.disk.put("/two" + path.substr(4), world_.disk.text(path));
    }
  }

  /// Both at once, in whatever order they come. Returns how many of them were told to end.
  int live_together() {
    sim::FakeStorage other(world_.disk, world_.timeline, world_.clock);
    const bool is_copy_first = world_.prng.one_in(2);
    auto first = open(is_copy_first ? other : world_.storage, is_copy_first ? "/two" : "/one");
    REQUIRE(first.has_value());
    grow(5);
    const auto open_second = [&] {
      return open(is_copy_first ? world_.storage : other, is_copy_first ? "/one" : "/two");
    };
    auto second = open_second();
    // It does not become the rightful one by trying again.
    for (int again = 0; !second && again < 5; ++again) second = open_second();
    std::vector<Pipeline*> pipelines{first->get()};
    if (second) pipelines.push_back(second->get());
    grow(5);
    run(pipelines);
    int count = second || second.error().code != ErrorCode::Busy ? 0 : 1;
    for (Pipeline* const pipeline : pipelines) {
      const Status outcome = pipeline->control().outcome();
      if (!outcome && outcome.error().code == ErrorCode::Busy) ++count;
    }
    return count;
  }

  /// What each line counts for in what was written.
  std::map<std::string, std::int64_t> counted() {
    std::map<std::string, std::int64_t> counted;
    if (place_ == Place::Server) {
      for (const auto& [key, count] : world_.server.counts()) {
        counted[key.word] += static_cast<std::int64_t>(count);
      }
      return counted;
    }
    auto database = world_.storage.open_database(kDatabase, {}).value();
    auto rows = database->prepare("SELECT word, sum(count) FROM counts GROUP BY word").value();
    while (rows.step().value()) counted.emplace(rows.bytes(0), rows.integer(1));
    return counted;
  }
  std::map<std::string, std::int64_t> expected() const {
    std::map<std::string, std::int64_t> expected;
    for (std::size_t i = 0; i < line_count_; ++i) expected.emplace(fmt::format("line{}", i), 1);
    return expected;
  }

 private:
  void grow(std::size_t count) {
    for (; count > 0; --count) world_.disk.append(kInput, fmt::format("line{}\n", line_count_++));
  }

  ChosenTarget target() {
    if (place_ == Place::Database) return std::make_shared<ToSqlite>(kDatabase);
    return std::make_shared<sim::ToRowServer>(world_.server);
  }

  Result<std::unique_ptr<Pipeline>> open(sim::FakeStorage& storage, const std::string& checkpoint) {
    const Env doors = world_.env();
    const Env env{doors.clock,
                  doors.network,
                  doors.kafka,
                  doors.files,
                  storage,
                  doors.memory,
                  doors.make_poller,
                  doors.hash_key,
                  doors.new_id,
                  doors.epoch_chance,
                  {"here", storage.pid()}};
    configs_.push_back(std::make_unique<Config>(config_of(checkpoint, target())));
    controls_.push_back(std::make_unique<Control>());
    return Pipeline::open(*configs_.back(), env, *controls_.back(), nobody_);
  }

  void run(const std::vector<Pipeline*>& pipelines) {
    const auto running = std::make_shared<std::vector<Pipeline*>>(pipelines);
    world_.timeline.after(5 * kBatch, [running] {
      for (Pipeline* const pipeline : *running) pipeline->control().stop();
    });
    std::vector<Task*> tasks;
    for (Pipeline* const pipeline : pipelines) {
      for (Task* const task : pipeline->tasks()) tasks.push_back(task);
    }
    Scheduler scheduler(world_, tasks, kBatch / 100, [] { return std::nullopt; });
    const auto complaint = scheduler.run();
    running->clear();
    CHECK(complaint.value_or("") == "");
  }

  Place place_;
  sim::World world_;
  NoObserver nobody_;
  std::vector<std::unique_ptr<Config>> configs_;
  std::vector<std::unique_ptr<Control>> controls_;
  std::size_t line_count_ = 0;
};

void write_from_copies(Place place) {
  const std::uint64_t count = seed_count(500);
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    CAPTURE(seed);
    Copies copies(place, seed);
    copies.live_once();
    copies.copy();
    REQUIRE(copies.live_together() == 1);
    REQUIRE(copies.counted() == copies.expected());
  }
}

}  // namespace

TEST_CASE("of two copies of a checkpoint one alone writes to their database",
          "[simulation][crash]") {
  write_from_copies(Place::Database);
}

TEST_CASE("of two copies of a checkpoint one alone writes to their server", "[simulation][crash]") {
  write_from_copies(Place::Server);
}
