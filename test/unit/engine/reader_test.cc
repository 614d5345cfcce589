#include "engine/reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "catch.h"
#include "sim/world.h"
#include "unit/engine/run_parts.h"

using namespace wordstream;

namespace {

/// Brings a line with every poll, and says what it is told to say.
class ScriptedSource final : public Source {
 public:
  Status open(const Positions& from) override {
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
  bool wants_commits() const override { return true; }
  void committed(const Positions& change) override { told.merge(change); }
  Turn answer(SteadyTime /*now*/) override {
    ++answer_count;
    return answers;
  }

  Turn answers = Turn::ended();
  Positions told;
  int answer_count = 0;
  Result<Turn> says = Turn::full();
  Positions opened_from;
  int poll_count = 0;
  int stop_count = 0;
};

/// A reader before a queue for two blocks.
struct Stand {
  sim::World world{1};
  std::unique_ptr<sim::FakePoller> source_poller = world.make_poller();
  std::unique_ptr<sim::FakePoller> queue_poller = world.make_poller();
  std::unique_ptr<sim::FakePoller> counting_poller = world.make_poller();
  BlockChannel blocks{2, *queue_poller, *counting_poller};
  RunParts parts{world};
  std::unique_ptr<ScriptedSource> made = std::make_unique<ScriptedSource>();
  ScriptedSource& source = *made;
  Reader reader{parts.context(), std::move(made), blocks, *source_poller, *queue_poller};

  Acknowledger commits{*source_poller, *queue_poller};

  static Positions at(std::uint64_t offset) {
    return Positions({std::make_shared<const Stream>(Stream{"stream", ""}), offset});
  }
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
  const Positions there({std::make_shared<const Stream>(Stream{"stream", ""}), 7});
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
  stand.parts.control.stop();
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
  CHECK(stand.parts.control.is_stopping());
  REQUIRE_FALSE(stand.parts.control.outcome().has_value());
  CHECK(stand.parts.control.outcome().error().code == ErrorCode::Io);
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
  stand.parts.control.abandon(Error{ErrorCode::Closed, "nobody reads"});
  CHECK(stand.run().kind == Next::Kind::Done);
}

TEST_CASE("a source is told what was committed, also while the queue is full", "[reader]") {
  Stand stand;
  stand.reader.listen_to(stand.commits);
  CHECK(stand.run().kind == Next::Kind::Wait);
  CHECK(stand.source.told.empty());
  stand.commits.add(Stand::at(3));
  stand.commits.add(Stand::at(5));
  CHECK(stand.queue_poller->is_woken());
  CHECK(stand.run().kind == Next::Kind::Wait);
  CHECK(stand.source.told == Stand::at(5));
}

TEST_CASE("after its last block the reader waits for the last record and the last answers",
          "[reader]") {
  Stand stand;
  stand.reader.listen_to(stand.commits);
  stand.source.says = Turn::ended();
  CHECK(stand.run().kind == Next::Kind::Wait);
  CHECK(stand.blocks.pop().has_value());
  CHECK(stand.blocks.is_drained());
  CHECK(&stand.reader.poller() == stand.source_poller.get());

  stand.commits.add(Stand::at(7));
  stand.source.answers = Turn::idle();
  CHECK(stand.run().kind == Next::Kind::Wait);
  CHECK(stand.source.told == Stand::at(7));
  stand.commits.close();
  CHECK(stand.source_poller->is_woken());
  CHECK(stand.run().kind == Next::Kind::Wait);
  stand.source.answers = Turn::ended();
  CHECK(stand.run().kind == Next::Kind::Done);
}

TEST_CASE("last answers that nobody takes are given up after five seconds", "[reader]") {
  Stand stand;
  stand.reader.listen_to(stand.commits);
  stand.source.says = Turn::ended();
  stand.source.answers = Turn::idle();
  // However long the last record takes.
  stand.run();
  stand.world.timeline.advance_by(std::chrono::minutes(10));
  CHECK(stand.run().kind == Next::Kind::Wait);
  stand.commits.close();
  const SteadyTime until = stand.world.clock.steady() + std::chrono::seconds(5);
  const Next next = stand.run();
  CHECK(next.kind == Next::Kind::Wait);
  CHECK(next.until == until);
  stand.world.timeline.advance_to(until);
  CHECK(stand.run().kind == Next::Kind::Done);
}

TEST_CASE("an abandoned run gives no more answers", "[reader]") {
  Stand stand;
  stand.reader.listen_to(stand.commits);
  stand.source.says = Turn::ended();
  stand.run();
  stand.commits.add(Stand::at(7));
  stand.parts.control.abandon(Error{ErrorCode::Io, "no journal any more"});
  CHECK(stand.run().kind == Next::Kind::Done);
  CHECK(stand.source.told.empty());
}

namespace {

/// Brings no lines, but moves.
class MovingSource final : public Source {
 public:
  Status open(const Positions& /*from*/) override { return {}; }
  Result<Turn> poll(SteadyTime /*now*/, Block& block) override {
    if (!has_moved) block.mark_end({std::make_shared<const Stream>(Stream{"stream", ""}), 9}, {});
    has_moved = true;
    return Turn::idle();
  }
  void stop() override {}
  bool has_moved = false;
};

}  // namespace

TEST_CASE("a block without lines is handed on when a position has moved", "[reader]") {
  Stand stand;
  Reader reader(stand.parts.context(), std::make_unique<MovingSource>(), stand.blocks,
                *stand.source_poller, *stand.queue_poller);
  CHECK(reader.step().kind == Next::Kind::Wait);
  const auto block = stand.blocks.pop();
  REQUIRE(block.has_value());
  CHECK((*block)->empty());
  CHECK_FALSE((*block)->is_blank());
  CHECK(reader.step().kind == Next::Kind::Wait);
  CHECK_FALSE(stand.blocks.pop().has_value());
}

namespace {

/// What is told of how far a source has come.
struct Progress final : Observer {
  void on(const Event& event) override {
    if (const auto* const progress = std::get_if<event::ReadProgress>(&event)) {
      told.push_back(*progress);
    }
  }
  std::vector<event::ReadProgress> told;
};

/// A source of 1000 bytes, a tenth of which is read with each poll.
class MeasuredSource final : public Source {
 public:
  explicit MeasuredSource(Extent extent) : extent_(extent) {}
  Status open(const Positions& /*from*/) override { return {}; }
  Result<Turn> poll(SteadyTime /*now*/, Block& /*block*/) override {
    if (extent_.read == 1000) return Turn::ended();
    extent_.read += 100;
    return Turn::idle();
  }
  void stop() override {}
  std::optional<Extent> extent() const override { return extent_; }

