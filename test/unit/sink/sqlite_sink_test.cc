// What a SQLite sink makes of emissions, and how it gets on with others.
#include "sink/sqlite_store.h"

#include <string>
#include <utility>

#include "catch.h"
#include "unit/sink/sqlite_place.h"

using namespace wordstream;
using namespace wordstream::sqlite_test;

TEST_CASE("a batch is a row for each word, in the order of its key", "[sqlite_sink]") {
  Place place;
  place.must_open();
  place.batch(1, {{"b", 2}, {"a", 1}, {"é", 3}, {"", 4}});
  place.batch(2, {{"a", 5}});
  CHECK(place.counts() ==
        Lines{"1000 2000  4", "1000 2000 a 1", "1000 2000 b 2", "1000 2000 é 3", "2000 3000 a 5"});
}

TEST_CASE("words are texts, with all their bytes, and blobs where they are not UTF-8",
          "[sqlite_sink]") {
  Place place;
  place.must_open();
  place.batch(1, {{"plain", 1}, {std::string("a\0b", 3), 2}, {"\xff", 3}, {"\xed\xa0\x80", 4}});
  CHECK(rows_of(place.others,
                "SELECT typeof(word) || ' ' || hex(word) || ' ' || count FROM counts "
                "ORDER BY count") ==
        Lines{"text 706C61696E 1", "text 610062 2", "blob FF 3", "blob EDA080 4"});
}

TEST_CASE("as many rows as there are, in whatever statements", "[sqlite_sink]") {
  for (const std::size_t size : {1U, 63U, 64U, 65U, 200U}) {
    Place place;
    place.must_open();
    Counts counts;
    for (std::size_t i = 0; i < size; ++i) counts["w" + std::to_string(i)] = i + 1;
    for (std::size_t i = 0; i < size; i += 3) counts["\xff" + std::to_string(i)] = i + 1;
    place.batch(1, counts);
    const Lines rows = rows_of(place.others, "SELECT CAST(word AS BLOB) FROM counts");
    CHECK(rows.size() == counts.size());
    const Lines sums = rows_of(place.others, "SELECT sum(count) FROM counts");
    std::uint64_t sum = 0;
    for (const auto& [word, count] : counts) sum += count;
    CHECK(sums == Lines{std::to_string(sum)});
  }
}

TEST_CASE("a database gets the most frequent words, still by word", "[sqlite_sink]") {
  Place place;
  place.top = 2;
  place.must_open();
  place.batch(1, {{"a", 1}, {"b", 3}, {"c", 2}});
  CHECK(place.counts() == Lines{"1000 2000 b 3", "1000 2000 c 2"});
}

TEST_CASE("a batch is seen when it is settled, and lost as a whole before", "[sqlite_sink]") {
  Place place;
  place.must_open();
  place.must_give(emission(1, {{"a", 1}}));
  CHECK(place.counts().empty());
  place.must_give(emission(1, {{"b", 1}}));
  CHECK(place.settle(1).value() == SinkMark{1, {}});
  CHECK(place.counts().size() == 2);
  place.must_give(emission(2, {{"c", 1}}));
  place.sink.reset();
  CHECK(place.counts().size() == 2);
}

TEST_CASE("without a journal nothing is said about progress", "[sqlite_sink]") {
  Place place;
  place.must_open();
  place.batch(1, {{"a", 1}});
  CHECK(rows_of(place.others, "SELECT name FROM sqlite_schema") == Lines{"counts"});
  CHECK(place.told.empty());
}

TEST_CASE("an emission without rows touches nothing", "[sqlite_sink]") {
  Place place;
  place.must_open();
  const std::uint64_t effect_count = place.world.disk.effect_count();
  place.must_give(emission(0, {}));
  CHECK(place.settle(1).value().applied == 1);
  CHECK(place.world.disk.effect_count() == effect_count);
}

TEST_CASE("totals are the last ones of each word, and nothing else is kept", "[sqlite_sink]") {
  Place place;
  place.is_total = true;
  place.must_open();
  Emission first = emission(1, {{"a", 1}, {"b", 1}});
  place.must_give(first);
  CHECK(place.settle(1).has_value());
  Emission second = emission(2, {{"a", 2}, {"b", 1}});
  second.changed = emission(2, {{"a", 2}}).changed;
  place.must_give(second);
  CHECK(place.settle(2).has_value());
  CHECK(place.totals() == Lines{"a 2", "b 1"});
  CHECK(rows_of(place.others, "SELECT name FROM sqlite_schema") == Lines{"totals"});
}

