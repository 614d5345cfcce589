#include "engine/counting_loop.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "sim/world.h"

using namespace wordstream;

namespace {

/// A counting loop that looks at the clock every 8 bytes, between queues for two.
class Stand : private Observer {
 public:
  explicit Stand(std::optional<std::uint64_t> batch_count_max = {}) {
    config_.limits.piece_bytes = 8;
    config_.batch_count_max = batch_count_max;
  }

  /// The reader hands on a block; returns whether the queue takes it.
  bool hand_on(std::string_view lines, std::uint64_t cut_line_count = 0) {
    auto block = spare_blocks_.take(1000U);
    std::copy(lines.begin(), lines.end(), block->room().data());
    block->extend(lines.size());
    block->cut_line_count = cut_line_count;
    return blocks.try_push(block);
  }

  /// Steps until the loop sleeps or is done.
  Next::Kind run() {
    for (int steps_left = 1000; steps_left > 0; --steps_left) {
      const Next next = step();
      if (next.kind != Next::Kind::Again) return next.kind;
    }
    FAIL("the loop does not go to sleep");
    return Next::Kind::Done;
  }
  Next step() { return loop_.step(); }
  Next::Kind run_to_next_tick() {
    world_.clock.advance(config_.batch);
    return run();
  }
  void pass(Nanos span) { world_.clock.advance(span); }

  std::vector<CutBatch> take_batches() {
    std::vector<CutBatch> taken;
    while (std::optional<Closed> closed = batches.pop()) {
      if (CutBatch* const cut = std::get_if<CutBatch>(&*closed)) taken.push_back(std::move(*cut));
      if (RunEnd* const end = std::get_if<RunEnd>(&*closed)) run_end = end->end;
    }
    return taken;
  }
  std::optional<Label> run_end;
  const std::vector<event::LinesCut>& lines_cut() const { return lines_cut_; }

 private:
  void on(const Event& event) override {
    if (const auto* const cut = std::get_if<event::LinesCut>(&event)) lines_cut_.push_back(*cut);
  }

  sim::World world_{1};
  std::unique_ptr<sim::FakePoller> reader_poller_ = world_.make_poller();
  std::unique_ptr<sim::FakePoller> poller_ = world_.make_poller();
  std::unique_ptr<sim::FakePoller> delivery_poller_ = world_.make_poller();
  Config config_;
  Recycler<Block> spare_blocks_;
  Recycler<WordTable> spare_tables_;
  std::vector<event::LinesCut> lines_cut_;

 public:
  BlockChannel blocks{2, *reader_poller_, *poller_};
  BatchChannel batches{2, *poller_, *delivery_poller_};
  Control control;

 private:
  CountingLoop loop_{config_,       {1, 2},  blocks, spare_blocks_, batches,
                     spare_tables_, control, *this,  world_.clock,  *poller_};
};

}  // namespace

TEST_CASE("a batch that is due is cut at a line's end, within a block", "[counting loop]") {
  Stand stand;
  stand.hand_on("one\ntwo\nthree\nfour\nfive\n");
  stand.step();
  stand.pass(Millis(1000));
  stand.run();
  const std::vector<CutBatch> first = stand.take_batches();
  REQUIRE(first.size() == 1);
  CHECK(first.front().batch.line_count == 2);
  CHECK(first.front().batch.byte_count == 8);
  CHECK(first.front().words->size() == 2);

  stand.run_to_next_tick();
  CHECK(stand.take_batches().at(0).batch.line_count == 3);
}

TEST_CASE("a line longer than a piece is not torn between two batches", "[counting loop]") {
  Stand stand;
  stand.hand_on("a line that is long\nnext\n");
  stand.step();
  stand.run_to_next_tick();
  const std::vector<CutBatch> batches = stand.take_batches();
  REQUIRE(batches.size() == 1);
  CHECK(batches.front().batch.line_count == 1);
  CHECK(batches.front().words->size() == 5);
}

TEST_CASE("a full batch queue stops the counting until there is room", "[counting loop]") {
  Stand stand;
  for (int tick = 0; tick < 3; ++tick) stand.run_to_next_tick();
  CHECK(stand.hand_on("one\n"));
  CHECK(stand.hand_on("two\n"));
  for (int tick = 0; tick < 3; ++tick) CHECK(stand.run_to_next_tick() == Next::Kind::Wait);
  CHECK_FALSE(stand.hand_on("three\n"));

  stand.take_batches();
  stand.run();
  stand.take_batches();
  stand.run_to_next_tick();
  CHECK(stand.take_batches().back().batch.line_count == 2);
}

TEST_CASE("lines that were too long are told of once a batch", "[counting loop]") {
  Stand stand;
  stand.hand_on("one\ntwo\n", 2);
  stand.hand_on("three\n", 1);
  stand.run();
  CHECK(stand.lines_cut().empty());
  stand.run_to_next_tick();
  stand.run_to_next_tick();
  REQUIRE(stand.lines_cut().size() == 1);
  CHECK(stand.lines_cut().front().line_count == 3);
}

TEST_CASE("after the last batch allowed, a reader at the full queue is not held up",
          "[counting loop]") {
  Stand stand(1);
  stand.run_to_next_tick();
  CHECK(stand.control.is_stopping());
  for (int i = 0; i < 2; ++i) CHECK(stand.hand_on("late\n"));
  CHECK_FALSE(stand.hand_on("at the door\n"));

  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.hand_on("at the door\n"));
  stand.blocks.close();
  CHECK(stand.run() == Next::Kind::Done);
  CHECK(stand.take_batches().size() == 1);
  CHECK(stand.batches.is_drained());
}

TEST_CASE("what was counted when the input ends is the last batch", "[counting loop]") {
  Stand stand;
  stand.hand_on("one\n");
  stand.blocks.close();
  CHECK(stand.run() == Next::Kind::Done);
  const std::vector<CutBatch> batches = stand.take_batches();
  REQUIRE(batches.size() == 1);
  CHECK(batches.front().batch.line_count == 1);
  CHECK(batches.front().batch.interval.is_partial);
  CHECK(stand.run_end == batches.front().batch.interval.end);
  CHECK(stand.batches.is_drained());
}

TEST_CASE("an input that ends between two lines leaves no empty batch behind", "[counting loop]") {
  Stand stand;
  stand.blocks.close();
  CHECK(stand.run() == Next::Kind::Done);
  CHECK(stand.take_batches().empty());
  CHECK(stand.run_end);
}

TEST_CASE("the last batch waits for room in a full queue", "[counting loop]") {
  Stand stand;
  for (int tick = 0; tick < 2; ++tick) stand.run_to_next_tick();
  stand.hand_on("last\n");
  stand.blocks.close();
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.take_batches().size() == 2);
  CHECK(stand.run() == Next::Kind::Done);
  CHECK(stand.take_batches().at(0).batch.line_count == 1);
}
