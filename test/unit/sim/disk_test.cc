#include "sim/disk.h"

#include <set>
#include <string>
#include <vector>

#include "catch.h"
#include "sim/process.h"

using namespace wordstream::sim;

namespace {

constexpr std::uint64_t kSeedCount = 500;

/// A disk, and a process that uses it.
struct Machine {
  explicit Machine(std::uint64_t seed = 1) : disk(seed, trace), process(disk) {}

  std::unique_ptr<OpenFile> open(const std::string& path) {
    Errno error = 0;
    auto file = process.open(path, FakeProcess::Creation::IfMissing, error);
    REQUIRE(error == 0);
    return file;
  }
  void write(const std::string& path, std::string_view text) {
    REQUIRE(open(path)->write(0, text) == 0);
  }
  void write_and_sync(const std::string& path, std::string_view text) {
    const auto file = open(path);
    REQUIRE(file->write(0, text) == 0);
    REQUIRE(file->sync() == 0);
  }
  /// Every file and what is in it.
  std::string contents() const {
    std::string all;
    for (const std::string& path : disk.paths()) all += path + "=" + disk.text(path) + " ";
    return all;
  }

  Trace trace;
  FakeDisk disk;
  FakeProcess process;
};

/// What power losses make of a disk after `work`.
template <class Work>
std::set<std::string> outcomes(Work work) {
  std::set<std::string> found;
  for (std::uint64_t seed = 0; seed < kSeedCount; ++seed) {
    Machine machine(seed);
    work(machine);
    machine.disk.lose_power();
    found.insert(machine.contents());
  }
  return found;
}

/// The n-th effect from now on meets this fate.
void plan(FakeDisk& disk, std::uint64_t nth, Fate fate) {
  const std::uint64_t index = disk.effect_count() + nth;
  disk.on_effect = [=](const Effect& effect) { return effect.index == index ? fate : Fate{}; };
}

}  // namespace

TEST_CASE("a new file survives when its bytes and its directory are synced", "[disk]") {
  CHECK(outcomes([](Machine& machine) {
          machine.write_and_sync("/out", "to be");
          REQUIRE(machine.process.sync_directory("/") == 0);
        }) == std::set<std::string>{"/out=to be "});
}

TEST_CASE("a new file's name may be lost where its directory was not synced", "[disk]") {
  CHECK(outcomes([](Machine& machine) { machine.write_and_sync("/out", "to be"); }) ==
        std::set<std::string>{"", "/out=to be "});
}

TEST_CASE("a new file may be empty where its bytes were not synced", "[disk]") {
  const auto found = outcomes([](Machine& machine) {
    machine.write("/out", "to be");
    REQUIRE(machine.process.sync_directory("/") == 0);
  });
  CHECK(found.contains("/out= "));
  CHECK(found.contains("/out=to be "));
}

TEST_CASE("names that were not synced are lost each for itself", "[disk]") {
  CHECK(outcomes([](Machine& machine) {
          machine.write_and_sync("/a", "1");
          machine.write_and_sync("/b", "2");
        }) == std::set<std::string>{"", "/a=1 ", "/b=2 ", "/a=1 /b=2 "});
}

TEST_CASE("a file that was removed may come back, with what it had synced", "[disk]") {
  CHECK(outcomes([](Machine& machine) {
          machine.disk.put("/out", "to be");
          REQUIRE(machine.process.unlink("/out") == 0);
        }) == std::set<std::string>{"", "/out=to be "});
  CHECK(outcomes([](Machine& machine) {
          machine.disk.put("/out", "to be");
          REQUIRE(machine.process.unlink("/out") == 0);
          REQUIRE(machine.process.sync_directory("/") == 0);
        }) == std::set<std::string>{""});
}

TEST_CASE("a file that was removed unsynced, and comes back, has lost what it had not synced",
          "[disk]") {
  const auto found = outcomes([](Machine& machine) {
    machine.disk.put("/out", "");
    machine.write("/out", "to be");
    REQUIRE(machine.process.unlink("/out") == 0);
  });
  CHECK(found.contains("/out= "));
  CHECK(found.contains(""));
}

TEST_CASE("a file under a new name has one of both names", "[disk]") {
  CHECK(outcomes([](Machine& machine) {
          machine.disk.put("/new", "to be");
          machine.disk.put("/out", "or not");
          REQUIRE(machine.process.rename("/new", "/out") == 0);
        }) == std::set<std::string>{"/new=to be /out=or not ", "/out=to be "});
}

TEST_CASE("what happened to one name is lost from its end", "[disk]") {
  CHECK(outcomes([](Machine& machine) {
          machine.write_and_sync("/a", "1");
          REQUIRE(machine.process.rename("/a", "/b") == 0);
          machine.write_and_sync("/a", "2");
        }) == std::set<std::string>{"", "/a=1 ", "/b=1 ", "/a=2 /b=1 "});
}

TEST_CASE("what is in a directory that was not synced into its own is lost with it", "[disk]") {
  CHECK(outcomes([](Machine& machine) {
          REQUIRE(machine.process.make_directory("/state") == 0);
          machine.write_and_sync("/state/out", "to be");
          REQUIRE(machine.process.sync_directory("/state") == 0);
        }) == std::set<std::string>{"", "/state/out=to be "});
}

