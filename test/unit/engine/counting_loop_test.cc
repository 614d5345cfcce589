#include "engine/counting_loop.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "sim/world.h"

using namespace wordstream;

namespace {

constexpr std::uint64_t kMemoryMax = 1'000'000;

/// A counting loop that looks at the clock every 8 bytes, between queues for two.
class Stand : private Observer {
 public:
  explicit Stand(std::optional<std::uint64_t> batch_count_max = {})
      : Stand([&](Config& config) { config.batch_count_max = batch_count_max; }) {}
  explicit Stand(const std::function<void(Config&)>& choose, bool goes_on = false)
      : config_(config_with(choose)), goes_on_(goes_on) {}

  /// The reader hands on a block; returns whether the queue takes it.
  bool hand_on(std::string_view lines, std::uint64_t cut_line_count = 0) {
    auto block = spare_blocks_.take(1000U);
    std::copy(lines.begin(), lines.end(), block->room().data());
    block->extend(lines.size());
    block->cut_line_count = cut_line_count;
    return blocks.try_push(block);
  }

  /// From now on others count. What they are given is seen in `work`.
  void hire(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      worker_pollers_.push_back(world_.make_poller());
      Poller& poller = *worker_pollers_.back();
      loop_.add_worker(work.emplace_back(1U, *poller_, poller),
                       tallies.emplace_back(1U, poller, *poller_));
    }
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
  /// When the batch that is open since the start is due.
  SteadyTime batch_deadline() const { return batch_clock_.deadline(); }

  std::vector<Slice> take_slices() {
    std::vector<Slice> taken;
    while (std::optional<Slice> slice = slices.pop()) taken.push_back(std::move(*slice));
    return taken;
  }
  const std::vector<event::LinesCut>& lines_cut() const { return lines_cut_; }

  void use_memory(std::uint64_t bytes) { world_.memory.used_bytes = bytes; }
  /// What was told of bytes that were not counted.
  std::optional<std::uint64_t> uncounted() const { return uncounted_; }

 private:
  void on(const Event& event) override {
    if (const auto* const cut = std::get_if<event::LinesCut>(&event)) lines_cut_.push_back(*cut);
    if (const auto* const e = std::get_if<event::Uncounted>(&event)) uncounted_ = e->byte_count;
  }

  sim::World world_{1};
  std::unique_ptr<sim::FakePoller> reader_poller_ = world_.make_poller();
  std::unique_ptr<sim::FakePoller> poller_ = world_.make_poller();
  std::unique_ptr<sim::FakePoller> delivery_poller_ = world_.make_poller();
  std::vector<std::unique_ptr<sim::FakePoller>> worker_pollers_;
  static Config config_with(const std::function<void(Config&)>& choose) {
    Config config;
    config.limits.piece_bytes = 8;
    choose(config);
    return config;
  }

  const Config config_;
  const BatchClock batch_clock_{config_.batch, world_.clock.now()};
  bool goes_on_;
  Recycler<Block> spare_blocks_;
  Recycler<WordTable> spare_tables_;
  std::vector<event::LinesCut> lines_cut_;
  std::optional<std::uint64_t> uncounted_;

 public:
  BlockChannel blocks{2, *reader_poller_, *poller_};
  SliceChannel slices{2, *poller_, *delivery_poller_};
  MemoryLimit memory{world_.memory, kMemoryMax, false};
  std::deque<WorkChannel> work;
  std::deque<TallyChannel> tallies;
  Control control;

 private:
  CountingLoop loop_{config_,       {1, 2},       blocks,  spare_blocks_, slices,
                     spare_tables_, memory,       control, *this,         world_.clock,
                     *poller_,      batch_clock_, goes_on_};
};

}  // namespace

TEST_CASE("a batch that is due is cut at a line's end, within a block", "[counting loop]") {
  Stand stand;
  stand.hand_on("one\ntwo\nthree\nfour\nfive\n");
  stand.step();
  stand.pass(Millis(1000));
  stand.run();
  const std::vector<Slice> first = stand.take_slices();
  REQUIRE(first.size() == 1);
  CHECK(first.front().line_count == 2);
  CHECK(first.front().byte_count == 8);
  CHECK(first.front().words.at(0)->size() == 2);

  stand.run_to_next_tick();
  CHECK(stand.take_slices().at(0).line_count == 3);
}

TEST_CASE("a line longer than a piece is not torn between two batches", "[counting loop]") {
  Stand stand;
  stand.hand_on("a line that is long\nnext\n");
  stand.step();
  stand.run_to_next_tick();
  const std::vector<Slice> batches = stand.take_slices();
  REQUIRE(batches.size() == 1);
  CHECK(batches.front().line_count == 1);
  CHECK(batches.front().words.at(0)->size() == 5);
}

