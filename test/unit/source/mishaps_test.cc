// What befalls a followed log between two looks, or two runs: the smallest case of each.
#include <fmt/format.h>

#include "catch.h"
#include "packed.h"
#include "unit/source/read_log.h"

using namespace wordstream;

namespace {

/// A log in a directory that may be away.
struct MountedLog : SourceRun {
  MountedLog() {
    world.disk.make_directory("/logs");
    world.disk.append("/logs/app.log", "one\n");
    REQUIRE(follow().has_value());
  }
  Status follow() { return start<LogSource>("/logs/app.log", true, world.files); }
};

}  // namespace

TEST_CASE("a run that begins before the directory is mounted finds the file soon after",
          "[mishaps]") {
  MountedLog log;
  log.crash();
  log.world.disk.unmount("/logs");
  REQUIRE(log.follow().has_value());
  log.world.disk.mount("/logs");
  log.world.disk.append("/logs/app.log", "two\n");
  log.pass(std::chrono::seconds(2));
  CHECK(log.lines() == Lines{"one", "two"});
}

TEST_CASE("a rotation in a directory that was mounted anew is seen", "[mishaps]") {
  MountedLog log;
  log.world.disk.unmount("/logs");
  log.settle();
  log.world.disk.mount("/logs");
  log.pass(std::chrono::seconds(2));
  log.world.disk.rename("/logs/app.log", "/logs/app.log.1");
  log.world.disk.append("/logs/app.log", "two\n");
  log.settle();
  CHECK(log.lines() == Lines{"one", "two"});
}

TEST_CASE("a writer with a place of his own leaves NULs that are no text where a copy was read on",
          "[mishaps]") {
  ReadLog log(true, "one\n", 1);
  REQUIRE(log.follow().has_value());
  log.disk.copy("app.log", "app.log.1");
  log.settle();
  log.disk.truncate("app.log", 0);
  log.settle();
  log.disk.write_at("app.log", 4, "two\n");
  log.settle();
  CHECK(log.lines() == Lines{"one", "two"});
  CHECK(log.told<event::ZerosSkipped>().size() == 1);
}

TEST_CASE("NULs that a truncation has led to are no text in a copy either, nor after a restart",
          "[mishaps]") {
  ReadLog log(true, "one\n", 0);
  log.disk.copy("app.log", "app.log.2");
  log.disk.truncate("app.log", 0);
  log.disk.write_at("app.log", 4, "two\n");
  log.disk.copy("app.log", "app.log.1");
  log.disk.truncate("app.log", 0);
  log.disk.write_at("app.log", 8, "three\n");
  REQUIRE(log.follow().has_value());
  CHECK(log.lines() == Lines{"one", "two", "three"});
}