TEST_CASE("a directory's failed sync leaves its names in doubt until one works", "[disk]") {
  const auto fail_sync = [](Machine& machine) {
    machine.write_and_sync("/out", "to be");
    plan(machine.disk, 1, {Fate::Kind::Fails, EIO});
    REQUIRE(machine.process.sync_directory("/") == EIO);
    CHECK(machine.disk.text("/out") == "to be");
  };
  CHECK(outcomes(fail_sync) == std::set<std::string>{"", "/out=to be "});
  CHECK(outcomes([&](Machine& machine) {
          fail_sync(machine);
          REQUIRE(machine.process.sync_directory("/") == 0);
        }) == std::set<std::string>{"/out=to be "});
}

TEST_CASE("a killed process leaves what it has written, and its locks to others", "[disk]") {
  Machine machine;
  const auto file = machine.open("/out");
  REQUIRE(file->lock(LockLevel::Exclusive) == 0);
  REQUIRE(file->write(0, "to be") == 0);
  FakeProcess other(machine.disk);
  Errno error = 0;
  const auto same = other.open("/out", FakeProcess::Creation::None, error);
  CHECK(same->lock(LockLevel::Exclusive) == EAGAIN);
  machine.process.kill();
  CHECK(same->lock(LockLevel::Exclusive) == 0);
  CHECK(machine.disk.text("/out") == "to be");
}

TEST_CASE("a process that is killed before an effect has not done it, after it has", "[disk]") {
  for (const auto kind : {Fate::Kind::DiesBefore, Fate::Kind::DiesAfter}) {
    Machine machine;
    const auto file = machine.open("/out");
    plan(machine.disk, 1, {kind});
    CHECK(file->write(0, "to be") == EIO);
    CHECK_FALSE(machine.process.is_alive());
    CHECK(machine.disk.text("/out") == (kind == Fate::Kind::DiesAfter ? "to be" : ""));
    const std::uint64_t count = machine.disk.effect_count();
    CHECK(file->write(0, "more") == EIO);
    CHECK(file->sync() == EIO);
    CHECK(machine.process.unlink("/out") == EIO);
    CHECK(machine.process.make_directory("/state") == EIO);
    CHECK(machine.disk.effect_count() == count);
    CHECK(machine.disk.paths() == std::vector<std::string>{"/out"});
  }
}

TEST_CASE("an effect that fails has its error, and the process lives", "[disk]") {
  Machine machine;
  const auto file = machine.open("/out");
  plan(machine.disk, 1, {Fate::Kind::Fails, ENOSPC});
  CHECK(file->write(0, "to be") == ENOSPC);
  CHECK(std::string("to be").starts_with(machine.disk.text("/out")));
  plan(machine.disk, 1, {Fate::Kind::Fails, EACCES});
  CHECK(machine.process.unlink("/out") == EACCES);
  CHECK(machine.disk.has("/out"));
  CHECK(file->write(0, "to be") == 0);
  CHECK(file->sync() == 0);
}

TEST_CASE("a full disk takes a part of what is written", "[disk]") {
  std::set<std::string> found;
  for (std::uint64_t seed = 0; seed < kSeedCount; ++seed) {
    Machine machine(seed);
    const auto file = machine.open("/out");
    machine.disk.is_full = true;
    CHECK(file->write(0, "be") == ENOSPC);
    found.insert(machine.disk.text("/out"));
    CHECK(machine.process.make_directory("/state") == ENOSPC);
  }
  CHECK(found == std::set<std::string>{"", "b", "be"});
}

TEST_CASE("a power loss kills every process, and the next one finds the disk", "[disk]") {
  Machine machine;
  FakeProcess other(machine.disk);
  machine.write_and_sync("/out", "to be");
  REQUIRE(machine.process.sync_directory("/") == 0);
  machine.disk.lose_power();
  CHECK_FALSE(machine.process.is_alive());
  CHECK_FALSE(other.is_alive());
  FakeProcess next(machine.disk);
  CHECK(next.pid() != machine.process.pid());
  Errno error = 0;
  CHECK(next.open("/out", FakeProcess::Creation::None, error)->file().text() == "to be");
}

TEST_CASE("effects are numbered, and told with what they do", "[disk]") {
  Machine machine;
  std::vector<std::string> told;
  machine.disk.on_effect = [&](const Effect& effect) {
    CHECK(effect.index == told.size() + 1);
    CHECK(effect.pid == machine.process.pid());
    told.emplace_back(effect.description);
    return Fate{};
  };
  REQUIRE(machine.process.make_directory("/state") == 0);
  {
    const auto file = machine.open("/state/out");
    REQUIRE(file->lock(LockLevel::Exclusive) == 0);
    REQUIRE(file->write(0, "to be") == 0);
    REQUIRE(file->truncate(2) == 0);
    REQUIRE(file->sync() == 0);
  }
  REQUIRE(machine.process.rename("/state/out", "/state/new") == 0);
  REQUIRE(machine.process.unlink("/state/new") == 0);
  REQUIRE(machine.process.sync_directory("/state") == 0);
  CHECK(told == std::vector<std::string>{"make directory /state", "open /state/out: new",
                                         "lock /state/out", "write /state/out: 5 bytes at 0",
                                         "truncate /state/out: to 2 bytes", "sync /state/out",
                                         "rename /state/out: /state/new", "unlink /state/new",
                                         "sync directory /state"});
}
