#include "source/log_source.h"

#include "catch.h"
#include "packed.h"
#include "unit/source/followed_log.h"
#include "unit/source/meddled_files.h"

using namespace wordstream;

TEST_CASE("a followed file is read as it grows", "[file follower]") {
  FollowedLog log("one\n");
  CHECK(log.lines() == Lines{"one"});
  log.write("app.log", "two\n");
  CHECK(log.lines() == Lines{"one", "two"});
}

TEST_CASE("half a line waits for the growth that completes it", "[file follower]") {
  FollowedLog log("one\ntw");
  CHECK(log.lines() == Lines{"one"});
  log.write("app.log", "o\n");
  CHECK(log.lines() == Lines{"one", "two"});
}

TEST_CASE("what has left the path is read for as long as it is there", "[file follower]") {
  FollowedLog log("one\n");
  log.rename("app.log", "app.log.1");
  log.write("app.log", "");
  log.write("app.log.1", "late\n");
  log.write("app.log", "new\n");
  CHECK(log.told<event::Rotated>().size() == 1);
  log.write("app.log.1", "later\n");
  log.rename("app.log.1", "app.log.2");
  log.rename("app.log", "app.log.1");
  log.write("app.log", "newest\n");
  log.pass(std::chrono::hours(1));
  log.write("app.log.2", "latest\n");
  CHECK(log.lines() == Lines{"one", "late", "new", "later", "newest", "latest"});
}

TEST_CASE("what the old file got just before the new one is read before it", "[file follower]") {
  FollowedLog log("one\n");
  log.world.disk.rename("app.log", "app.log.1");
  log.world.disk.append("app.log.1", "late\n");
  log.write("app.log", "new\n");
  CHECK(log.lines() == Lines{"one", "late", "new"});
}

TEST_CASE("two rotations in a row lose no file between them", "[file follower]") {
  FollowedLog log("one\n");
  log.rename("app.log", "app.log.2");
  log.write("app.log", "");
  log.world.disk.rename("app.log", "app.log.1");
  log.world.disk.append("app.log.1", "two\n");
  log.write("app.log", "three\n");
  CHECK(log.lines() == Lines{"one", "two", "three"});
}

TEST_CASE("a file that was rotated away unseen is read before the newest", "[file follower]") {
  FollowedLog log("one\n");
  log.rotate_unseen("app.log.1", "two\n");
  log.world.disk.rename("app.log.1", "app.log.2");
  log.rotate_unseen("app.log.1", "three\n");
  log.settle();
  CHECK(log.lines() == Lines{"one", "two", "three"});
  const auto rotated = log.told<event::Rotated>();
  REQUIRE(rotated.size() == 2);
  CHECK(rotated[0].missed_path == "app.log.1");
  CHECK(rotated[1].missed_path.empty());
  log.write("app.log", "four\n");
  CHECK(log.lines() == Lines{"one", "two", "three", "four"});
}

TEST_CASE("what the old file got last is read before a file that was rotated away unseen",
          "[file follower]") {
  FollowedLog log("one\n");
  log.world.disk.rename("app.log", "app.log.2");
  log.world.disk.append("app.log.2", "late\nhalf");
  log.world.disk.append("app.log", "two\nhalf too");
  log.rotate_unseen("app.log.1", "three\n");
  log.settle();
  CHECK(log.lines() == Lines{"one", "late", "two", "three"});
  log.pass(std::chrono::seconds(5));
  CHECK(log.lines() == Lines{"one", "late", "two", "three", "half", "half too"});
}

TEST_CASE("three rotations unseen lose nothing, with dates for names too", "[file follower]") {
  const auto names = GENERATE(Lines{"app.log.3", "app.log.2", "app.log.1"},
                              Lines{"app.log-20250101", "app.log-20250102", "app.log-20250103"},
                              Lines{"app.log.20250101", "app.log.20250102", "app.log.20250103"});
  FollowedLog log("one\n");
  log.rotate_unseen(names[0], "two\n");
  log.rotate_unseen(names[1], "three\n");
  log.rotate_unseen(names[2], "");
  log.settle();
  CHECK(log.lines() == Lines{"one", "two", "three"});
  log.write("app.log", "four\n");
  CHECK(log.lines() == Lines{"one", "two", "three", "four"});
  CHECK(log.told<event::Rotated>().size() == 3);
}

