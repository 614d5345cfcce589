// What the door to what must last promises, and whether the fake disk keeps it through power losses
// at every effect; processes that die, and others that hold.
#include <algorithm>
#include <string>
#include <vector>

#include "catch.h"
#include "sim/world.h"

using namespace wordstream;
using namespace wordstream::sim;

namespace {

const std::string kDirectory = "/state/job";
const std::string kPath = "/state/job/out";

/// What the door has promised so far.
struct Promised {
  bool directory = false;
  std::string text;
};

void store_until_killed(Storage& storage, Promised& promised) {
  if (!storage.make_directory(kDirectory)) return;
  promised.directory = true;
  const auto lock = storage.lock_directory(kDirectory);
  if (!lock) return;
  const auto file = storage.open_file(kPath);
  if (!file) return;
  std::string text(1000, '\0');
  text.resize((*file)->read_at(0, text).value());
  for (const std::string_view words : {"to be ", "or ", "not ", "to be"}) {
    if (!(*file)->append(words)) return;
    text += words;
    if (!(*file)->sync()) return;
    promised.text = text;
  }
}

void check(const FakeDisk& disk, const Promised& promised) {
  CHECK((!promised.directory || disk.has(kDirectory)));
  const std::string left = disk.has(kPath) ? disk.text(kPath) : "";
  CHECK(left.starts_with(promised.text));
}

}  // namespace

TEST_CASE("what was synced is there after a power loss at any effect", "[disk]") {
  World whole(1);
  Promised all;
  store_until_killed(whole.storage, all);
  REQUIRE(all.text == "to be or not to be");
  for (std::uint64_t nth = 1; nth <= whole.disk.effect_count(); ++nth) {
    for (const auto kind : {Fate::Kind::DiesBefore, Fate::Kind::DiesAfter}) {
      for (std::uint64_t seed = 0; seed < 200; ++seed) {
        World world(seed);
        world.disk.on_effect = [=](const Effect& effect) {
          return effect.index == nth ? Fate{kind} : Fate{};
        };
        Promised promised;
        store_until_killed(world.storage, promised);
        world.disk.lose_power();
        check(world.disk, promised);
        world.storage.restart();
        store_until_killed(world.storage, promised);
        CHECK(promised.text.ends_with(all.text));
        world.disk.lose_power();
        check(world.disk, promised);
      }
    }
  }
}

TEST_CASE("a process that is killed at any effect leaves all to the next one", "[disk]") {
  World whole(1);
  Promised all;
  store_until_killed(whole.storage, all);
  for (std::uint64_t nth = 1; nth <= whole.disk.effect_count(); ++nth) {
    World world(nth);
    world.disk.on_effect = [=](const Effect& effect) {
      return effect.index == nth ? Fate{Fate::Kind::DiesAfter} : Fate{};
    };
    Promised promised;
    store_until_killed(world.storage, promised);
    CHECK_FALSE(world.storage.is_alive());
    world.storage.restart();
    Promised again;
    store_until_killed(world.storage, again);
    CHECK(again.text.ends_with(all.text));
    CHECK(world.disk.text(kPath).starts_with(promised.text));
  }
}

TEST_CASE("a sync that failed is final for its file, and may have lost what was written",
          "[disk]") {
  std::vector<std::string> found;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    World world(seed);
    const auto file = world.storage.open_file("/out").value();
    REQUIRE(file->append("to be").has_value());
    world.disk.on_effect = [](const Effect& effect) {
      return effect.kind == Effect::Kind::Sync ? Fate{Fate::Kind::Fails} : Fate{};
    };
    const Status refused = file->sync();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::Io);
    world.disk.on_effect = nullptr;
    CHECK_FALSE(file->sync().has_value());
    CHECK_FALSE(file->append("more").has_value());
    found.push_back(world.disk.text("/out"));
  }
  CHECK(std::ranges::count(found, "to be") > 0);
  CHECK(std::ranges::count(found, std::string(5, '\0')) > 0);
}

