// A SQLite sink with a journal behind it.
#include <memory>
#include <string>
#include <utility>

#include "catch.h"
#include "unit/sink/sqlite_place.h"

using namespace wordstream;
using namespace wordstream::sqlite_test;

TEST_CASE("totals begin anew with a run without a journal, and with a new journal",
          "[sqlite_sink]") {
  Place place;
  place.is_total = true;
  place.must_open();
  place.batch(1, {{"old", 1}});
  place.must_open();
  CHECK(place.totals() == Lines{"old 1"});
  place.batch(1, {{"new", 1}});
  place.batch(2, {{"newer", 1}});
  CHECK(place.totals() == Lines{"new 1", "newer 1"});
  place.must_open(resume(1, 0, 0));
  CHECK(place.totals().empty());
  place.batch(1, {{"first", 1}});
  place.must_open(resume(2, 1, 1));
  place.batch(2, {{"second", 1}});
  CHECK(place.totals() == Lines{"first 1", "second 1"});
}

TEST_CASE("progress is in the transaction of its batch, also where that has no rows",
          "[sqlite_sink]") {
  Place place;
  place.must_open(resume(3, 0, 0));
  CHECK(place.progress() == Lines{kJournalText + " 0 3"});
  place.must_give(emission(1, {{"a", 1}}));
  CHECK(place.progress() == Lines{kJournalText + " 0 3"});
  CHECK(place.settle(1).has_value());
  CHECK(place.progress() == Lines{kJournalText + " 1 3"});
  CHECK(place.settle(2).has_value());
  CHECK(place.progress() == Lines{kJournalText + " 2 3"});
}

TEST_CASE("in exactly-once the database's word counts, else the journal's", "[sqlite_sink]") {
  Place place;
  place.must_open(resume(1, 0, 0));
  place.batch(1, {{"a", 1}});
  place.batch(2, {{"b", 1}});
  place.must_open(resume(2, 1, 3));
  CHECK(place.sink->mark().value().applied == 2);
  place.must_open(resume(3, 1, 3, false));
  CHECK(place.sink->mark().value().applied == 1);
  // What comes again takes the place of the same.
  place.batch(2, {{"b", 1}});
  place.batch(3, {{"c", 1}});
  CHECK(place.counts() == Lines{"1000 2000 a 1", "2000 3000 b 1", "3000 4000 c 1"});
  CHECK(place.progress() == Lines{kJournalText + " 3 3"});
}

TEST_CASE("progress never goes back", "[sqlite_sink]") {
  Place place;
  place.must_open(resume(1, 0, 0));
  for (const std::uint64_t batch : {1U, 2U, 3U}) place.batch(batch, {{"a", batch}});
  place.must_open(resume(2, 0, 3, false));
  place.batch(1, {{"a", 1}});
  CHECK(place.progress() == Lines{kJournalText + " 3 2"});
}

TEST_CASE("batches that are given again have as many rows as were asked for first",
          "[sqlite_sink]") {
  Place place;
  place.top = 1;
  SinkResume before = resume(1, 0, 1);
  before.shown_before.top = 2;
  place.must_open(before);
  place.batch(1, {{"a", 3}, {"b", 2}, {"c", 1}});
  place.batch(2, {{"a", 3}, {"b", 2}, {"c", 1}});
  CHECK(place.counts() == Lines{"1000 2000 a 3", "1000 2000 b 2", "2000 3000 a 3"});
}

TEST_CASE("a database of another journal is refused, with both named", "[sqlite_sink]") {
  Place place;
  place.must_open(resume(1, 0, 0));
  place.batch(1, {{"a", 1}});
  SinkResume other = resume(1, 0, 1);
  other.journal = JournalId{{9}};
  for (const bool is_exactly_once : {true, false}) {
    other.is_exactly_once = is_exactly_once;
    CHECK(failed_as(place.open(other), ErrorCode::BadData,
                    {kPath, kJournalText, to_text(other.journal)}));
  }
  CHECK(place.progress() == Lines{kJournalText + " 1 1"});
}

TEST_CASE("a database with a batch that the journal has not is refused", "[sqlite_sink]") {
  Place place;
  place.must_open(resume(1, 0, 0));
  for (const std::uint64_t batch : {1U, 2U, 3U}) place.batch(batch, {{"a", batch}});
  CHECK(failed_as(place.open(resume(2, 2, 2)), ErrorCode::BadData, {"batch is 3", "ends with 2"}));
  CHECK(failed_as(place.open(resume(2, 2, 2, false)), ErrorCode::BadData));
  CHECK(failed_as(place.open(resume(2, 4, 9)), ErrorCode::BadData, {"batch is 3", "back to 5"}));
  CHECK(failed_as(place.open(resume(2, 4, 9, false)), ErrorCode::BadData, {"back to 5"}));
  place.must_open(resume(2, 3, 9));
  SinkResume at_most_once = resume(3, 4, 9, false);
  at_most_once.must_last = false;
  place.must_open(at_most_once);
}

