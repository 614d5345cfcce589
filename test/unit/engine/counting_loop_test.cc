#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "unit/engine/counting_stand.h"

using namespace wordstream;

TEST_CASE("a batch that is due is cut at a line's end, within a block", "[counting loop]") {
  CountingStand stand;
  stand.hand_on("one\ntwo\nthree\nfour\nfive\n");
  stand.step();
  stand.pass(Millis(1000));
  stand.run();
  const std::vector<Slice> first = stand.take_slices();
  REQUIRE(first.size() == 1);
  CHECK(first.front().lines.line_count == 2);
  CHECK(first.front().byte_count == 8);
  CHECK(first.front().words.at(0)->size() == 2);

  stand.run_to_next_tick();
  CHECK(stand.take_slices().at(0).lines.line_count == 3);
}

TEST_CASE("a line longer than a piece is not torn between two batches", "[counting loop]") {
  CountingStand stand;
  stand.hand_on("a line that is long\nnext\n");
  stand.step();
  stand.run_to_next_tick();
  const std::vector<Slice> batches = stand.take_slices();
  REQUIRE(batches.size() == 1);
  CHECK(batches.front().lines.line_count == 1);
  CHECK(batches.front().words.at(0)->size() == 5);
}

TEST_CASE("a full queue of batches stops the counting until there is room", "[counting loop]") {
  CountingStand stand;
  for (int tick = 0; tick < 3; ++tick) stand.run_to_next_tick();
  CHECK(stand.hand_on("one\n"));
  CHECK(stand.hand_on("two\n"));
  for (int tick = 0; tick < 3; ++tick) CHECK(stand.run_to_next_tick() == Next::Kind::Wait);
  CHECK_FALSE(stand.hand_on("three\n"));

  stand.take_slices();
  stand.run();
  stand.take_slices();
  stand.run_to_next_tick();
  CHECK(stand.take_slices().back().lines.line_count == 2);
}

TEST_CASE("lines that were too long are told of once a batch", "[counting loop]") {
  CountingStand stand;
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
  CountingStand stand(1);
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
  CountingStand stand;
  stand.hand_on("one\n");
  stand.blocks.close();
  CHECK(stand.run() == Next::Kind::Done);
  const std::vector<Slice> batches = stand.take_slices();
  REQUIRE(batches.size() == 1);
  CHECK(batches.front().lines.line_count == 1);
  CHECK(batches.front().interval.is_partial);
  CHECK(batches.front().closes);
  CHECK(batches.front().ends_run);
  CHECK(stand.slices.is_drained());
}

TEST_CASE("an input that ends between two lines leaves no empty batch behind", "[counting loop]") {
  CountingStand stand;
  stand.blocks.close();
  CHECK(stand.run() == Next::Kind::Done);
  const std::vector<Slice> slices = stand.take_slices();
  REQUIRE(slices.size() == 1);
  CHECK_FALSE(slices.front().closes);
  CHECK(slices.front().ends_run);
}

TEST_CASE("the last batch waits for room in a full queue", "[counting loop]") {
  CountingStand stand;
  for (int tick = 0; tick < 2; ++tick) stand.run_to_next_tick();
  stand.hand_on("last\n");
  stand.blocks.close();
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.take_slices().size() == 2);
  CHECK(stand.run() == Next::Kind::Done);
  CHECK(stand.take_slices().at(0).lines.line_count == 1);
}

namespace {

void keep_every_100ms(Config& config) {
  config.checkpoint = "somewhere";
  config.commit_interval = Millis(100);
}

}  // namespace

TEST_CASE("a slice of a long batch is handed on every commit interval", "[counting loop]") {
  CountingStand stand(keep_every_100ms);
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
  CHECK(slices[0].lines.line_count == 1);
  CHECK(slices[1].closes);
  CHECK(slices[1].lines.line_count == 1);
  CHECK(slices[1].words.at(0)->size() == 1);
  CHECK(slices[0].interval.end == slices[1].interval.end);
}