TEST_CASE("what one process holds another cannot, until the first is dead", "[disk]") {
  World world(1);
  FakeStorage other(world.disk, world.timeline, world.clock);
  REQUIRE(world.storage.make_directory(kDirectory).has_value());
  const auto lock = world.storage.lock_directory(kDirectory).value();
  const auto file = world.storage.open_file(kPath).value();
  CHECK(other.owner_of_directory(kDirectory).value() == world.storage.pid());
  CHECK(other.lock_directory(kDirectory).error().code == ErrorCode::Busy);
  CHECK(other.open_file(kPath).error().code == ErrorCode::Busy);
  world.storage.kill();
  CHECK(other.owner_of_directory(kDirectory).value() == 0);
  const auto taken = other.lock_directory(kDirectory).value();
  CHECK(other.owner_of_directory(kDirectory).value() == other.pid());
  CHECK(other.open_file(kPath).has_value());
  // The dead one's objects do nothing more, and free nothing that is not theirs.
  CHECK_FALSE(file->append("more").has_value());
  CHECK(world.disk.text(kPath).empty());
}

TEST_CASE("a dead process's open transaction is undone by the next one", "[disk]") {
  World world(1);
  {
    const auto database = world.storage.open_database("/numbers.db", {}).value();
    REQUIRE(database
                ->execute("PRAGMA cache_size=2; CREATE TABLE numbers(n);"
                          "INSERT INTO numbers VALUES (zeroblob(90000)); BEGIN;"
                          "UPDATE numbers SET n = n || 'x'")
                .has_value());
    CHECK(world.disk.has("/numbers.db-journal"));
    world.storage.kill();
    const std::uint64_t effect_count = world.disk.effect_count();
    CHECK_FALSE(database->execute("COMMIT").has_value());
    CHECK(world.disk.effect_count() == effect_count);
  }
  CHECK(world.disk.has("/numbers.db-journal"));
  world.storage.restart();
  const auto database = world.storage.open_database("/numbers.db", {}).value();
  CHECK(database->integer("SELECT length(n) FROM numbers").value() == 90000);
  CHECK_FALSE(world.disk.has("/numbers.db-journal"));
}

TEST_CASE("time passes while SQLite waits for another process", "[disk]") {
  World world(1);
  FakeStorage other(world.disk, world.timeline, world.clock);
  const auto first = world.storage.open_database("/numbers.db", {}).value();
  REQUIRE(first->execute("CREATE TABLE numbers(n); BEGIN EXCLUSIVE").has_value());
  world.timeline.after(Millis(300), [&] { REQUIRE(first->execute("COMMIT").has_value()); });
  const SteadyTime before = world.clock.steady();
  Millis waited{};
  const auto wait = [&](Millis so_far) {
    waited = so_far;
    return true;
  };
  const auto second = other.open_database("/numbers.db", {.while_busy = wait}).value();
  REQUIRE(second->execute("INSERT INTO numbers VALUES (1)").has_value());
  CHECK(waited >= Millis(300));
  CHECK(world.clock.steady() - before >= Millis(300));
}

TEST_CASE("errors of the fake disk reach the program with their codes", "[disk]") {
  World world(1);
  const auto fail_with = [&](int error) {
    world.disk.on_effect = [=](const Effect&) { return Fate{Fate::Kind::Fails, error}; };
  };
  fail_with(EACCES);
  CHECK(world.storage.open_file("/out").error().code == ErrorCode::NotPermitted);
  CHECK(world.storage.make_directory("/state").error().code == ErrorCode::NotPermitted);
  CHECK(world.storage.open_database("/numbers.db", {}).error().code == ErrorCode::NotPermitted);
  fail_with(ENOSPC);
  CHECK(world.storage.open_file("/out").error().code == ErrorCode::NoSpace);
  world.disk.on_effect = nullptr;
  const auto database = world.storage.open_database("/numbers.db", {}).value();
  fail_with(ENOSPC);
  CHECK(database->execute("CREATE TABLE numbers(n)").error().code == ErrorCode::NoSpace);
  fail_with(EIO);
  CHECK(database->execute("CREATE TABLE numbers(n)").error().code == ErrorCode::Io);
  world.disk.on_effect = nullptr;
  CHECK(database->execute("CREATE TABLE numbers(n)").has_value());
}