TEST_CASE("a file that is no database, or has other tables, is refused and left alone",
          "[sqlite_sink]") {
  Place place;
  place.world.disk.put(kPath, std::string(5000, 'x'));
  CHECK(failed_as(place.open(), ErrorCode::BadData, {kPath, "not a database"}));
  CHECK(place.world.disk.text(kPath) == std::string(5000, 'x'));
  for (const char* const sql :
       {"CREATE TABLE counts (word, count)", "CREATE TABLE counts (start_ms, end_ms, word, count)",
        "CREATE TABLE counts (start_ms, end_ms, word, count, PRIMARY KEY (start_ms, end_ms, word))",
        "CREATE TABLE counts (start_ms, end_ms, word, count, more, "
        "PRIMARY KEY (end_ms, start_ms, word))",
        "CREATE VIEW counts AS SELECT 1 AS start_ms, 2 AS end_ms, '' AS word, 3 AS count"}) {
    place.world.disk.remove(kPath);
    place.execute(sql);
    CHECK(failed_as(place.open(), ErrorCode::BadData, {kPath, "counts"}));
  }
  place.world.disk.remove(kPath);
  place.execute("CREATE TABLE wordstream_progress (a)");
  CHECK(failed_as(place.open(resume(1, 0, 0)), ErrorCode::BadData, {"wordstream_progress"}));
  place.must_open();
}

TEST_CASE("a database of others keeps what they have in it", "[sqlite_sink]") {
  Place place;
  place.execute(
      "PRAGMA journal_mode = WAL; CREATE TABLE theirs (x); INSERT INTO theirs VALUES (7)");
  place.must_open(resume(1, 0, 0));
  place.batch(1, {{"a", 1}});
  CHECK(rows_of(place.others, "SELECT x FROM theirs") == Lines{"7"});
  CHECK(rows_of(place.others, "PRAGMA journal_mode") == Lines{"delete"});
}

TEST_CASE("a writer beside us is waited for, and told of once when it takes long",
          "[sqlite_sink]") {
  Place place;
  place.must_open();
  auto other = place.others.open_database(kPath, {}).value();
  for (const int seconds : {4, 60}) {
    CHECK(other->execute("BEGIN IMMEDIATE").has_value());
    place.world.timeline.after(std::chrono::seconds(seconds),
                               [&] { CHECK(other->execute("COMMIT").has_value()); });
    place.batch(static_cast<std::uint64_t>(seconds), {{"a", 1}});
    CHECK(place.count_told<event::OutputBusy>() == (seconds == 4 ? 0 : 1));
  }
  CHECK(place.counts().size() == 2);
}

TEST_CASE("a reader delays a batch and does no harm", "[sqlite_sink]") {
  Place place;
  place.must_open();
  place.batch(1, {{"a", 1}, {"b", 1}});
  auto reader = place.others.open_database(kPath, {.read_only = true}).value();
  Statement query = reader->prepare("SELECT word FROM counts").value();
  CHECK(query.step().value());
  place.world.timeline.after(std::chrono::seconds(20), [&] { query.reset(); });
  place.batch(2, {{"c", 1}});
  CHECK(place.count_told<event::OutputBusy>() == 1);
  CHECK(place.counts().size() == 3);
}

TEST_CASE("readers at the start are waited for, and no others come in meanwhile", "[sqlite_sink]") {
  Place place;
  place.must_open(resume(1, 0, 0));
  place.batch(1, {{"a", 1}, {"b", 1}});
  auto reader = place.others.open_database(kPath, {.read_only = true}).value();
  Statement query = reader->prepare("SELECT word FROM counts").value();
  REQUIRE(query.step().value());
  place.sink = place.make(resume(2, 1, 1));
  REQUIRE(finish_turns(*place.sink, &Sink::look, &place.world).has_value());
  const auto turn = place.sink->take_over(place.world.clock.steady()).value();
  CHECK(turn.state == Turn::State::Idle);
  auto late = place.others.open_database(kPath, {.read_only = true}).value();
  CHECK(failed_as(status_of(late->integer("SELECT count(*) FROM counts")), ErrorCode::Busy));
  query.reset();
  REQUIRE(finish_turns(*place.sink, &Sink::take_over, &place.world).has_value());
  CHECK(place.progress() == Lines{kJournalText + " 1 2"});
}