TEST_CASE("what senders wait for is handed on at once, and with it what was counted before",
          "[counting loop]") {
  CountingStand stand(keep_every_100ms);
  stand.hand_on("one\n");
  stand.run();
  CHECK(stand.take_slices().empty());
  stand.hand_on_awaited("two two\n");
  stand.run();
  const std::vector<Slice> slices = stand.take_slices();
  REQUIRE(slices.size() == 1);
  CHECK(slices[0].lines.line_count == 2);
  CHECK_FALSE(slices[0].closes);

  stand.hand_on_awaited("");  // nothing was counted since
  stand.run();
  CHECK(stand.take_slices().empty());
}

TEST_CASE("without a journal nobody waits for a commit", "[counting loop]") {
  CountingStand stand;
  stand.hand_on_awaited("one\n");
  stand.run();
  CHECK(stand.take_slices().empty());
}

TEST_CASE("while nothing is counted nothing is to be kept, and nobody is woken",
          "[counting loop]") {
  CountingStand stand(keep_every_100ms);
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
  CountingStand stand([](Config& config) { config.checkpoint = "somewhere"; });
  stand.hand_on("one\n");
  stand.run();
  stand.control.stop();
  stand.blocks.close();
  CHECK(stand.run() == Next::Kind::Done);
  const std::vector<Slice> slices = stand.take_slices();
  REQUIRE(slices.size() == 1);
  CHECK(slices.front().lines.line_count == 1);
  CHECK_FALSE(slices.front().closes);
  CHECK_FALSE(slices.front().ends_run);
}

TEST_CASE("a stream that ends within a batch that an earlier run began ends that batch",
          "[counting loop]") {
  CountingStand stand([](Config& config) { config.checkpoint = "somewhere"; }, true);
  stand.blocks.close();
  CHECK(stand.run() == Next::Kind::Done);
  const std::vector<Slice> slices = stand.take_slices();
  REQUIRE(slices.size() == 1);
  CHECK(slices.front().lines.line_count == 0);
  CHECK(slices.front().closes);
}

TEST_CASE("the last batch allowed ends no stream that a journal goes on with", "[counting loop]") {
  for (const bool has_journal : {false, true}) {
    CountingStand stand([&](Config& config) {
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

TEST_CASE("without a journal the source is told as soon as a line is counted", "[counting loop]") {
  CountingStand stand;
  stand.acknowledge();
  CHECK(stand.hand_on_at("one\n", 4));
  CHECK(stand.hand_on_at("two\n", 8));
  stand.step();
  stand.step();
  CHECK(stand.commits.take_changes() == stand.at(8));
  stand.blocks.close();
  CHECK(stand.run() == Next::Kind::Done);
  CHECK(stand.commits.is_drained());
}

TEST_CASE("what is left when a run without a journal ends is not acknowledged", "[counting loop]") {
  CountingStand stand(1);
  stand.acknowledge();
  stand.run();
  stand.run_to_next_tick();
  CHECK(stand.hand_on_at("late\n", 5));
  stand.blocks.close();
  CHECK(stand.run() == Next::Kind::Done);
  CHECK(stand.commits.take_changes().empty());
  CHECK(stand.commits.is_drained());
}

TEST_CASE("how the source moves goes with the slice, also without a line", "[counting loop]") {
  CountingStand stand([](Config& config) { config.checkpoint = "/ck"; });
  CHECK(stand.hand_on_at("one\n", 4));
  stand.run();
  stand.run_to_next_tick();
  const std::vector<Slice> first = stand.take_slices();
  REQUIRE(first.size() == 1);
  CHECK(first[0].moves == stand.at(4));
  CHECK(stand.hand_on_at("", 9));
  stand.run();
  stand.control.stop();
  stand.blocks.close();
  stand.run();
  const std::vector<Slice> second = stand.take_slices();
  REQUIRE(second.size() == 1);
  CHECK(second[0].moves == stand.at(9));
  CHECK(second[0].is_empty());
  CHECK_FALSE(second[0].closes);
}

TEST_CASE("that the wall clock was set is told with the batch that follows", "[counting loop]") {
  CountingStand stand;
  stand.set_wall_clock(std::chrono::hours(1));
  stand.run_to_next_tick();
  stand.run_to_next_tick();
  const std::vector<Slice> batches = stand.take_slices();
  REQUIRE(batches.size() == 2);
  CHECK(batches[0].interval.clock_step == Millis(0));
  CHECK(batches[1].interval.clock_step == std::chrono::hours(1));
}
