// Followed files that are truncated, rewritten, or put in the place of others.
#include <algorithm>
#include <string>
#include <vector>

#include "catch.h"
#include "unit/source/followed_log.h"

using namespace wordstream;

TEST_CASE("a truncated file is read from its beginning", "[file follower]") {
  FollowedLog log("one\ntwo\n");
  log.truncate(0);
  log.write("app.log", "three\n");
  CHECK(log.lines() == Lines{"one", "two", "three"});
  CHECK(log.told<event::Truncated>().size() == 1);
}

TEST_CASE("a file that is truncated and grows past the place at once is read from its start",
          "[file follower]") {
  FollowedLog log("one\nsecond\n");
  log.world.disk.truncate("app.log", 0);
  log.write("app.log", "another text that is longer\n");
  CHECK(log.lines() == Lines{"one", "second", "another text that is longer"});
  CHECK(log.told<event::Truncated>().size() == 1);
}

TEST_CASE("what was copied of a file before it was read is read from the copy, truncated unseen",
          "[file follower]") {
  FollowedLog log("");
  log.world.disk.append("app.log", "one\n");
  log.world.disk.append("app.log.1", "one\n");
  CHECK(log.step());
  log.world.disk.truncate("app.log", 0);
  log.write("app.log", "another text that is longer\n");
  Lines lines = log.lines();
  std::ranges::sort(lines);
  CHECK(lines == Lines{"another text that is longer", "one"});
}

TEST_CASE("zeros at the start of a truncated file are skipped and told of", "[file follower]") {
  const std::size_t length = GENERATE(8U, 3000U, 100'000U);
  FollowedLog log(std::string(length - 1, '.') + "\n", 200'000);
  log.truncate(0);
  log.world.disk.write_at("app.log", length, "new\n");
  log.settle();
  CHECK(log.lines().back() == "new");
  CHECK(log.lines().size() == 2);
  REQUIRE(log.told<event::ZerosSkipped>().size() == 1);
  CHECK(log.told<event::ZerosSkipped>().front().byte_count == length);
  log.write("app.log", "more\n");
  CHECK(log.lines().back() == "more");
}

TEST_CASE("a file that is put in place of the one that was read goes on, if it has 1 KiB of it",
          "[file follower]") {
  const bool is_long = GENERATE(true, false);
  const std::string text = std::string(is_long ? 900 : 300, 'x') + "\n" + std::string(300, 'y');
  FollowedLog log(text + "\n");
  log.world.disk.append("new", text + "\nmore\n");
  log.rename("new", "app.log");
  CHECK(log.lines().size() == (is_long ? 3 : 5));
  CHECK(log.lines().back() == "more");
  CHECK(log.told<event::Restored>().size() == (is_long ? 1 : 0));
  CHECK(log.told<event::Repeated>().size() == (is_long ? 0 : 1));
}

TEST_CASE("names that rotation does not give are told of once, when the file is rotated",
          "[file follower]") {
  FollowedLog log("one\n");
  log.world.disk.append("app.log.before", "no\n");
  log.settle();
  log.rotate_unseen("app.log.1", "two\n");
  log.settle();
  log.rotate_unseen("app.log.0", "three\n");
  log.settle();
  const auto told = log.told<event::NotRotated>();
  REQUIRE(told.size() == 1);
  CHECK(told.front().beside == std::vector<std::string>{"app.log.before"});
}

TEST_CASE("what is left of a truncated file is read again", "[file follower]") {
  FollowedLog log("one\ntwo\n");
  log.truncate(4);
  CHECK(log.lines() == Lines{"one", "two", "one"});
}

TEST_CASE("half a line is dropped and told of when its file is truncated", "[file follower]") {
  FollowedLog log("one\nhalf");
  log.truncate(0);
  log.write("app.log", "new\n");
  CHECK(log.lines() == Lines{"one", "new"});
  const auto dropped = log.told<event::LineDropped>();
  REQUIRE(dropped.size() == 1);
  CHECK(dropped.front().byte_count == 4);
}