TEST_CASE("a database whose texts are not UTF-8 is refused", "[sqlite_sink]") {
  Place place;
  place.execute("PRAGMA encoding = 'UTF-16'; CREATE TABLE theirs (x)");
  CHECK(failed_as(place.open(), ErrorCode::BadData, {kPath, "UTF-8"}));
}

TEST_CASE("nobody is waited for long when the run is given up", "[sqlite_sink]") {
  for (const int seconds_after : {0, 60}) {
    Place place;
    place.must_open();
    auto other = place.others.open_database(kPath, {}).value();
    CHECK(other->execute("BEGIN IMMEDIATE").has_value());
    place.world.timeline.after(std::chrono::seconds(60), [&] { place.control.interrupt(); });
    place.world.timeline.after(std::chrono::milliseconds(60'500 + seconds_after * 1000),
                               [&] { CHECK(other->execute("COMMIT").has_value()); });
    place.must_give(emission(1, {{"a", 1}}));
    const Result<SinkMark> settled = place.settle(1);
    // Whoever is done within a second more does no harm.
    CHECK(settled.has_value() == (seconds_after == 0));
    if (!settled) CHECK(settled.error().code == ErrorCode::Busy);
  }
}

TEST_CASE("a database that is held at the start is given up when the wait is over",
          "[sqlite_sink]") {
  for (const int millis : {9'900, 10'100}) {
    Place place;
    auto other = place.others.open_database(kPath, {}).value();
    REQUIRE(other->execute("BEGIN EXCLUSIVE").has_value());
    place.world.timeline.after(Millis(millis),
                               [&] { CHECK(other->execute("COMMIT").has_value()); });
    const SteadyTime began = place.world.clock.steady();
    place.patience = Patience{Millis(10'000), began + Millis(10'000)};
    const Status opened = place.open(resume(1, 0, 0));
    CHECK(opened.has_value() == (millis == 9'900));
    if (opened) continue;
    CHECK(failed_as(opened, ErrorCode::Unavailable, {kPath, "within 10s", "locked", "--wait"}));
    CHECK(place.world.clock.steady() == began + Millis(10'000));
  }
}

TEST_CASE("a database that was ours once is waited for as long as it takes", "[sqlite_sink]") {
  Place place;
  place.patience = Patience{Millis(1'000), place.world.clock.steady() + Millis(1'000)};
  place.must_open(resume(1, 0, 0));
  auto other = place.others.open_database(kPath, {}).value();
  REQUIRE(other->execute("BEGIN IMMEDIATE").has_value());
  place.world.timeline.after(std::chrono::hours(1),
                             [&] { CHECK(other->execute("COMMIT").has_value()); });
  place.batch(1, {{"a", 1}});
  CHECK(place.counts().size() == 1);
}

TEST_CASE("others can read and write until a batch is settled", "[sqlite_sink]") {
  Place place;
  place.must_open();
  Counts many;
  for (int i = 0; i < 20'000; ++i) many["a word that takes room " + std::to_string(i)] = 1;
  place.must_give(emission(1, many));
  auto other = place.others.open_database(kPath, {}).value();
  CHECK(other->execute("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)").has_value());
  CHECK(place.counts().empty());
  CHECK(place.settle(1).has_value());
  CHECK(place.counts().size() == 20'000);
}

TEST_CASE("a full disk is an error of its own, and nothing of the batch stays", "[sqlite_sink]") {
  Place place;
  place.must_open();
  place.batch(1, {{"a", 1}});
  place.world.disk.is_full = true;
  Counts many;
  for (int i = 0; i < 20'000; ++i) many["a word that takes room " + std::to_string(i)] = 1;
  Status status = place.give(emission(2, many));
  if (status) status = status_of(place.settle(2));
  CHECK(failed_as(status, ErrorCode::NoSpace, {kPath, "make room"}));
  place.sink.reset();
  place.world.disk.is_full = false;
  place.must_open();
  CHECK(place.counts() == Lines{"1000 2000 a 1"});
}