TEST_CASE("a database that is an older copy gets again what it had, as long as that is kept",
          "[sqlite_sink]") {
  Place place;
  place.must_open(resume(1, 0, 0));
  for (const std::uint64_t batch : {1U, 2U, 3U}) place.batch(batch, {{"a", batch}});
  SinkResume later = resume(2, 7, 9, GENERATE(true, false));
  later.first_kept = 4;
  place.must_open(later);
  CHECK(place.sink->mark().value().applied == 3);
}

TEST_CASE("a database that a journal counts on takes nothing from a run without one",
          "[sqlite_sink]") {
  Place place;
  place.is_total = GENERATE(true, false);
  place.must_open(resume(1, 0, 0));
  place.batch(1, {{"a", 1}});
  CHECK(failed_as(place.open(), ErrorCode::BadData, {kPath, kJournalText, "no --checkpoint"}));
  place.must_open(resume(2, 1, 1));
}

TEST_CASE("whoever has a smaller epoch can write no more", "[sqlite_sink]") {
  Place place;
  place.must_open(resume(1, 0, 0));
  place.must_give(emission(1, {{"old", 1}}));
  // Its transaction was lost with its machine, and it did not notice.
  std::unique_ptr<Sink> stopped = std::move(place.sink);
  CHECK(settle(*stopped, 1, &place.world).has_value());
  place.must_open(resume(2, 0, 1));
  CHECK(give(*stopped, emission(2, {{"old", 1}}), &place.world).has_value());
  CHECK(failed_as(status_of(settle(*stopped, 2, &place.world)), ErrorCode::Busy,
                  {"another wordstream has taken over (process"}));
  stopped.reset();
  place.batch(2, {{"new", 1}});
  CHECK(place.counts() == Lines{"1000 2000 old 1", "2000 3000 new 1"});
  CHECK(failed_as(place.open(resume(1, 2, 2)), ErrorCode::Busy, {"another wordstream"}));
}

TEST_CASE("a database that is new to a journal that is not is told of", "[sqlite_sink]") {
  Place place;
  place.must_open(resume(4, 7, 9));
  CHECK(place.count_told<event::OutputNew>() == 1);
  CHECK(place.sink->mark().value().applied == 7);
  place.must_open(resume(5, 7, 9));
  CHECK(place.told.empty());
}

TEST_CASE("a writer beside us is waited for at the start, and can finish", "[sqlite_sink]") {
  Place place;
  place.must_open(resume(1, 0, 0));
  auto other = place.others.open_database(kPath, {}).value();
  CHECK(other->execute("BEGIN IMMEDIATE; CREATE TABLE theirs (x)").has_value());
  place.world.timeline.after(std::chrono::seconds(1),
                             [&] { CHECK(other->execute("COMMIT").has_value()); });
  place.must_open(resume(2, 0, 0));
  CHECK(place.progress() == Lines{kJournalText + " 0 2"});
}

TEST_CASE("who was taken over by a copy of his journal is refused, however great his epoch",
          "[sqlite_sink]") {
  Place place;
  place.must_open(resume(1, 0, 0));
  SinkResume copy = resume(2, 0, 0);
  copy.epoch = 700;
  place.must_open(copy);
  SinkResume behind = resume(2, 0, 0);
  for (const std::uint64_t epoch : {500U, 900U, 5000U}) {
    behind.epochs_before.push_back(behind.epoch);
    behind.epoch = epoch;
    CHECK(failed_as(place.open(behind), ErrorCode::Busy, {"copy of this checkpoint", "epoch 700"}));
    CHECK(place.progress() == Lines{kJournalText + " 0 700"});
  }
  // The way out, where nobody has the other one any more.
  place.execute("UPDATE wordstream_progress SET epoch = 0");
  place.must_open(behind);
}

TEST_CASE("a database that changes hands between the look and the take-over is looked at again",
          "[sqlite_sink]") {
  Place place;
  place.must_open(resume(1, 0, 0));
  const auto late = place.make(resume(2, 0, 2));
  REQUIRE(finish_turns(*late, &Sink::look).has_value());
  place.execute("UPDATE wordstream_progress SET batch = 2");
  REQUIRE(finish_turns(*late, &Sink::take_over).has_value());
  CHECK(late->mark().value().applied == 2);
  CHECK(place.progress() == Lines{kJournalText + " 2 2"});

  const auto later = place.make(resume(3, 2, 2));
  REQUIRE(finish_turns(*later, &Sink::look).has_value());
  place.execute("UPDATE wordstream_progress SET epoch = 70");
  CHECK(failed_as(finish_turns(*later, &Sink::take_over), ErrorCode::Busy, {"epoch 70"}));
  CHECK(place.progress() == Lines{kJournalText + " 2 70"});
}
