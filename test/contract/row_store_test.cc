// Stores of rows, as a row sink needs them: a database on the kernel's files and on the fake disk,
// the fake server, whose connections can be lost besides, and, where this is built for it, a real
// one.
#include "sink/row_store.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "contract/contract.h"
#include "sink/sqlite_store.h"
#ifdef WORDSTREAM_WITH_SERVER
#include "server/postgres.h"
#include "sink/postgres_store.h"
#endif

using namespace wordstream;
using namespace wordstream::contract;

namespace {

using Lines = std::vector<std::string>;
using Counts = std::map<std::string, std::uint64_t>;

/// A database, and a reader beside its writers.
template <class Machine>
class SqlitePlace {
 public:
  std::unique_ptr<RowStore> connect(bool has_journal = true) {
    const SqliteTable table = is_total ? SqliteTable::Totals : SqliteTable::Counts;
    return std::make_unique<SqliteStore>(machine_.storage(), path(), table, has_journal);
  }
  Lines counts() {
    return select("SELECT start_ms || '-' || end_ms || ' ' || word || ' ' || count FROM counts");
  }
  Lines totals() { return select("SELECT word || ' ' || count FROM totals"); }

  bool is_total = false;

 private:
  std::string path() { return machine_.path("rows.db"); }
  Lines select(const std::string& sql) {
    const auto database = machine_.storage().open_database(path(), {}).value();
    Statement query = database->prepare(sql).value();
    Lines lines;
    while (query.step().value()) lines.emplace_back(query.bytes(0));
    return lines;
  }

  Machine machine_;
};

class ServerPlace {
 public:
  std::unique_ptr<RowStore> connect(bool /*has_journal*/ = true) {
    return std::make_unique<sim::FakeRowStore>(world_.server, world_.storage.process(), is_total);
  }
  Lines counts() {
    Lines lines;
    for (const auto& [key, count] : world_.server.counts()) {
      lines.push_back(fmt::format("{}-{} {} {}", key.start_ms, key.end_ms, key.word, count));
    }
    return lines;
  }
  Lines totals() {
    Lines lines;
    for (const auto& [key, count] : world_.server.totals()) {
      lines.push_back(fmt::format("{} {}", key.word, count));
    }
    return lines;
  }

  bool is_total = false;

 private:
  sim::World world_{1};
};

#ifdef WORDSTREAM_WITH_SERVER
/// A real server of its own.
class PostgresPlace {
 public:
  std::unique_ptr<RowStore> connect(bool has_journal = true) {
    SinkResume resume;
    resume.epoch = 3;
    return std::make_unique<PostgresStore>(
        server_.uri(), "server", PostgresTable{"public", is_total ? "totals" : "counts"}, is_total,
        has_journal ? std::optional(resume) : std::nullopt);
  }
  Lines counts() {
    return lines("counts", "start_ms || '-' || end_ms || ' ' || word || ' ' || count");
  }
  Lines totals() { return lines("totals", "word || ' ' || count"); }

  bool is_total = false;

 private:
  Lines lines(const std::string& table, const std::string& row) {
    return server_.lines(fmt::format("SELECT {} FROM {} ORDER BY 1", row, table));
  }

  server::Postgres server_;
};
#endif

const StoreProgress kFirst{"00000000000000000000000000000000", 0, 3, {"here", 7}, ""};

/// An act to its end: a server may have to be asked for that more than once.
template <class Act_>
Result<Act> finish(const Act_& act) {
  Result<Act> done = act();
  while (done && done->state == Act::State::UnderWay) done = act();
  return done;
}

Act act_of(const Result<Act>& act) {
  if (!act) FAIL(act.error().message);
  return *act;
}

void must(const Result<Act>& act) {
  INFO(act_of(act).why);
  REQUIRE(act_of(act).is_done());
}

#define ACT_OF(...) act_of(finish([&] { return __VA_ARGS__; }))
#define MUST(...) must(finish([&] { return __VA_ARGS__; }))

std::optional<StoreProgress> progress_of(RowStore& store) {
  std::optional<StoreProgress> progress;
  MUST(store.read_progress(progress));
  return progress;
}

/// A connection that has taken the store over, where nobody or `found` was before.
template <class Place>
std::unique_ptr<RowStore> owner(Place& place, const std::optional<StoreProgress>& found = {},
                                const StoreProgress& ours = kFirst, bool clears_totals = false) {
  std::unique_ptr<RowStore> store = place.connect();
  CHECK(progress_of(*store) == found);
  MUST(store->take_over({found, ours, clears_totals}));
  return store;
}

/// Batch 1 ends at 2000.
Result<Act> write(RowStore& store, std::uint64_t batch, const Counts& counts,
                  bool may_be_there = false) {
  const Label end = Label(Millis(1000)) + Millis(1000) * static_cast<int>(batch);
  std::vector<WordCount> rows;
  for (const auto& [word, count] : counts) rows.push_back({word, count});
  store.give({1, {end - Millis(1000), end, false}, std::move(rows), may_be_there});
  return finish([&] { return store.write(); });
}

/// The same, and what the commit says to it.
Result<Act> write_all(RowStore& store, std::uint64_t batch, const Counts& counts) {
  Result<Act> written = write(store, batch, counts);
  return written ? finish([&] { return store.commit(); }) : written;
}

void batch(RowStore& store, std::uint64_t batch, const Counts& counts, bool may_be_there = false) {
  MUST(store.begin());
  MUST(write(store, batch, counts, may_be_there));
  MUST(store.commit());
}

}  // namespace