TEST_CASE("a file that was rotated away unseen is read while nothing is at the path",
          "[file follower]") {
  FollowedLog log("one\n");
  log.rotate_unseen("app.log.2", "two\n");
  log.rename("app.log", "app.log.1");
  CHECK(log.lines() == Lines{"one", "two"});
  CHECK(log.told<event::Gone>().size() == 1);
  log.write("app.log.1", "late\n");
  log.write("app.log", "three\n");
  CHECK(log.lines() == Lines{"one", "two", "late", "three"});
}

TEST_CASE("an empty file that was rotated away unseen holds up nobody", "[file follower]") {
  FollowedLog log("one\n");
  log.rotate_unseen("app.log.3", "");
  log.rotate_unseen("app.log.2", "two\n");
  log.rename("app.log", "app.log.1");
  CHECK(log.lines() == Lines{"one", "two"});
}

TEST_CASE("an empty file that has lost the path holds up nobody while nothing takes its place",
          "[file follower]") {
  FollowedLog log("one\n");
  log.rename("app.log", "app.log.3");
  log.write("app.log", "");
  log.world.disk.rename("app.log", "app.log.2");
  log.world.disk.append("app.log", "two\n");
  log.rename("app.log", "app.log.1");
  CHECK(log.lines() == Lines{"one", "two"});
}

TEST_CASE("rotated files that were there at the start or have been read are not read again",
          "[file follower]") {
  Following log;
  log.world.disk.append("app.log.1", "old\n");
  log.world.disk.append("app.log", "one\n");
  REQUIRE(log.follow().has_value());
  for (const std::string text : {"two\n", "three\n", "four\n"}) {
    if (text != "two\n") log.rename("app.log.2", "app.log.3");
    log.rename("app.log.1", "app.log.2");
    log.rename("app.log", "app.log.1");
    log.write("app.log", text);
  }
  CHECK(log.lines() == Lines{"one", "two", "three", "four"});
}

TEST_CASE("a file whose name is no rotated one's is not read", "[file follower]") {
  const std::string name = GENERATE(as<std::string>{}, "app.log.1.gz", "app.log.old", "app.log.",
                                    "app.log2", "app-2.log", "other.1", "app.1");
  FollowedLog log("one\n");
  log.world.disk.append(name, "no\n");
  log.rotate_unseen("app.log.1", "two\n");
  log.settle();
  CHECK(log.lines() == Lines{"one", "two"});
}

TEST_CASE("a directory that is mounted late is waited for, and watched from then on",
          "[file follower]") {
  Following log;
  const auto follow = [&] { return log.start<LogSource>("logs/app.log", true, log.world.files); };
  log.world.disk.make_directory("logs");
  log.world.disk.append("logs/app.log", "one\n");
  REQUIRE(follow().has_value());
  log.crash();
  log.world.disk.unmount("logs");
  REQUIRE(follow().has_value());
  CHECK(log.told<event::Gone>().size() == 1);
  log.world.disk.mount("logs");
  log.pass(std::chrono::seconds(1));
  log.world.disk.rename("logs/app.log", "logs/app.log.1");
  log.world.disk.append("logs/app.log", "two\n");
  log.settle();
  CHECK(log.lines() == Lines{"one", "two"});
}

TEST_CASE(
    "a file that was put in place of another, and is rotated while they are compared, is found",
    "[file follower]") {
  Following log;
  MeddledFiles files(log.world.files);
  std::string text;
  for (int i = 0; i < 200; ++i) text += "a line\n";
  log.world.disk.append("app.log", text);
  REQUIRE(log.start<LogSource>("app.log", true, files).has_value());
  log.crash();
  log.world.disk.remove("app.log");
  log.world.disk.append("app.log", text + "two\n");
  files.behind_listing = [&] {
    if (log.world.disk.has("app.log.1")) return;
    log.world.disk.rename("app.log", "app.log.1");
    log.world.disk.append("app.log", "three\n");
  };
  REQUIRE(log.start<LogSource>("app.log", true, files).has_value());
  REQUIRE(log.lines().size() == 202);
  CHECK(log.lines()[200] == "two");
  CHECK(log.lines()[201] == "three");
}

TEST_CASE("what was packed before any of it was read counts once", "[file follower]") {
  FollowedLog log("");
  log.world.disk.append("app.log", "one\n");
  log.world.disk.append("app.log.1.gz", gzip_of("one\n"));
  log.world.disk.remove("app.log");
  log.write("app.log", "two\n");
  log.pass(std::chrono::seconds(10));
  CHECK(log.lines() == Lines{"one", "two"});
}

