#include "engine/delivery_loop.h"

#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "sim/world.h"
#include "unit/delivery/kept_journal.h"
#include "unit/engine/run_parts.h"
#include "window/each_batch.h"
#include "window/sliding_window.h"

using namespace wordstream;

namespace {

/// "1 word:3 " for an emission of batch 1, "end 1" for the end of the batch.
std::string text_of(const Delivery& delivery) {
  if (const BatchEnd* const end = std::get_if<BatchEnd>(&delivery)) {
    return "end " + std::to_string(end->batch);
  }
  const Emission& emission = std::get<Emission>(delivery);
  std::string text = std::to_string(emission.batch) + " ";
  emission.counts->for_each([&](const WordCount& row) {
    text += std::string(row.word) + ":" + std::to_string(row.count) + " ";
  });
  return text;
}

using Texts = std::vector<std::string>;

/// A delivery loop behind a queue for three batches and before two sinks, each with a queue for one
/// delivery.
struct Stand {
  /// Notes which batches were closed.
  struct Parts final : RunParts {
    using RunParts::RunParts;
    void on(const Event& event) override {
      if (const auto* const closed = std::get_if<event::BatchClosed>(&event)) {
        told.push_back(*closed);
      } else if (const auto* const given_out = std::get_if<event::BatchGivenOut>(&event)) {
        given_out_batches.push_back(given_out->batch);
      }
    }
    std::vector<std::uint64_t> given_out_batches;
    std::vector<event::BatchClosed> told;
  };

  explicit Stand(std::unique_ptr<Fold> fold = std::make_unique<EachBatch>())
      : loop(parts.context(), {.fold = std::move(fold), .committer = Committer(2)}, slices,
             *poller) {
    loop.add_sink(emissions, progress, 0);
    loop.add_sink(others, other_progress, 0);
  }

  sim::World world{1};
  std::unique_ptr<sim::FakePoller> counting_poller = world.make_poller();
  std::unique_ptr<sim::FakePoller> poller = world.make_poller();
  std::unique_ptr<sim::FakePoller> writer_poller = world.make_poller();
  SliceChannel slices{3, *counting_poller, *poller};
  EmissionChannel emissions{1, *poller, *writer_poller};
  EmissionChannel others{1, *poller, *writer_poller};
  SinkProgress progress{*poller, *writer_poller};
  SinkProgress other_progress{*poller, *writer_poller};
  Parts parts{world};
  DeliveryLoop loop;

  void close_batch(std::string_view word, std::uint64_t times, Interval interval = {}) {
    hand_on(word, times, interval, true);
  }
  void close_empty_batch() {
    Slice slice;
    slice.closes = true;
    CHECK(slices.try_push(slice));
  }
  void hand_on(std::string_view word, std::uint64_t times, Interval interval, bool closes) {
    Slice slice;
    slice.interval = interval;
    slice.lines.line_count = 1;
    slice.words.push_back(parts.spare_tables.lend(HashKey{1, 2}));
    slice.words.back()->add(word, times);
    parts.memory.add_words(1);
    slice.closes = closes;
    CHECK(slices.try_push(slice));
  }
  void end_run(Label end) {
    Slice slice;
    slice.interval.end = end;
    slice.ends_run = true;
    CHECK(slices.try_push(slice));
  }
  Next::Kind run() {
    for (int steps_left = 100; steps_left > 0; --steps_left) {
      const Next next = loop.step();
      if (next.kind != Next::Kind::Again) return next.kind;
    }
    FAIL("the loop does not go to sleep");
    return Next::Kind::Done;
  }
  /// What the first sink is given next; the other one is given the same.
  std::optional<Delivery> next() {
    run();
    std::optional<Delivery> delivery = emissions.pop();
    const std::optional<Delivery> other = others.pop();
    CHECK(delivery.has_value() == other.has_value());
    if (delivery && other) CHECK(text_of(*delivery) == text_of(*other));
    return delivery;
  }
  Emission next_emission() { return std::get<Emission>(next().value()); }
  /// All that the sinks are given now.
  Texts drain() {
    Texts texts;
    while (const std::optional<Delivery> delivery = next()) texts.push_back(text_of(*delivery));
    return texts;
  }
};

}  // namespace

TEST_CASE("each batch becomes one emission with what was counted in it", "[delivery loop]") {
  Stand stand;
  stand.close_batch("seven", 7);
  const Emission emission = stand.next_emission();
  CHECK(text_of(emission) == "1 seven:7 ");
  CHECK(emission.new_line_count == 1);
  CHECK(emission.new_word_count == 7);
  REQUIRE(stand.parts.told.size() == 1);
  CHECK(stand.parts.told.front().word_count == 1);
}

