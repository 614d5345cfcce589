#include "engine/delivery_loop.h"

#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "sim/world.h"
#include "window/each_batch.h"
#include "window/sliding_window.h"

using namespace wordstream;

namespace {

/// A delivery loop behind a queue for three batches and before one for one emission.
struct Stand : private Observer {
  explicit Stand(std::unique_ptr<Fold> fold = std::make_unique<EachBatch>())
      : loop(std::move(fold), batches, spare_tables, emissions, control, *this, *poller) {}

  sim::World world{1};
  std::unique_ptr<sim::FakePoller> counting_poller = world.make_poller();
  std::unique_ptr<sim::FakePoller> poller = world.make_poller();
  std::unique_ptr<sim::FakePoller> writer_poller = world.make_poller();
  BatchChannel batches{3, *counting_poller, *poller};
  EmissionChannel emissions{1, *poller, *writer_poller};
  Recycler<WordTable> spare_tables;
  Control control;
  DeliveryLoop loop{
      std::make_unique<EachBatch>(), batches, spare_tables, emissions, control, *this, *poller};
  std::vector<event::BatchClosed> told;

  void close_batch(std::string_view word, std::uint64_t times, Interval interval = {}) {
    CutBatch cut;
    cut.batch.interval = interval;
    cut.batch.line_count = 1;
    cut.words = spare_tables.take(HashKey{1, 2});
    cut.words->add(word, times);
    Closed closed(std::move(cut));
    CHECK(batches.try_push(closed));
  }
  void close_empty_batch() {
    Closed closed(CutBatch{});
    CHECK(batches.try_push(closed));
  }
  Next::Kind run() {
    for (int steps_left = 100; steps_left > 0; --steps_left) {
      const Next next = loop.step();
      if (next.kind != Next::Kind::Again) return next.kind;
    }
    FAIL("the loop does not go to sleep");
    return Next::Kind::Done;
  }
  void on(const Event& event) override { told.push_back(std::get<event::BatchClosed>(event)); }
};

/// "word:count" for each word, one behind the other.
std::string text_of(const Emission& emission) {
  std::string text;
  emission.counts->for_each([&](const WordCount& row) {
    text += std::string(row.word) + ":" + std::to_string(row.count) + " ";
  });
  return text;
}

}  // namespace

TEST_CASE("each batch becomes one emission with what was counted in it", "[delivery loop]") {
  Stand stand;
  stand.close_batch("seven", 7);
  stand.run();
  const std::optional<Emission> emission = stand.emissions.pop();
  REQUIRE(emission);
  CHECK(text_of(*emission) == "seven:7 ");
  CHECK(emission->new_line_count == 1);
  CHECK(emission->new_word_count == 7);
  REQUIRE(stand.told.size() == 1);
  CHECK(stand.told.front().word_count == 1);
}

TEST_CASE("an empty batch becomes an emission without words", "[delivery loop]") {
  Stand stand;
  stand.close_empty_batch();
  stand.run();
  CHECK(stand.emissions.pop()->counts->empty());
}

TEST_CASE("ids count the batches that hold lines, empty ones have none", "[delivery loop]") {
  Stand stand;
  std::vector<std::uint64_t> ids;
  const auto note_id = [&] {
    stand.run();
    ids.push_back(stand.emissions.pop()->batch);
  };
  stand.close_empty_batch();
  note_id();
  stand.close_batch("one", 1);
  note_id();
  stand.close_empty_batch();
  note_id();
  stand.close_batch("two", 2);
  note_id();
  CHECK(ids == std::vector<std::uint64_t>{0, 1, 0, 2});
}

TEST_CASE("a window that is open at the end has an id of its own if no batch ends with it",
          "[delivery loop]") {
  const auto ids_with_end = [](Label end) {
    const Millis second(1000);
    Stand stand(std::make_unique<SlidingWindow>(WindowShape{2 * second, second}, HashKey{1, 2}));
    stand.close_batch("word", 1, {Label(), Label(second)});
    Closed closed(RunEnd{end});
    CHECK(stand.batches.try_push(closed));
    stand.batches.close();
    std::vector<std::uint64_t> ids;
    for (int i = 0; i < 4; ++i) {
      stand.run();
      while (const auto emission = stand.emissions.pop()) ids.push_back(emission->batch);
    }
    return ids;
  };
  CHECK(ids_with_end(Label(Millis(1500))) == std::vector<std::uint64_t>{1, 2});
  CHECK(ids_with_end(Label(Millis(1000))) == std::vector<std::uint64_t>{1});
}

TEST_CASE("a table that goes round takes no words along", "[delivery loop]") {
  Stand stand;
  stand.close_batch("one", 1);
  stand.run();
  stand.emissions.pop();
  CHECK(stand.spare_tables.in_use() == 0);
  stand.close_batch("two", 2);
  stand.run();
  CHECK(text_of(*stand.emissions.pop()) == "two:2 ");
}

TEST_CASE("a full emission queue leaves the next batches where they are", "[delivery loop]") {
  Stand stand;
  for (const std::uint64_t times : {1U, 2U, 3U}) stand.close_batch("word", times);
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(std::get<CutBatch>(*stand.batches.pop()).words->pack().total() == 3);
  CHECK(stand.emissions.pop()->batch == 1);
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.emissions.pop()->batch == 2);
}

TEST_CASE("the last emission is handed on before the queue is closed", "[delivery loop]") {
  Stand stand;
  stand.close_batch("one", 1);
  stand.close_batch("two", 2);
  stand.batches.close();
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.emissions.pop()->batch == 1);
  CHECK(stand.run() == Next::Kind::Done);
  CHECK(stand.emissions.pop()->batch == 2);
  CHECK(stand.emissions.is_drained());
}