 private:
  Extent extent_;
};

/// What a reader tells of it in polls that are so far apart.
std::vector<event::ReadProgress> told_of(Extent extent, Nanos apart, bool is_asked = true) {
  sim::World world{1};
  const auto source_poller = world.make_poller();
  const auto queue_poller = world.make_poller();
  const auto counting_poller = world.make_poller();
  BlockChannel blocks{2, *queue_poller, *counting_poller};
  RunParts parts{world};
  parts.config.tells_progress = is_asked;
  Progress progress;
  const RunContext context{parts.config,       world.clock,       {1, 2},
                           progress,           parts.control,     parts.memory,
                           parts.spare_blocks, parts.spare_tables};
  Reader reader{context, std::make_unique<MeasuredSource>(extent), blocks, *source_poller,
                *queue_poller};
  for (Next next = reader.step(); next.kind != Next::Kind::Done; next = reader.step()) {
    if (next.kind == Next::Kind::Wait) world.clock.advance(apart);
  }
  return progress.told;
}

}  // namespace

TEST_CASE("how far a source has come is told once a second, and when that is over", "[reader]") {
  const auto told = told_of({0, 1000}, Millis(500));
  REQUIRE(told.size() == 6);
  CHECK(told[0].read_bytes == 200);
  CHECK(told[0].all_bytes == 1000U);
  CHECK(told[0].bytes_per_second == 200);
  CHECK(told[4].read_bytes == 1000);
  CHECK(told.back().is_over);
}

TEST_CASE("of what takes less than a second, and where nobody asks, nothing is told", "[reader]") {
  const auto told = told_of({0, 1000}, Millis(50));
  REQUIRE(told.size() == 1);
  CHECK(told.back().is_over);
  CHECK(told_of({0, 1000}, Millis(500), false).empty());
}

TEST_CASE("of what is compressed it is not told how much it is", "[reader]") {
  const auto told = told_of({.read = 0, .seen = 0, .is_length_known = false}, Millis(500));
  REQUIRE(told.size() > 1);
  CHECK_FALSE(told[0].all_bytes);
}
