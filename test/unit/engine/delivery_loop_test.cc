#include "engine/delivery_loop.h"

#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "sim/world.h"

using namespace wordstream;

namespace {

/// A delivery loop behind a queue for three batches and before one for one emission.
struct Stand : private Observer {
  sim::World world{1};
  std::unique_ptr<sim::FakePoller> counting_poller = world.make_poller();
  std::unique_ptr<sim::FakePoller> poller = world.make_poller();
  std::unique_ptr<sim::FakePoller> writer_poller = world.make_poller();
  BatchChannel batches{3, *counting_poller, *poller};
  EmissionChannel emissions{1, *poller, *writer_poller};
  Recycler<WordTable> spare_tables;
  Control control;
  DeliveryLoop loop{batches, spare_tables, emissions, control, *this, *poller};
  std::vector<event::BatchClosed> told;

  void close_batch(std::uint64_t id, std::string_view word) {
    Batch batch;
    batch.id = id;
    batch.words = spare_tables.take(HashKey{1, 2});
    batch.words->add(word, id);
    CHECK(batches.try_push(batch));
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
  stand.close_batch(7, "seven");
  stand.run();
  const std::optional<Emission> emission = stand.emissions.pop();
  REQUIRE(emission);
  CHECK(emission->batch == 7);
  CHECK(text_of(*emission) == "seven:7 ");
  REQUIRE(stand.told.size() == 1);
  CHECK(stand.told.front().word_count == 1);
}

TEST_CASE("an empty batch becomes an emission without words", "[delivery loop]") {
  Stand stand;
  Batch empty;
  stand.batches.try_push(empty);
  stand.run();
  CHECK(stand.emissions.pop()->counts->empty());
}

TEST_CASE("a table that goes round takes no words along", "[delivery loop]") {
  Stand stand;
  stand.close_batch(1, "one");
  stand.run();
  stand.emissions.pop();
  CHECK(stand.spare_tables.in_use() == 0);
  stand.close_batch(2, "two");
  stand.run();
  CHECK(text_of(*stand.emissions.pop()) == "two:2 ");
}

TEST_CASE("a full emission queue leaves the next batches where they are", "[delivery loop]") {
  Stand stand;
  for (const std::uint64_t id : {1U, 2U, 3U}) stand.close_batch(id, "word");
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.batches.pop()->id == 3);
  CHECK(stand.emissions.pop()->batch == 1);
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.emissions.pop()->batch == 2);
}

TEST_CASE("the last emission is handed on before the queue is closed", "[delivery loop]") {
  Stand stand;
  stand.close_batch(1, "one");
  stand.close_batch(2, "two");
  stand.batches.close();
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.emissions.pop()->batch == 1);
  CHECK(stand.run() == Next::Kind::Done);
  CHECK(stand.emissions.pop()->batch == 2);
  CHECK(stand.emissions.is_drained());
}