TEST_CASE("an empty batch becomes an emission without words", "[delivery loop]") {
  Stand stand;
  stand.close_empty_batch();
  CHECK(stand.drain() == Texts{"0 "});
}

TEST_CASE("ids count the batches that hold lines, and their ends are told, empty ones have none",
          "[delivery loop]") {
  Stand stand;
  stand.close_empty_batch();
  stand.close_batch("one", 1);
  CHECK(stand.drain() == Texts{"0 ", "1 one:1 ", "end 1"});
  stand.close_empty_batch();
  stand.close_batch("two", 2);
  CHECK(stand.drain() == Texts{"0 ", "2 two:2 ", "end 2"});
  CHECK(stand.parts.given_out_batches == std::vector<std::uint64_t>{0, 1, 0, 2});
}

TEST_CASE("the newest emission is shown to who looks, whatever the sinks take", "[delivery loop]") {
  Stand stand;
  const auto looker = stand.world.make_poller();
  Showcase showcase(*looker);
  stand.loop.show_in(showcase);
  CHECK_FALSE(showcase.newest());
  stand.close_batch("one", 1);
  stand.close_batch("two", 2);
  stand.run();
  REQUIRE(showcase.newest());
  CHECK(showcase.newest()->batch == 1);  // the second one has not come so far
  stand.drain();
  CHECK(showcase.newest()->batch == 2);
  CHECK_FALSE(showcase.is_closed());
}

TEST_CASE("a batch without an emission of its own has an end", "[delivery loop]") {
  const Millis second(1000);
  Stand stand(std::make_unique<SlidingWindow>(WindowShape{2 * second, 2 * second}, HashKey{1, 2}));
  stand.close_batch("word", 1, {Label(), Label(second)});
  CHECK(stand.drain() == Texts{"end 1"});
  stand.close_batch("word", 2, {Label(second), Label(2 * second)});
  CHECK(stand.drain() == Texts{"2 word:3 ", "end 2"});
}

TEST_CASE("a window that is open at the end has an id of its own if no batch ends with it",
          "[delivery loop]") {
  const auto given_with_end = [](Label end) {
    const Millis second(1000);
    Stand stand(std::make_unique<SlidingWindow>(WindowShape{2 * second, second}, HashKey{1, 2}));
    stand.close_batch("word", 1, {Label(), Label(second)});
    stand.end_run(end);
    stand.slices.close();
    return stand.drain();
  };
  CHECK(given_with_end(Label(Millis(1500))) == Texts{"1 word:1 ", "end 1", "2 word:1 ", "end 2"});
  CHECK(given_with_end(Label(Millis(1000))) == Texts{"1 word:1 ", "end 1"});
}

TEST_CASE("a table that goes round takes no words along", "[delivery loop]") {
  Stand stand;
  stand.close_batch("one", 1);
  stand.drain();
  CHECK(stand.parts.spare_tables.in_use() == 0);
  stand.close_batch("two", 2);
  CHECK(stand.drain() == Texts{"2 two:2 ", "end 2"});
}

TEST_CASE("a full emission queue leaves the next batches where they are", "[delivery loop]") {
  Stand stand;
  for (const std::uint64_t times : {1U, 2U, 3U}) stand.close_batch("word", times);
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.parts.told.size() == 1);
  CHECK(text_of(*stand.next()) == "1 word:1 ");
  CHECK(text_of(*stand.next()) == "end 1");
  CHECK(text_of(*stand.next()) == "2 word:2 ");
}

TEST_CASE("a sink that takes nothing holds up the others, and nobody is given a thing twice",
          "[delivery loop]") {
  Stand stand;
  for (const std::uint64_t times : {1U, 2U, 3U}) stand.close_batch("word", times);
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(text_of(*stand.emissions.pop()) == "1 word:1 ");
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(text_of(*stand.emissions.pop()) == "end 1");
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK_FALSE(stand.emissions.pop());
  CHECK(text_of(*stand.others.pop()) == "1 word:1 ");
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(text_of(*stand.others.pop()) == "end 1");
  CHECK(text_of(*stand.next()) == "2 word:2 ");
}

TEST_CASE("the last delivery is handed on before the queues are closed", "[delivery loop]") {
  Stand stand;
  stand.close_batch("one", 1);
  stand.slices.close();
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(text_of(*stand.next()) == "1 one:1 ");
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(text_of(*stand.next()) == "end 1");
  stand.progress.finish();
  CHECK(stand.run() == Next::Kind::Wait);
  stand.other_progress.finish();
  CHECK(stand.run() == Next::Kind::Done);
  CHECK(stand.emissions.is_drained());
  CHECK(stand.others.is_drained());
}