TEST_CASE("a full queue of batches stops the counting until there is room", "[counting loop]") {
  Stand stand;
  for (int tick = 0; tick < 3; ++tick) stand.run_to_next_tick();
  CHECK(stand.hand_on("one\n"));
  CHECK(stand.hand_on("two\n"));
  for (int tick = 0; tick < 3; ++tick) CHECK(stand.run_to_next_tick() == Next::Kind::Wait);
  CHECK_FALSE(stand.hand_on("three\n"));

  stand.take_slices();
  stand.run();
  stand.take_slices();
  stand.run_to_next_tick();
  CHECK(stand.take_slices().back().line_count == 2);
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
  CHECK(stand.take_slices().size() == 1);
  CHECK(stand.slices.is_drained());
}

TEST_CASE("what was counted when the input ends is the last batch", "[counting loop]") {
  Stand stand;
  stand.hand_on("one\n");
  stand.blocks.close();
  CHECK(stand.run() == Next::Kind::Done);
  const std::vector<Slice> batches = stand.take_slices();
  REQUIRE(batches.size() == 1);
  CHECK(batches.front().line_count == 1);
  CHECK(batches.front().interval.is_partial);
  CHECK(batches.front().closes);
  CHECK(batches.front().ends_run);
  CHECK(stand.slices.is_drained());
}

TEST_CASE("an input that ends between two lines leaves no empty batch behind", "[counting loop]") {
  Stand stand;
  stand.blocks.close();
  CHECK(stand.run() == Next::Kind::Done);
  const std::vector<Slice> slices = stand.take_slices();
  REQUIRE(slices.size() == 1);
  CHECK_FALSE(slices.front().closes);
  CHECK(slices.front().ends_run);
}

TEST_CASE("the last batch waits for room in a full queue", "[counting loop]") {
  Stand stand;
  for (int tick = 0; tick < 2; ++tick) stand.run_to_next_tick();
  stand.hand_on("last\n");
  stand.blocks.close();
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.take_slices().size() == 2);
  CHECK(stand.run() == Next::Kind::Done);
  CHECK(stand.take_slices().at(0).line_count == 1);
}

namespace {

void keep_every_100ms(Config& config) {
  config.checkpoint = "somewhere";
  config.commit_interval = Millis(100);
}

}  // namespace

TEST_CASE("a slice of a long batch is handed on every commit interval", "[counting loop]") {
  Stand stand(keep_every_100ms);
  stand.hand_on("one\n");
  stand.run();
  CHECK(stand.take_slices().empty());
  stand.pass(Millis(100));
  stand.run();
  stand.hand_on("two two\n");
  stand.run();
  stand.run_to_next_tick();
  const std::vector<Slice> slices = stand.take_slices();
  REQUIRE(slices.size() == 2);
  CHECK_FALSE(slices[0].closes);
  CHECK(slices[0].line_count == 1);
  CHECK(slices[1].closes);
  CHECK(slices[1].line_count == 1);
  CHECK(slices[1].words.at(0)->size() == 1);
  CHECK(slices[0].interval.end == slices[1].interval.end);
}

TEST_CASE("while nothing is counted nothing is to be kept, and nobody is woken",
          "[counting loop]") {
  Stand stand(keep_every_100ms);
  stand.hand_on("one\n");
  stand.run();
  stand.pass(Millis(100));
  stand.run();
  CHECK(stand.take_slices().size() == 1);
  const Next next = stand.step();
  CHECK(next.kind == Next::Kind::Wait);
  CHECK(next.until == stand.batch_deadline());
}

TEST_CASE("a run that is stopped leaves the batch open where a journal keeps it",
          "[counting loop]") {
  Stand stand([](Config& config) { config.checkpoint = "somewhere"; });
  stand.hand_on("one\n");
  stand.run();
  stand.control.stop();
  stand.blocks.close();
  CHECK(stand.run() == Next::Kind::Done);
  const std::vector<Slice> slices = stand.take_slices();
  REQUIRE(slices.size() == 1);
  CHECK(slices.front().line_count == 1);
  CHECK_FALSE(slices.front().closes);
  CHECK_FALSE(slices.front().ends_run);
}

TEST_CASE("a stream that ends within a batch that an earlier run began ends that batch",
          "[counting loop]") {
  Stand stand([](Config& config) { config.checkpoint = "somewhere"; }, true);
  stand.blocks.close();
  CHECK(stand.run() == Next::Kind::Done);
  const std::vector<Slice> slices = stand.take_slices();
  REQUIRE(slices.size() == 1);
  CHECK(slices.front().line_count == 0);
  CHECK(slices.front().closes);
}