/// A test case that runs with each store.
#ifdef WORDSTREAM_WITH_SERVER
#define STORE_CONTRACT(name) TEMPLATE_TEST_CASE(name, "[row_store]", PostgresPlace)
#else
#define STORE_CONTRACT(name)                                                                  \
  TEMPLATE_TEST_CASE(name, "[row_store]", SqlitePlace<RealOutside>, SqlitePlace<FakeOutside>, \
                     ServerPlace)
#endif

STORE_CONTRACT("a store that nobody has written to says nothing of itself") {
  TestType place;
  CHECK_FALSE(progress_of(*place.connect()).has_value());
  CHECK_FALSE(progress_of(*place.connect(false)).has_value());
}

STORE_CONTRACT("who takes a store over has its tables, and stands in it") {
  TestType place;
  const auto store = owner(place);
  CHECK(progress_of(*store) == kFirst);
  CHECK(progress_of(*place.connect()) == kFirst);
  CHECK(place.counts().empty());
}

STORE_CONTRACT("without a journal there is no progress, and there are rows") {
  TestType place;
  const auto store = place.connect(false);
  CHECK_FALSE(progress_of(*store).has_value());
  MUST(store->take_over({{}, {}, false}));
  batch(*store, 1, {{"a", 1}});
  CHECK(place.counts() == Lines{"1000-2000 a 1"});
  CHECK_FALSE(progress_of(*store).has_value());
}

STORE_CONTRACT("progress comes back as it was, with its process and its positions") {
  TestType place;
  const StoreProgress ours{"j", 41, 5, {"a host", 4711}, "12\t/var/log/app.log\n3\tother\n"};
  const auto store = owner(place, {}, ours);
  const auto check = [&](const StoreProgress& expected) {
    const std::optional<StoreProgress> there = progress_of(*place.connect());
    REQUIRE(there.has_value());
    CHECK(*there == expected);
    CHECK(there->process.host == "a host");
    CHECK(there->process.pid == 4711);
    CHECK(there->positions == expected.positions);
  };
  check(ours);
  StoreProgress later = ours;
  later.batch = 42;
  later.positions = "99\t/var/log/app.log\n";
  MUST(store->begin());
  MUST(store->note(later));
  MUST(store->commit());
  check(later);
}

STORE_CONTRACT("a store where another progress stands than was found is not taken over") {
  TestType place;
  place.is_total = true;
  const auto first = owner(place);
  batch(*first, 1, {{"a", 1}});
  StoreProgress other = kFirst;
  other.epoch = 9;
  StoreProgress further = kFirst, foreign = kFirst;
  further.batch = 1;
  foreign.journal = "another journal";
  const auto late = place.connect();
  CHECK(progress_of(*late) == kFirst);
  for (const std::optional<StoreProgress>& found :
       {std::optional<StoreProgress>(), std::optional(other), std::optional(further),
        std::optional(foreign)}) {
    const Act act = ACT_OF(late->take_over({found, other, true}));
    CHECK(act.state == Act::State::Overtaken);
  }
  CHECK(progress_of(*first) == kFirst);
  CHECK(place.totals() == Lines{"a 1"});
  MUST(late->take_over({kFirst, other, true}));
  CHECK(progress_of(*first) == other);
  CHECK(place.totals().empty());
}

STORE_CONTRACT("who was taken over can note nothing, and his transaction is undone") {
  TestType place;
  const auto old = owner(place);
  StoreProgress newer = kFirst;
  newer.epoch = 4;
  const auto current = owner(place, kFirst, newer);
  // A server that others wait for says so before anything is written.
  const Act begun = ACT_OF(old->begin());
  if (begun.is_done()) {
    MUST(write(*old, 1, {{"old", 1}}));
    StoreProgress behind = kFirst;
    behind.batch = 1;
    CHECK(ACT_OF(old->note(behind)).state == Act::State::Overtaken);
  } else {
    CHECK(begun.state == Act::State::Overtaken);
  }
  CHECK(progress_of(*old) == newer);
  batch(*current, 1, {{"new", 1}});
  CHECK(place.counts() == Lines{"1000-2000 new 1"});
}