TEST_CASE("the slices of a batch are one when it is closed", "[delivery loop]") {
  Stand stand;
  stand.hand_on("word", 1, {}, false);
  CHECK(stand.drain().empty());
  stand.hand_on("word", 2, {}, false);
  stand.hand_on("word", 3, {}, true);
  const Emission emission = stand.next_emission();
  CHECK(text_of(emission) == "1 word:6 ");
  CHECK(emission.new_line_count == 3);
}

namespace {

/// A loop with a journal and one sink.
struct KeptStand {
  KeptStand()
      : loop(parts.context(),
             {.fold = std::make_unique<EachBatch>(),
              .committer = Committer(*kept.journal, {{.mode = Mode::AtLeastOnce}}, Retention()),
              .recovery = Recovery(*kept.journal, {1, 2}, WallTime())},
             slices, *poller) {
    loop.add_sink(emissions, progress, 0);
    loop.acknowledge_to(commits);
  }

  void hand_on(Slice slice) { CHECK(slices.try_push(slice)); }
  Slice slice(bool closes, std::uint64_t offset) {
    Slice slice;
    slice.interval = {Label(Millis(1000)), Label(Millis(2000))};
    slice.closes = closes;
    slice.moves = at(offset);
    return slice;
  }
  Next::Kind run() {
    for (int steps_left = 100; steps_left > 0; --steps_left) {
      const Next next = loop.step();
      if (next.kind != Next::Kind::Again) return next.kind;
    }
    FAIL("the loop does not go to sleep");
    return Next::Kind::Done;
  }
  Positions at(std::uint64_t offset) const { return Positions({stream, offset}); }

  KeptJournal kept;
  std::shared_ptr<const Stream> stream = std::make_shared<const Stream>(Stream{"stream", ""});
  sim::World& world = kept.world;
  std::unique_ptr<sim::FakePoller> counting_poller = world.make_poller();
  std::unique_ptr<sim::FakePoller> poller = world.make_poller();
  std::unique_ptr<sim::FakePoller> writer_poller = world.make_poller();
  SliceChannel slices{3, *counting_poller, *poller};
  EmissionChannel emissions{1, *poller, *writer_poller};
  SinkProgress progress{*poller, *writer_poller};
  Acknowledger commits{*poller, *poller};
  RunParts parts{world};
  DeliveryLoop loop;
};

}  // namespace

TEST_CASE("positions that moved without a line are journaled, and no batch is", "[delivery loop]") {
  KeptStand stand;
  stand.hand_on(stand.slice(false, 3));
  stand.run();
  CHECK(stand.commits.take_changes() == stand.at(3));
  CHECK(stand.kept.journal->positions() == stand.at(3));
  stand.hand_on(stand.slice(true, 4));  // an empty batch
  stand.run();
  CHECK(stand.commits.take_changes() == stand.at(4));
  CHECK(stand.kept.journal->positions() == stand.at(4));
  Slice end = stand.slice(false, 5);  // the stream ends within an empty batch
  end.ends_run = true;
  stand.hand_on(std::move(end));
  stand.run();
  CHECK(stand.kept.journal->positions() == stand.at(5));
  CHECK(stand.kept.journal->last_batch() == 0);
  CHECK_FALSE(stand.emissions.pop() == std::nullopt);  // the empty batch
}

TEST_CASE("at the end of input the source has its last answer, whatever becomes of the sinks",
          "[delivery loop]") {
  KeptStand stand;
  stand.hand_on(stand.slice(false, 3));
  stand.slices.close();
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.commits.take_changes() == stand.at(3));
  CHECK(stand.commits.is_drained());
}

TEST_CASE("a mark that a sink waits for is journaled at once, though all is held up",
          "[delivery loop]") {
  KeptStand stand;
  for (std::uint64_t i = 1; i <= 3; ++i) stand.hand_on(stand.slice(true, i));
  CHECK(stand.run() == Next::Kind::Wait);  // the queue of the sink is full
  const SinkMark mark{0, "place", "title"};
  stand.progress.await(mark);
  CHECK(stand.poller->is_woken());
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.kept.journal->sinks()[0].mark == mark);
  CHECK(stand.progress.take_kept() == mark);
  CHECK(stand.writer_poller->is_woken());
}

TEST_CASE("an empty batch is journaled for the step of the clock before it", "[delivery loop]") {
  KeptStand stand;
  Slice empty = stand.slice(true, 3);
  empty.interval.clock_step = Millis(-5000);
  stand.hand_on(std::move(empty));
  stand.run();
  REQUIRE(stand.kept.journal->last_closed() == 1);
  const Result<StoredBatch> stored = stand.kept.journal->read(1);
  CHECK(stored.value().interval.clock_step == Millis(-5000));
}
