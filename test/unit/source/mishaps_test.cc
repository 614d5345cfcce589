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

TEST_CASE("a copy is looked for where the directory comes back after the truncation", "[mishaps]") {
  MountedLog log;
  log.world.disk.copy("/logs/app.log", "/logs/app.log.1");
  log.world.disk.append("/logs/app.log.1", "two\n");
  const auto file = log.world.disk.append("/logs/app.log", "");
  log.world.disk.unmount("/logs");
  log.world.disk.truncate(*file, 0);
  log.world.disk.write_at(*file, 0, "three\n");
  log.settle();
  CHECK(log.lines() == Lines{"one"});
  log.world.disk.mount("/logs");
  log.pass(std::chrono::seconds(2));
  CHECK(log.lines() == Lines{"one", "two", "three"});
}

TEST_CASE("a file of which nothing was read is known where the directory comes back", "[mishaps]") {
  MountedLog log;
  log.world.disk.append("/logs/app.log", "two\n");
  log.world.disk.copy("/logs/app.log", "/logs/app.log.1");
  log.world.disk.truncate("/logs/app.log", 0);
  log.settle();
  log.world.disk.unmount("/logs");
  log.settle();
  log.world.disk.mount("/logs");
  log.world.disk.append("/logs/app.log", "three\n");
  log.world.disk.append("/logs/app.log.0", "three\n");
  log.pass(std::chrono::seconds(2));
  CHECK(log.lines() == Lines{"one", "two", "three"});
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

TEST_CASE("a copy that was made before the last lines were read holds nothing new", "[mishaps]") {
  const bool is_killed = GENERATE(true, false);
  ReadLog log(true, "one\n", 1);
  REQUIRE(log.follow().has_value());
  log.disk.append("app.log.1", "");  // by who is about to copy
  log.settle();
  log.disk.append("app.log.1", "one\n");
  log.disk.append("app.log", "two\n");
  log.settle();
  if (is_killed) log.crash();
  log.disk.truncate("app.log", 0);
  if (is_killed) REQUIRE(log.follow().has_value());
  log.settle();
  log.disk.append("app.log", "three\n");
  log.settle();
  CHECK(log.lines() == Lines{"one", "two", "three"});
  CHECK(log.told<event::Truncated>().size() == 1);
}

TEST_CASE("a copy of which nothing was read is read, and the truncation told of", "[mishaps]") {
  const bool is_killed = GENERATE(true, false);
  const std::string rest = GENERATE("", "two\n");
  ReadLog log(true, "", 0);
  if (!is_killed) REQUIRE(log.follow().has_value());
  log.disk.append("app.log", "one\n");
  log.disk.copy("app.log", "app.log.1");
  log.disk.truncate("app.log", 0);
  log.disk.append("app.log", rest);
  if (is_killed) REQUIRE(log.follow().has_value());
  log.settle();
  CHECK(log.lines() == (rest.empty() ? Lines{"one"} : Lines{"one", "two"}));
  CHECK(log.told<event::Truncated>().size() == 1);
}

TEST_CASE("copies that begin with NULs are told from each other", "[mishaps]") {
  ReadLog log(true, "one\n", 1);
  log.disk.copy("app.log", "app.log.2");
  log.disk.truncate("app.log", 0);
  log.disk.write_at("app.log", 5000, "two\n");
  log.disk.copy("app.log", "app.log.1");
  log.disk.truncate("app.log", 0);
  log.disk.write_at("app.log", 6000, "three\n");
  REQUIRE(log.follow().has_value());
  CHECK(log.lines() == Lines{"one", "two", "three"});
}

TEST_CASE("a file that was compressed before anything was read of it is read once", "[mishaps]") {
  ReadLog log(true, "", 0);
  REQUIRE(log.follow().has_value());
  log.disk.append("app.log", "one\n");
  log.rotate("app.log.1", "two\n");
  log.disk.append("app.log.1.gz", gzip_of("one\n"));
  log.disk.remove("app.log.1");
  log.settle();
  CHECK(log.lines() == Lines{"one", "two"});
}

TEST_CASE("a file of which nothing was read is not missed where it was compressed meanwhile",
          "[mishaps]") {
  ReadLog log(true, "one\n", 0);
  log.rotate("app.log.1", "two\n");
  log.disk.append("app.log.1.gz", gzip_of("one\n"));
  log.disk.remove("app.log.1");
  REQUIRE(log.follow().has_value());
  CHECK(log.lines() == Lines{"one", "two"});
}

TEST_CASE("what was compressed before its last line was written is not counted again",
          "[mishaps]") {
  const bool is_killed = GENERATE(true, false);
  ReadLog log(true, "one\ntwo\n", 2);
  REQUIRE(log.follow().has_value());
  log.rotate("app.log-20261128", "three\n");
  log.settle();
  if (is_killed) log.crash();
  log.disk.append("app.log-20261128.gz", gzip_of("one\n"));
  log.disk.remove("app.log-20261128");
  if (is_killed) REQUIRE(log.follow().has_value());
  log.pass(std::chrono::seconds(30));
  CHECK(log.lines() == Lines{"one", "two", "three"});
}

TEST_CASE("what is compressed and not whole is waited for, and told of after 5 s", "[mishaps]") {
  const bool is_killed = GENERATE(true, false);
  const bool is_made_whole = GENERATE(true, false);
  ReadLog log(true, "one\n", 1);
  REQUIRE(log.follow().has_value());
  log.rotate("app.log.1", "two\n");
  log.pass(std::chrono::minutes(2));
  if (is_killed) log.crash();
  const std::string packed = gzip_of("one\nlate\n");
  log.disk.append("app.log.1.gz", packed.substr(0, packed.size() / 2));
  log.disk.remove("app.log.1");
  if (is_killed) REQUIRE(log.follow().has_value());
  log.pass(std::chrono::seconds(4));
  CHECK(log.lines() == Lines{"one", "two"});
  CHECK(log.told<event::RotatedUnread>().empty());
  if (is_made_whole) log.disk.append("app.log.1.gz", packed.substr(packed.size() / 2));
  log.pass(std::chrono::seconds(4));
  CHECK(log.lines() == (is_made_whole ? Lines{"one", "two", "late"} : Lines{"one", "two"}));
  CHECK(log.told<event::RotatedUnread>().empty() == is_made_whole);
}

TEST_CASE("thousands of files beside the path stay unread, and none that comes is missed",
          "[mishaps]") {
  Log log;
  for (int i = 0; i < 3000; ++i) log.disk.append(fmt::format("app.log.{}", 1000 + i), "old\n");
  log.disk.append("app.log", "one\n");
  REQUIRE(log.follow().has_value());
  log.crash();
  for (int i = 20; i > 0; --i) log.rotate(fmt::format("app.log.{}", i), fmt::format("{}\n", i));
  REQUIRE(log.follow().has_value());
  CHECK(log.lines().size() == 21);
}

TEST_CASE("a new file that got the number of one that is not to be read is read", "[mishaps]") {
  Log log;
  log.disk.has_births = false;
  log.disk.append("app.log.1", "old\n");
  log.disk.append("app.log", "one\n");
  REQUIRE(log.follow().has_value());
  log.crash();
  const std::uint64_t inode = log.world.files.info("app.log.1")->inode;
  log.disk.remove("app.log.1");
  log.disk.inode_next = inode;
  log.rotate("app.log.1", "two\n");
  REQUIRE(log.world.files.info("app.log")->inode == inode);
  REQUIRE(log.follow().has_value());
  CHECK(log.lines() == Lines{"one", "two"});
}
