// The counting loop with workers, and without memory.
#include <cstdint>
#include <string>
#include <vector>

#include "catch.h"
#include "unit/engine/counting_stand.h"

using namespace wordstream;

namespace {

/// The word that a worker finds at the head of its queue: its block's first, or "(cut)".
std::string next_work(WorkChannel& work) {
  const std::optional<Work> next = work.pop();
  if (!next) return "(nothing)";
  return *next ? std::string((*next)->lines().substr(0, 3)) : "(cut)";
}

void hand_out(TallyChannel& tallies, std::uint64_t line_count) {
  Tally tally;
  tally.lines.line_count = line_count;
  REQUIRE(tallies.try_push(tally));
}

}  // namespace

TEST_CASE("blocks go to the workers in turn, and to whoever has room", "[counting loop]") {
  CountingStand stand;
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

TEST_CASE("what senders wait for ends a slice of all workers", "[counting loop]") {
  CountingStand stand([](Config& config) { config.checkpoint = "somewhere"; });
  stand.hire(1);
  stand.hand_on_awaited("one\n");
  stand.run();
  CHECK(next_work(stand.work[0]) == "one");
  stand.run();
  CHECK(next_work(stand.work[0]) == "(cut)");
}

TEST_CASE("a batch ends with the blocks that workers have, and waits for all of them",
          "[counting loop]") {
  CountingStand stand;
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
  CHECK(slices[0].lines.line_count == 2);
  CHECK(slices[0].byte_count == 8);
}

TEST_CASE("with workers, too, the last batch is handed on before the end", "[counting loop]") {
  CountingStand stand;
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
  CountingStand stand;
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
  CHECK(slices[0].lines.line_count == 2);
  CHECK(stand.uncounted() == 11);
  const Status outcome = stand.control.outcome();
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == ErrorCode::OverMemory);
  CHECK(outcome.error().message.find("--max-memory 1MB is reached: 3 distinct words need 1000288 "
                                     "bytes; all that was counted is delivered; give more") == 0);
}

TEST_CASE("what it takes to deliver the words counted is a part of the memory", "[counting loop]") {
  CountingStand stand;
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
  CountingStand stand;
  stand.use_memory(kMemoryMax - 1000);
  stand.memory.set_folded_words(11);
  stand.hand_on("one\n");
  stand.run();
  CHECK(stand.control.is_stopping());
}

TEST_CASE("when memory is tight the loop counts by itself, though it has workers",
          "[counting loop]") {
  CountingStand stand;
  stand.hire(1);
  stand.use_memory(kMemoryMax - 500);
  stand.hand_on("one\ntwo\n");
  stand.hand_on(std::string(30, 'x') + "\n");
  stand.run();
  CHECK(next_work(stand.work[0]) == "one");
  CHECK(next_work(stand.work[0]) == "(nothing)");
  stand.run_to_next_tick();
  CHECK(next_work(stand.work[0]) == "(cut)");
  hand_out(stand.tallies[0], 2);
  stand.run();
  const std::vector<Slice> slices = stand.take_slices();
  REQUIRE(slices.size() == 1);
  CHECK(slices[0].lines.line_count == 3);
  CHECK(slices[0].byte_count == 39);
}