STORE_CONTRACT("rows and progress are seen when they are committed, and not before") {
  TestType place;
  const auto store = owner(place);
  StoreProgress one = kFirst;
  one.batch = 1;
  MUST(store->begin());
  MUST(write(*store, 1, {{"a", 1}, {"b", 2}}));
  MUST(store->note(one));
  CHECK(place.counts().empty());
  CHECK(progress_of(*place.connect()).value().batch == 0);
  MUST(store->commit());
  CHECK(place.counts() == Lines{"1000-2000 a 1", "1000-2000 b 2"});
  CHECK(progress_of(*place.connect()).value().batch == 1);
}

STORE_CONTRACT("a row that is there is an error, or replaced where it may be there") {
  TestType place;
  auto store = owner(place);
  batch(*store, 1, {{"a", 1}, {"b", 2}});
  batch(*store, 1, {{"a", 1}, {"c", 3}}, true);
  batch(*store, 2, {{"a", 4}});
  MUST(store->begin());
  const Result<Act> refused = write_all(*store, 2, {{"z", 1}, {"a", 5}});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::AlreadyThere);
  store.reset();
  CHECK(place.counts() ==
        Lines{"1000-2000 a 1", "1000-2000 b 2", "1000-2000 c 3", "2000-3000 a 4"});
}

STORE_CONTRACT("a row that was written in the same transaction is there, too") {
  TestType place;
  const auto store = owner(place);
  MUST(store->begin());
  MUST(write(*store, 1, {{"a", 1}}));
  const Result<Act> refused = write_all(*store, 1, {{"a", 1}});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::AlreadyThere);
}

STORE_CONTRACT("totals are always replaced, and cleared in a transaction") {
  TestType place;
  place.is_total = true;
  const auto store = owner(place);
  batch(*store, 1, {{"a", 1}, {"b", 1}});
  batch(*store, 2, {{"a", 2}});
  CHECK(place.totals() == Lines{"a 2", "b 1"});
  MUST(store->begin());
  MUST(store->clear_totals());
  MUST(write(*store, 3, {{"c", 1}}));
  CHECK(place.totals() == Lines{"a 2", "b 1"});
  MUST(store->commit());
  CHECK(place.totals() == Lines{"c 1"});
}

STORE_CONTRACT("totals of another job go when the store is taken over, or stay") {
  TestType place;
  place.is_total = true;
  auto store = owner(place);
  batch(*store, 1, {{"a", 1}});
  StoreProgress next = kFirst;
  next.epoch = 4;
  store = owner(place, kFirst, next);
  CHECK(place.totals() == Lines{"a 1"});
  next.epoch = 5;
  StoreProgress before = kFirst;
  before.epoch = 4;
  store = owner(place, before, next, true);
  CHECK(place.totals().empty());
}

STORE_CONTRACT("a second writer is told to come again, and then gets on") {
  TestType place;
  const auto first = owner(place);
  const auto second = place.connect();
  CHECK(progress_of(*second) == kFirst);
  MUST(second->take_over({kFirst, kFirst, false}));
  MUST(first->begin());
  MUST(write(*first, 1, {{"a", 1}}));
  const Act begun = ACT_OF(second->begin());
  CHECK(begun.state == Act::State::NotNow);
  CHECK(begun.why.find(second->name()) != std::string::npos);
  CHECK(ACT_OF(second->take_over({kFirst, kFirst, false})).state == Act::State::NotNow);
  CHECK(progress_of(*second) == kFirst);
  MUST(first->commit());
  batch(*second, 2, {{"b", 1}});
  CHECK(place.counts() == Lines{"1000-2000 a 1", "2000-3000 b 1"});
}

STORE_CONTRACT("a transaction goes with its connection") {
  TestType place;
  auto store = owner(place);
  const auto other = place.connect();
  CHECK(progress_of(*other) == kFirst);
  MUST(other->take_over({kFirst, kFirst, false}));
  StoreProgress one = kFirst;
  one.batch = 1;
  MUST(store->begin());
  MUST(write(*store, 1, {{"a", 1}}));
  MUST(store->note(one));
  store.reset();
  CHECK(progress_of(*other) == kFirst);
  CHECK(place.counts().empty());
  batch(*other, 1, {{"b", 1}});
  CHECK(place.counts() == Lines{"1000-2000 b 1"});
}
