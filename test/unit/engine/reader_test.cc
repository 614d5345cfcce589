#include "engine/reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "catch.h"
#include "sim/world.h"

using namespace wordstream;

namespace {

/// Brings a line with every poll, and says what it is told to say.
class ScriptedSource final : public Source {
 public:
  Status open(const std::optional<Position>& from) override {
    opened_from = from;
    return {};
  }
  Result<Turn> poll(SteadyTime /*now*/, Block& block) override {
    ++poll_count;
    const std::string line = std::to_string(poll_count) + "\n";
    std::copy(line.begin(), line.end(), block.room().data());
    block.extend(line.size());
    return says;
  }
  void stop() override { ++stop_count; }

  Result<Turn> says = Turn::full();
  std::optional<Position> opened_from;
  int poll_count = 0;
  int stop_count = 0;
};

/// A reader before a queue for two blocks.
struct Stand {
  sim::World world{1};
  std::unique_ptr<sim::FakePoller> source_poller = world.make_poller();
  std::unique_ptr<sim::FakePoller> queue_poller = world.make_poller();
  std::unique_ptr<sim::FakePoller> counting_poller = world.make_poller();
  Recycler<Block> spare_blocks;
  BlockChannel blocks{2, *queue_poller, *counting_poller};
  Control control;
  std::unique_ptr<ScriptedSource> made = std::make_unique<ScriptedSource>();
  ScriptedSource& source = *made;
  Reader reader{std::move(made), 100,         spare_blocks,   blocks,
                control,         world.clock, *source_poller, *queue_poller};

  /// Steps until the reader sleeps or is done.
  Next run() {
    for (int steps_left = 100; steps_left > 0; --steps_left) {
      const Next next = reader.step();
      if (next.kind != Next::Kind::Again) return next;
    }
    FAIL("the reader does not go to sleep");
    return Next::done();
  }
  /// The lines of all blocks that were handed on.
  std::string take_all() {
    std::string lines;
    while (auto block = blocks.pop()) lines += (*block)->lines();
    return lines;
  }
};

}  // namespace

TEST_CASE("a source is opened where it is to go on", "[reader]") {
  Stand stand;
  const Position there{std::make_shared<const std::string>("stream"), 7};
  REQUIRE(stand.reader.open(there).has_value());
  CHECK(stand.source.opened_from == there);
}

TEST_CASE("a full queue stops the reader until there is room", "[reader]") {
  Stand stand;
  CHECK(stand.run().kind == Next::Kind::Wait);
  const int poll_count = stand.source.poll_count;
  CHECK(stand.reader.step().kind == Next::Kind::Wait);
  CHECK(stand.source.poll_count == poll_count);
  CHECK(&stand.reader.poller() == stand.queue_poller.get());

  CHECK((*stand.blocks.pop())->lines() == "1\n");
  CHECK(stand.queue_poller->is_woken());
  CHECK(stand.run().kind == Next::Kind::Wait);
  CHECK(stand.source.poll_count == poll_count + 1);
  CHECK(stand.take_all() == "2\n3\n");
}

TEST_CASE("what an idle source has brought is handed on before the reader sleeps", "[reader]") {
  Stand stand;
  const SteadyTime wake_at = stand.world.clock.steady() + Millis(100);
  stand.source.says = Turn::idle(wake_at);
  const Next next = stand.run();
  CHECK(stand.take_all() == "1\n");
  CHECK(next.until == wake_at);
  CHECK(&stand.reader.poller() == stand.source_poller.get());
}

TEST_CASE("a source that ends closes the queue behind its last lines", "[reader]") {
  Stand stand;
  stand.source.says = Turn::ended();
  CHECK(stand.run().kind == Next::Kind::Done);
  CHECK(stand.take_all() == "1\n");
  CHECK(stand.blocks.is_drained());
  CHECK(stand.source.stop_count == 0);
}

TEST_CASE("a stop is passed to the source once, and what it has brought is handed on", "[reader]") {
  Stand stand;
  stand.run();
  stand.control.stop();
  CHECK(stand.run().kind == Next::Kind::Wait);
  CHECK(stand.run().kind == Next::Kind::Wait);
  CHECK(stand.take_all() == "1\n2\n");
  CHECK(stand.run().kind == Next::Kind::Done);
  CHECK(stand.take_all() == "3\n");
  CHECK(stand.source.stop_count == 1);
  CHECK(stand.source.poll_count == 3);
}

TEST_CASE("a source that fails ends the run, and what it brought before is handed on", "[reader]") {
  Stand stand;
  stand.source.says = fail(ErrorCode::Io, "cannot read");
  CHECK(stand.run().kind == Next::Kind::Done);
  CHECK(stand.take_all() == "1\n");
  CHECK(stand.control.is_stopping());
  REQUIRE_FALSE(stand.control.outcome().has_value());
  CHECK(stand.control.outcome().error().code == ErrorCode::Io);
}

TEST_CASE("a source that fails is stopped, so that it tells of its half line", "[reader]") {
  Stand stand;
  stand.source.says = fail(ErrorCode::Io, "cannot read");
  stand.run();
  CHECK(stand.source.stop_count == 1);
  CHECK(stand.source.poll_count == 1);
}

TEST_CASE("an abandoned run ends the reader though the queue is full", "[reader]") {
  Stand stand;
  stand.run();
  stand.control.abandon(Error{ErrorCode::Closed, "nobody reads"});
  CHECK(stand.run().kind == Next::Kind::Done);
}
