// Does the disk find the settings of SQLite that lose what was committed? And leave those alone
// that do not?
#include <string>

#include "catch.h"
#include "sim/world.h"

using namespace wordstream;
using namespace wordstream::sim;

namespace {

const std::string kPath = "/numbers.db";
constexpr int kCommitCount = 6;

/// Writes transactions of several pages, each of which changes old rows too. Returns how many were
/// committed.
int write_until_killed(Storage& storage, const std::string& settings) {
  const auto database = storage.open_database(kPath, {});
  if (!database || !(*database)->execute(settings)) return 0;
  const Status made = (*database)->execute(
      "CREATE TABLE IF NOT EXISTS numbers(n INTEGER PRIMARY KEY, filling);"
      "CREATE TABLE IF NOT EXISTS last AS SELECT 0 AS n;");
  for (int n = 1; made && n <= kCommitCount; ++n) {
    const std::string number = std::to_string(n);
    const Status done = (*database)->execute(
        "BEGIN; INSERT INTO numbers VALUES (" + number + ", zeroblob(3000 + 500 * " + number +
        ")); UPDATE numbers SET filling = filling || 'x'; UPDATE last SET n = " + number +
        "; COMMIT");
    if (!done) return n - 1;
  }
  return made ? kCommitCount : 0;
}

struct Found {
  bool is_damaged = false;
  std::int64_t last = 0;  ///< transaction
};

Found read_back(Storage& storage) {
  const auto database = storage.open_database(kPath, {});
  if (!database) return {true, 0};
  const auto integer = [&](std::string_view sql) { return (*database)->integer(sql); };
  const Result<std::int64_t> tables = integer("SELECT count(*) FROM sqlite_schema");
  if (!tables) return {true, 0};
  if (*tables == 0) return {};
  const auto is_whole =
      integer("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'");
  if (!is_whole || *is_whole != 1) return {true, 0};
  if (*tables == 1) return {};
  const auto last = integer("SELECT n FROM last");
  const auto count = integer("SELECT count(*) FROM numbers");
  if (!last || !count || *last != *count) return {true, 0};
  return {false, *last};
}

struct Tally {
  int crash_count = 0;
  int damaged_count = 0;     ///< not a database any more, or a transaction by half
  int taken_back_count = 0;  ///< committed, and not there after the crash
};

/// One process that is killed by a power loss at a random effect, often a second one that is killed
/// while it recovers, and one that looks at what is left.
void crash_once(std::uint64_t seed, const std::string& settings, std::uint64_t effect_count,
                Tally& tally) {
  World world(seed);
  const auto kill_at = [&](std::uint64_t nth) {
    const std::uint64_t index = world.disk.effect_count() + nth;
    const auto kind = world.prng.one_in(2) ? Fate::Kind::DiesBefore : Fate::Kind::DiesAfter;
    world.disk.on_effect = [=](const Effect& effect) {
      return effect.index == index ? Fate{kind} : Fate{};
    };
  };
  kill_at(world.prng.between(1, effect_count));
  const int committed = write_until_killed(world.storage, settings);
  world.disk.lose_power();
  world.storage.restart();
  if (world.prng.one_in(2)) {
    kill_at(world.prng.between(1, 12));
    read_back(world.storage);
    world.disk.lose_power();
    world.storage.restart();
    ++tally.crash_count;
  }
  world.disk.on_effect = nullptr;
  const Found found = read_back(world.storage);
  ++tally.crash_count;
  tally.damaged_count += found.is_damaged ? 1 : 0;
  tally.taken_back_count += !found.is_damaged && found.last < committed ? 1 : 0;
  if (!found.is_damaged) CHECK(found.last <= committed + 1);
}

Tally crash_often(const std::string& settings) {
  constexpr int kCrashCount = 2000;
  World whole(1);
  REQUIRE(write_until_killed(whole.storage, settings) == kCommitCount);
  Tally tally;
  for (std::uint64_t seed = 0; tally.crash_count < kCrashCount; ++seed) {
    crash_once(seed, settings, whole.disk.effect_count(), tally);
  }
  return tally;
}

}  // namespace

TEST_CASE("SQLite keeps what was committed with the settings of the journal", "[disk]") {
  const Tally tally = crash_often(
      "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE;"
      "PRAGMA synchronous=FULL");
  CHECK(tally.damaged_count == 0);
  CHECK(tally.taken_back_count == 0);
}

TEST_CASE("SQLite keeps what was committed with the settings of the sink", "[disk]") {
  const Tally tally = crash_often("PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA");
  CHECK(tally.damaged_count == 0);
  CHECK(tally.taken_back_count == 0);
}

TEST_CASE("the disk takes back what was committed with FULL in place of EXTRA", "[disk]") {
  const Tally tally = crash_often("PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL");
  CHECK(tally.damaged_count == 0);
  CHECK(tally.taken_back_count > 0);
}

TEST_CASE("the disk damages what was written without a sync", "[disk]") {
  const Tally tally = crash_often("PRAGMA journal_mode=DELETE; PRAGMA synchronous=OFF");
  CHECK(tally.damaged_count > 0);
  CHECK(tally.taken_back_count > 0);
}

TEST_CASE("the disk damages what has no rollback journal", "[disk]") {
  CHECK(crash_often("PRAGMA journal_mode=OFF; PRAGMA synchronous=EXTRA").damaged_count > 0);
  CHECK(crash_often("PRAGMA journal_mode=MEMORY; PRAGMA synchronous=EXTRA").damaged_count > 0);
}

TEST_CASE("the same seed makes the same of SQLite on the disk", "[disk]") {
  const auto hash_of = [](std::uint64_t seed) {
    World world(seed);
    Tally tally;
    write_until_killed(world.storage, "PRAGMA synchronous=FULL");
    world.disk.lose_power();
    for (const std::string& path : world.disk.paths()) {
      world.trace.note("{}: {}", path, world.disk.text(path));
    }
    return world.trace.hash();
  };
  CHECK(hash_of(17) == hash_of(17));
  CHECK(hash_of(17) != hash_of(18));
}