TEST_CASE("the last batch allowed ends no stream that a journal goes on with", "[counting loop]") {
  for (const bool has_journal : {false, true}) {
    Stand stand([&](Config& config) {
      config.batch_count_max = 1;
      if (has_journal) config.checkpoint = "somewhere";
    });
    stand.run_to_next_tick();
    const std::vector<Slice> slices = stand.take_slices();
    REQUIRE(slices.size() == 1);
    CHECK(slices.front().closes);
    CHECK(slices.front().ends_run != has_journal);
  }
}

namespace {

/// The word that a worker finds at the head of its queue: its block's first, or "(cut)".
std::string next_work(WorkChannel& work) {
  const std::optional<Work> next = work.pop();
  if (!next) return "(nothing)";
  return *next ? std::string((*next)->lines().substr(0, 3)) : "(cut)";
}

void hand_out(TallyChannel& tallies, std::uint64_t line_count) {
  Tally tally;
  tally.line_count = line_count;
  REQUIRE(tallies.try_push(tally));
}

}  // namespace

TEST_CASE("blocks go to the workers in turn, and to whoever has room", "[counting loop]") {
  Stand stand;
  stand.hire(2);
  stand.hand_on("one\n");
  stand.hand_on("two\n");
  stand.run();
  stand.hand_on("six\n");
  stand.run();
  CHECK(next_work(stand.work[1]) == "two");
  stand.run();
  CHECK(next_work(stand.work[1]) == "six");
  CHECK(next_work(stand.work[0]) == "one");
}

TEST_CASE("a batch ends with the blocks that workers have, and waits for all of them",
          "[counting loop]") {
  Stand stand;
  stand.hire(2);
  stand.hand_on("one\n");
  stand.hand_on("two\n");
  stand.run();
  CHECK(stand.run_to_next_tick() == Next::Kind::Wait);
  stand.hand_on("six\n");
  stand.run();
  CHECK(next_work(stand.work[0]) == "one");
  stand.run();
  CHECK(next_work(stand.work[0]) == "(cut)");
  stand.run();
  CHECK(next_work(stand.work[0]) == "six");
  CHECK(next_work(stand.work[1]) == "two");
  stand.run();
  CHECK(next_work(stand.work[1]) == "(cut)");

  hand_out(stand.tallies[0], 1);
  stand.run();
  CHECK(stand.take_slices().empty());
  hand_out(stand.tallies[1], 1);
  stand.run();
  const std::vector<Slice> slices = stand.take_slices();
  REQUIRE(slices.size() == 1);
  CHECK(slices[0].line_count == 2);
  CHECK(slices[0].byte_count == 8);
}

TEST_CASE("with workers, too, the last batch is handed on before the end", "[counting loop]") {
  Stand stand;
  stand.hire(1);
  stand.hand_on("one\n");
  stand.blocks.close();
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK_FALSE(stand.slices.is_drained());
  CHECK(next_work(stand.work[0]) == "one");
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(next_work(stand.work[0]) == "(cut)");
  hand_out(stand.tallies[0], 1);
  CHECK(stand.run() == Next::Kind::Done);
  CHECK(stand.take_slices().size() == 1);
  CHECK(stand.slices.is_drained());
  CHECK(stand.work[0].is_drained());
}

TEST_CASE("without memory the run ends: what was counted is its last batch", "[counting loop]") {
  Stand stand;
  stand.hand_on("one\nand two\n");
  stand.step();
  stand.use_memory(kMemoryMax);
  stand.hand_on("three\n");
  stand.run();
  CHECK(stand.control.is_stopping());
  stand.hand_on("four\n");
  stand.blocks.close();
  CHECK(stand.run() == Next::Kind::Done);

  const std::vector<Slice> slices = stand.take_slices();
  REQUIRE(slices.size() == 1);
  CHECK(slices[0].closes);
  CHECK(slices[0].ends_run);
  CHECK(slices[0].line_count == 2);
  CHECK(stand.uncounted() == 11);
  const Status outcome = stand.control.outcome();
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == ErrorCode::OverMemory);
  CHECK(outcome.error().message.find("--max-memory 1MB is reached: 3 distinct words need 1000288 "
                                     "bytes; all that was counted is delivered; give more") == 0);
}

TEST_CASE("what it takes to deliver the words counted is a part of the memory", "[counting loop]") {
  Stand stand;
  stand.use_memory(kMemoryMax - 100);
  stand.hand_on("one\n");
  stand.run();
  CHECK_FALSE(stand.control.is_stopping());
  stand.hand_on("two\n");
  stand.run();
  CHECK_FALSE(stand.control.is_stopping());
  stand.hand_on("three\n");
  stand.run();
  CHECK(stand.control.is_stopping());
}

TEST_CASE("words that a window remembers count against the memory", "[counting loop]") {
  Stand stand;
  stand.use_memory(kMemoryMax - 1000);
  stand.memory.set_folded_words(11);
  stand.hand_on("one\n");
  stand.run();
  CHECK(stand.control.is_stopping());
}
