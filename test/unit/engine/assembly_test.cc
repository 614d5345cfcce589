// How the sinks of a run begin, together.
#include "engine/assembly.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catch.h"
#include "sim/row_target.h"
#include "sim/world.h"

using namespace wordstream;

namespace {

constexpr JournalId kJournal{{1, 2, 3}};
const StoreProgress kBefore{to_text(kJournal), 3, 1, {"here", 7}, ""};

/// Two servers, on which a start with epoch 1 has come to batch 3, and the next start.
struct Place final : public Observer {
  sim::World world{1};
  sim::RowServer second{2, world.clock, world.trace};
  Control control;
  std::vector<std::string> acts;

  Place() {
    leave(world.server, kBefore);
    leave(second, kBefore);
    world.disk.on_effect = [this](const sim::Effect& effect) {
      acts.emplace_back(effect.description);
      return sim::Fate{};
    };
  }

  void leave(sim::RowServer& server, const StoreProgress& progress) {
    sim::FakeRowStore store(server, world.storage.process(), false);
    std::optional<StoreProgress> before;
    CHECK(store.read_progress(before).value().is_done());
    CHECK(store.take_over({before, progress}).value().is_done());
  }

  Status open() {
    Config config;
    config.sinks = {{std::make_shared<sim::ToRowServer>(world.server), std::nullopt, kAllRows},
                    {std::make_shared<sim::ToRowServer>(second), std::nullopt, kAllRows}};
    SinkResume resume;
    resume.journal = kJournal;
    resume.epoch = 2;
    resume.epochs_before = {1};
    resume.last_batch = 3;
    resume.mark.applied = 3;
    resume.is_exactly_once = true;
    const auto sinks = open_sinks(config, world.env(), {resume, resume}, control, *this, {});
    return sinks ? Status() : fail(sinks);
  }

  void on(const Event& /*event*/) override {}
};

std::uint64_t epoch_of(sim::RowServer& server) { return server.progress().value().epoch; }

}  // namespace

TEST_CASE("all sinks of a run have looked before any takes over", "[assembly]") {
  Place place;
  REQUIRE(place.open().has_value());
  CHECK(place.acts == std::vector<std::string>{"ask server: read progress",
                                               "ask server: read progress", "ask server: take over",
                                               "ask server: take over"});
  CHECK(epoch_of(place.world.server) == 2);
  CHECK(epoch_of(place.second) == 2);
}

TEST_CASE("a run that one sink refuses takes nothing over, and ends no other", "[assembly]") {
  Place place;
  StoreProgress foreign = kBefore;
  foreign.journal = to_text(JournalId{{9}});
  place.leave(place.second, foreign);
  const Status opened = place.open();
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().code == ErrorCode::BadData);
  CHECK(epoch_of(place.world.server) == 1);
  CHECK(epoch_of(place.second) == 1);
}