TEST_CASE("a copy that is made while it is looked at what there is is one all the same",
          "[file follower]") {
  Following log;
  log.world.disk.append("app.log", "one\n");
  MeddledFiles files(log.world.files);
  REQUIRE(log.start<LogSource>("app.log", true, files).has_value());
  files.behind_listing = [&] {
    if (log.world.disk.has("app.log.1")) return;
    log.world.disk.copy("app.log", "app.log.1");
    log.world.disk.truncate("app.log", 0);
    log.world.disk.append("app.log", "two\n");
  };
  log.write("app.log.note", "");
  CHECK(log.lines() == Lines{"one", "two"});
  CHECK(log.told<event::Truncated>().size() == 1);
}

TEST_CASE("the copy that was made before a truncation is not read", "[file follower]") {
  FollowedLog log("one\ntwo\n");
  log.world.disk.append("app.log.1", "one\ntwo\n");
  log.truncate(0);
  log.write("app.log", "three\n");
  log.rename("app.log.1", "app.log.2");
  log.rename("app.log", "app.log.1");
  log.write("app.log", "four\n");
  CHECK(log.lines() == Lines{"one", "two", "three", "four"});
}

TEST_CASE("a file that was rotated away unseen and cannot be read is told of, once",
          "[file follower]") {
  FollowedLog log("one\n");
  log.rotate_unseen("app.log.2", "two\n");
  log.rotate_unseen("app.log.1", "three\n");
  log.world.disk.forbid("app.log.1");
  log.settle();
  log.rotate_unseen("app.log.0", "four\n");
  log.settle();
  CHECK(log.lines() == Lines{"one", "three", "four"});
  const auto lost = log.told<event::RotatedUnread>();
  REQUIRE(lost.size() == 1);
  CHECK(lost.front().path == "app.log.1");
}

TEST_CASE("the last line of a rotated file counts without an end after 5 s without growth",
          "[file follower]") {
  FollowedLog log("one\nla");
  log.rename("app.log", "app.log.1");
  log.write("app.log", "new\nhalf");
  log.pass(std::chrono::seconds(3));
  log.write("app.log.1", "st");
  log.pass(std::chrono::seconds(4));
  CHECK(log.lines() == Lines{"one", "new"});
  log.pass(std::chrono::seconds(1));
  CHECK(log.lines() == Lines{"one", "new", "last"});
  log.write("app.log.1", " more\n");
  CHECK(log.lines() == Lines{"one", "new", "last", " more"});
  CHECK(log.told<event::LineGrown>().size() == 1);
}

TEST_CASE("the LF at the start of a new file does not belong to a CR of the old one",
          "[file follower]") {
  FollowedLog log("one\r");
  log.rename("app.log", "app.log.1");
  log.write("app.log", "\ntwo\n");
  CHECK(log.lines() == Lines{"one", "", "two"});
}

TEST_CASE("a new file is not skipped as the rest of an old line that was too long",
          "[file follower]") {
  FollowedLog log("abcdefgh", 4);
  log.rename("app.log", "app.log.1");
  log.write("app.log", "new\n");
  CHECK(log.lines() == Lines{"abcd", "new"});
}

TEST_CASE("a file that is gone is told of once, and read on when there is one again",
          "[file follower]") {
  FollowedLog log("one\n");
  log.remove();
  log.pass(std::chrono::seconds(30));
  CHECK(log.told<event::Gone>().size() == 1);
  log.write("app.log", "two\n");
  CHECK(log.lines() == Lines{"one", "two"});
  log.remove();
  CHECK(log.told<event::Gone>().size() == 2);
}

TEST_CASE("a renamed file is read on while nothing has taken its place", "[file follower]") {
  FollowedLog log("one\n");
  log.rename("app.log", "app.log.1");
  log.write("app.log.1", "late\n");
  CHECK(log.lines() == Lines{"one", "late"});
  log.rename("app.log.1", "app.log");
  log.write("app.log", "back\n");
  CHECK(log.lines() == Lines{"one", "late", "back"});
  CHECK(log.told<event::Rotated>().empty());
}

TEST_CASE("a place without a file is looked at now and then", "[file follower]") {
  FollowedLog log("one\n");
  CHECK_FALSE(log.rest());
  log.remove();
  CHECK(log.rest() == Nanos(std::chrono::seconds(1)));
}

TEST_CASE("a stop drops the half line of a followed file and tells of it", "[file follower]") {
  FollowedLog log("one\nhalf");
  log.stop();
  CHECK(log.lines() == Lines{"one"});
  CHECK(log.told<event::LineDropped>().size() == 1);
}

TEST_CASE("a directory cannot be followed", "[file follower]") {
  Following log;
  log.world.disk.make_directory("app.log");
  CHECK_FALSE(log.follow().has_value());
}
