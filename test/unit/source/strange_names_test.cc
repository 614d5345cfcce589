// Files beside the path that have come under names that rotation does not give: they are not read,
// for as long as they have such a name.
#include <string>

#include "catch.h"
#include "packed.h"
#include "unit/source/followed_log.h"
#include "unit/source/read_log.h"

using namespace wordstream;

TEST_CASE("a file of a strange name is read once rotation gives it one, or the path's",
          "[file follower]") {
  const std::string later = GENERATE("app.log.2", "app.log.2.gz", "app.log");
  const bool is_copied = GENERATE(false, true);
  FollowedLog log("one\n");
  log.rotate_unseen("app.log.1", "two\n");
  const std::string text = "new\n";
  log.world.disk.append("app.log.tmp", later.ends_with("gz") ? gzip_of(text) : text);
  log.settle();
  REQUIRE(log.told<event::NotRotated>().size() == 1);
  CHECK(log.lines() == Lines{"one", "two"});
  if (is_copied) log.world.disk.copy("app.log.tmp", "copy");
  if (is_copied) log.world.disk.remove("app.log.tmp");
  log.rename(is_copied ? "copy" : "app.log.tmp", later);
  CHECK(log.lines() == Lines{"one", "two", "new"});
}

TEST_CASE("a file of a strange name from before the job began is not read under any other",
          "[file follower]") {
  Following log;
  log.world.disk.append("app.log", "one\n");
  log.world.disk.append("app.log.tmp", "old\n");
  REQUIRE(log.follow());
  log.rotate_unseen("app.log.1", "two\n");
  log.settle();
  log.rename("app.log.tmp", "app.log.2");
  CHECK(log.lines() == Lines{"one", "two"});
}

TEST_CASE("what was compressed under a strange name goes on where the plain one was read to",
          "[resuming]") {
  const bool is_copied = GENERATE(false, true);
  const std::string text = "one\ntwo\nthree\n";
  ReadLog log(true, text, 1);
  log.rotate("app.log.1", "four\n");
  log.disk.append("app.log.1.gz.tmp", gzip_of(text));
  REQUIRE(log.follow());
  log.crash_behind(2);
  REQUIRE(log.follow());
  // That it was told of is known by now.
  CHECK(log.told<event::NotRotated>().size() == 1);
  log.crash_behind(2);
  if (is_copied) {
    log.disk.copy("app.log.1.gz.tmp", "app.log.1.gz");
    log.disk.remove("app.log.1.gz.tmp");
  } else {
    log.disk.rename("app.log.1.gz.tmp", "app.log.1.gz");
  }
  log.disk.remove("app.log.1");
  REQUIRE(log.follow());
  CHECK(log.lines() == Lines{"one", "two", "three", "four"});
  CHECK(log.told<event::Restored>().size() == 1);
  CHECK(log.told<event::Lost>().empty());
}
