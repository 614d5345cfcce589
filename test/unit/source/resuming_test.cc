// Sources that go on where an earlier run has left off.
#include <fmt/format.h>

#include "catch.h"
#include "unit/source/meddled_files.h"
#include "unit/source/read_log.h"

using namespace wordstream;

TEST_CASE("a file is gone on with behind the lines that were dealt with", "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  for (std::size_t count = 0; count <= 3; ++count) {
    ReadLog log(is_followed, "one\r\ntwo\rthree\n", count);
    REQUIRE(log.open(is_followed).has_value());
    CHECK(log.lines() == Lines{"one", "two", "three"});
    CHECK(log.told<event::Resumed>().size() == 1);
  }
}

TEST_CASE("a file that has grown meanwhile is gone on with", "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  ReadLog log(is_followed, "one\n", 1);
  log.disk.append("app.log", "two\n");
  REQUIRE(log.open(is_followed).has_value());
  CHECK(log.lines() == Lines{"one", "two"});
  CHECK(log.told<event::Resumed>().back().offset == 4);
}

TEST_CASE("a file that was rotated away is read to its end, then the one at the path",
          "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  ReadLog log(is_followed, "one\ntwo\n", 1);
  log.disk.append("app.log", "late\nhalf");
  log.rotate("app.log.1", "new\n");
  REQUIRE(log.open(is_followed).has_value());
  CHECK(log.told<event::Resumed>().back().path == "app.log.1");
  if (is_followed) {
    CHECK(log.lines() == Lines{"one", "two", "late", "new"});
    log.pass(std::chrono::seconds(5));
  }
  const Lines rest = is_followed ? Lines{"new", "half"} : Lines{"half", "new"};
  CHECK(log.lines() == Lines{"one", "two", "late", rest[0], rest[1]});
  CHECK(log.has_ended() == !is_followed);
}

TEST_CASE("what was rotated away after the file that was read is read in its order", "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  Log log;
  log.disk.append("app.log", "old\n");
  log.rotate("app.log.1", "one\n");
  REQUIRE(log.open(is_followed).has_value());
  log.crash();
  log.disk.rename("app.log.1", "app.log.4");
  log.rotate("app.log.3", "two\n");
  log.rotate("app.log.2", "three\n");
  log.rotate("app.log.1", "four\n");
  REQUIRE(log.open(is_followed).has_value());
  CHECK(log.lines() == Lines{"one", "two", "three", "four"});
  log.crash_behind(2);
  REQUIRE(log.open(is_followed).has_value());
  CHECK(log.lines() == Lines{"one", "two", "three", "four"});
}

TEST_CASE("whatever names rotation gives, what came in between is read", "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  const auto [earlier, later] = GENERATE(table<std::string, std::string>({
      {"app.log.2026-11-26", "app.log.2026-11-27"},
      {"app.log-20261126", "app.log-20261127"},
      {"app.log.2026-11-26_23", "app.log.2026-11-27_00"},
      {"app-2026-11-26.log", "app-2026-11-27.log"},
      {"app.2.log", "app.1.log"},
      {"app.log_2", "app.log_1"},
  }));
  CAPTURE(earlier, later);
  ReadLog log(is_followed, "one\n", 1);
  log.disk.append("app.log", "two\n");
  log.rotate(earlier, "three\n");
  log.rotate(later, "four\n");
  log.disk.append("app-2.log", "another instance's\n");
  REQUIRE(log.open(is_followed).has_value());
  CHECK(log.lines() == Lines{"one", "two", "three", "four"});
}

TEST_CASE("a file is gone on with on a file system that was mounted anew", "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  ReadLog log(is_followed, "one\ntwo\n", 1);
  log.rotate("app.log.1", "three\n");
  log.disk.remount();
  REQUIRE(log.open(is_followed).has_value());
  CHECK(log.lines() == Lines{"one", "two", "three"});
  CHECK(log.told<event::Restored>().empty());
  log.crash();
  log.disk.truncate("app.log", 0);
  log.disk.append("app.log", "other\n");
  log.disk.remount();
  REQUIRE(log.open(is_followed).has_value());
  CHECK(log.told<event::Truncated>().size() == 1);
  CHECK(log.lines().back() == "other");
}

TEST_CASE("a file of which nothing was read is found where it was rotated to", "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  const bool was_empty = GENERATE(true, false);
  ReadLog log(is_followed, was_empty ? "" : "one\n", 0);
  if (was_empty) log.disk.append("app.log", "one\n");
  log.rotate("app.log.1", "two\n");
  REQUIRE(log.open(is_followed).has_value());
  CHECK(log.lines() == Lines{"one", "two"});
}

TEST_CASE("no other file is taken for one of which nothing was read", "[resuming]") {
  ReadLog log(true, "one\n", 0);
  log.replace("app.log", "one\n");
  CHECK(log.failure(log.follow()) == ErrorCode::BadData);
}

TEST_CASE("a file is found under any name that begins with its old one", "[resuming]") {
  ReadLog log(true, "one\n", 1);
  log.disk.append("app.log", "two\n");
  log.rotate("app.log.old", "three\n");
  REQUIRE(log.follow().has_value());
  CHECK(log.lines() == Lines{"one", "two", "three"});
}

TEST_CASE("a rotated file is gone on with while nothing is at the path", "[resuming]") {
  ReadLog log(true, "one\ntwo\n", 1);
  log.disk.rename("app.log", "app.log.1");
  REQUIRE(log.follow().has_value());
  CHECK(log.lines() == Lines{"one", "two"});
  CHECK(log.told<event::Gone>().size() == 1);
  log.disk.append("app.log", "three\n");
  log.settle();
  CHECK(log.lines() == Lines{"one", "two", "three"});
}

TEST_CASE("a file that was read to its end is no more read when it was rotated away",
          "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  ReadLog log(is_followed, "one\n", 1);
  log.rotate("app.log.1", "two\n");
  REQUIRE(log.open(is_followed).has_value());
  CHECK(log.lines() == Lines{"one", "two"});
  log.crash();
  log.disk.append("app.log", "three\n");
  REQUIRE(log.open(is_followed).has_value());
  CHECK(log.lines() == Lines{"one", "two", "three"});
}

TEST_CASE("a file that is followed and was truncated is told of and read from its start",
          "[resuming]") {
  const std::string text = GENERATE("new\n", "something else\n", "");
  ReadLog log(true, "one\ntwo\n", 2);
  log.disk.truncate("app.log", 0);
  log.disk.append("app.log", text);
  REQUIRE(log.follow().has_value());
  CHECK(log.told<event::Truncated>().size() == 1);
  CHECK(log.lines().size() == (text.empty() ? 2 : 3));
  log.disk.append("app.log", "more\n");
  log.settle();
  CHECK(log.lines().back() == "more");
}

TEST_CASE("a file that begins as it did and is shorter was truncated, too", "[resuming]") {
  const std::string beginning = std::string(1500, 'x') + "\n";
  ReadLog log(true, beginning + "two\n", 2);
  log.disk.truncate("app.log", beginning.size());
  REQUIRE(log.follow().has_value());
  CHECK(log.told<event::Truncated>().size() == 1);
  CHECK(log.lines().size() == 3);
}

TEST_CASE("of a file that was truncated the copy is read first", "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  ReadLog log(is_followed, "one\ntwo\n", 1);
  log.disk.append("app.log.1", "one\ntwo\nthree\nhalf");
  log.disk.truncate("app.log", 0);
  log.disk.append("app.log", "four\n");
  REQUIRE(log.open(is_followed).has_value());
  if (is_followed) log.pass(std::chrono::seconds(5));
  const Lines rest = is_followed ? Lines{"four", "half"} : Lines{"half", "four"};
  CHECK(log.lines() == Lines{"one", "two", "three", rest[0], rest[1]});
  CHECK(log.told<event::Truncated>().size() == 1);
  CHECK(log.told<event::Restored>().empty());
}

TEST_CASE("of a file that was truncated several times all copies are read", "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  ReadLog log(is_followed, "one\ntwo\n", 1);
  log.disk.append("app.log.2", "one\ntwo\nthree\n");
  log.disk.append("app.log.1", "four\n");
  log.disk.truncate("app.log", 0);
  log.disk.append("app.log", "five\n");
  REQUIRE(log.open(is_followed).has_value());
  CHECK(log.lines() == Lines{"one", "two", "three", "four", "five"});
}

TEST_CASE("of several copies of a truncated file the longest is read", "[resuming]") {
  ReadLog log(true, "one\ntwo\n", 1);
  log.disk.append("app.log.bak", "one\ntwo\nth");
  log.disk.append("app.log.1", "one\ntwo\nthree\n");
  log.disk.truncate("app.log", 0);
  log.disk.append("app.log.save", "one\ntwo\n");
  REQUIRE(log.follow().has_value());
  CHECK(log.lines() == Lines{"one", "two", "three"});
}

TEST_CASE("a truncated file that was rotated away is read from its start", "[resuming]") {
  ReadLog log(true, "one\ntwo\n", 2);
  log.disk.truncate("app.log", 0);
  log.disk.append("app.log", "three\n");
  log.rotate("app.log.1", "four\n");
  REQUIRE(log.follow().has_value());
  CHECK(log.lines() == Lines{"one", "two", "three", "four"});
  CHECK(log.told<event::Truncated>().size() == 1);
}

TEST_CASE("a file that was restored is gone on with, and told of, when it shows it by 1 KiB",
          "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  const std::string line(600, 'x');
  ReadLog log(is_followed, line + "\n" + line + "\ntwo\n", 2);
  log.replace("app.log", line + "\n" + line + "\ntwo\nthree\n");
  REQUIRE(log.open(is_followed).has_value());
  CHECK(log.lines() == Lines{line, line, "two", "three"});
  CHECK(log.told<event::Restored>().size() == 1);
  CHECK(log.told<event::Truncated>().empty());
}

TEST_CASE("a short file that was put in place of the one that was read is another", "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  const bool is_lossy = GENERATE(true, false);
  ReadLog log(is_followed, "one\ntwo\n", 1);
  log.replace("app.log", "one\ntwo\nthree\n");
  log.context.is_lossy = is_lossy;
  if (!is_lossy) {
    CHECK(log.failure(log.open(is_followed)) == ErrorCode::BadData);
    return;
  }
  REQUIRE(log.open(is_followed).has_value());
  CHECK(log.lines() == Lines{"one", "one", "two", "three"});
  CHECK(log.told<event::Lost>().size() == 1);
}

TEST_CASE("a rotated file that was restored is gone on with", "[resuming]") {
  ReadLog log(true, "one\ntwo\n", 1);
  log.rotate("app.log.1", "three\n");
  log.replace("app.log.1", "one\ntwo\n");
  log.replace("app.log", "three\n");
  REQUIRE(log.follow().has_value());
  CHECK(log.lines() == Lines{"one", "two", "three"});
  CHECK(log.told<event::Restored>().size() == 1);
}

TEST_CASE("a file that is not the one that was read is refused, with what was and is there",
          "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  const std::string text = GENERATE("one\n", "other lines\n", "");
  ReadLog log(is_followed, "one\ntwo\n", 2);
  const auto was = log.world.files.info("app.log").value().inode;
  log.replace("app.log", text);
  CHECK(log.failure(log.open(is_followed)) == ErrorCode::BadData);
  CHECK(log.failure_text.starts_with("app.log is not the file that was read: that was inode " +
                                     std::to_string(was) + ", up to byte 8, and"));
  CHECK(log.failure_text.find("--from start or --from end") != std::string::npos);
  CHECK(log.failure_text.find('\n') == std::string::npos);
}

TEST_CASE("a file that was restored but for its end is refused", "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  const std::string beginning = std::string(1500, 'x') + "\n";
  ReadLog log(is_followed, beginning + "two\n", 2);
  log.replace("app.log", beginning);
  CHECK(log.failure(log.open(is_followed)) == ErrorCode::BadData);
}

TEST_CASE("a file that was truncated is told of and read from its start, followed or not",
          "[resuming]") {
  ReadLog log(false, "one\ntwo\n", 2);
  log.disk.truncate("app.log", 4);
  REQUIRE(log.read().has_value());
  CHECK(log.lines() == Lines{"one", "two", "one"});
  CHECK(log.told<event::Truncated>().size() == 1);
}

TEST_CASE("something else than a file is refused where a file was read", "[resuming]") {
  ReadLog log(false, "one\n", 1);
  log.disk.remove("app.log");
  log.disk.make_directory("app.log");
  CHECK(log.failure(log.read()) == ErrorCode::BadData);
}

TEST_CASE(
    "where there is no file any more its place is kept, if all of it was read and it is followed",
    "[resuming]") {
  ReadLog log(true, "one\n", 1);
  log.disk.rename("app.log", "elsewhere");
  REQUIRE(log.follow().has_value());
  CHECK(log.told<event::Gone>().size() == 1);
  log.pass(std::chrono::hours(1));
  log.crash();
  REQUIRE(log.follow().has_value());
  log.disk.append("elsewhere", "two\n");
  log.disk.rename("elsewhere", "app.log");
  log.settle();
  CHECK(log.lines() == Lines{"one", "two"});
}

TEST_CASE("a file that is gone and was not read to its end, or is not followed, is asked for",
          "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  ReadLog log(is_followed, "one\ntwo\n", is_followed ? 1 : 2);
  log.disk.remove("app.log");
  CHECK(log.failure(log.open(is_followed)) == ErrorCode::BadData);
  log.context.is_lossy = true;
  const Status opened = log.open(is_followed);
  CHECK(opened.has_value() == is_followed);
  if (!opened) CHECK(log.failure(opened) == ErrorCode::NotFound);
}

TEST_CASE("a rotated file is not read to its end where nothing comes after it, unless followed",
          "[resuming]") {
  ReadLog log(false, "one\ntwo\n", 1);
  log.disk.rename("app.log", "app.log.1");
  CHECK(log.failure(log.read()) == ErrorCode::NotFound);
}

TEST_CASE("a rotation while the file is looked for does not hide it", "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  const int rotation_count = GENERATE(1, 2, 5);
  ReadLog log(is_followed, "one\ntwo\n", 1);
  MeddledFiles files(log.world.files);
  int left = rotation_count;
  files.before_open = [&] {
    if (left-- > 0) log.rotate(fmt::format("app.log-{}", 20250109 - left), "new\n");
  };
  const Status opened = is_followed ? log.start<LogSource>("app.log", true, files)
                                    : log.start<LogSource>("app.log", false, files);
  REQUIRE(opened.has_value());
  Lines expected{"one", "two"};
  expected.insert(expected.end(), static_cast<std::size_t>(rotation_count), "new");
  CHECK(log.lines() == expected);
}

TEST_CASE("a directory that does not stand still is given up", "[resuming]") {
  ReadLog log(true, "one\ntwo\n", 1);
  MeddledFiles files(log.world.files);
  log.rotate("app.log.1", "three\n");
  files.before_open = [&] {
    log.disk.rename("app.log", "app.log.2");
    log.disk.rename("app.log.1", "app.log");
    log.disk.rename("app.log.2", "app.log.1");
  };
  CHECK(log.failure(log.start<LogSource>("app.log", true, files)) == ErrorCode::Io);
}

TEST_CASE("a file that may not be read any more is not permitted", "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  ReadLog log(is_followed, "one\n", 1);
  log.disk.forbid("app.log");
  CHECK(log.failure(log.open(is_followed)) == ErrorCode::NotPermitted);
}

TEST_CASE("a file beside it that may not be read does not hide the copy", "[resuming]") {
  ReadLog log(true, "one\ntwo\n", 1);
  log.disk.append("app.log.private", "one\ntwo\nand much more\n");
  log.disk.forbid("app.log.private");
  log.disk.append("app.log.1", "one\ntwo\n");
  log.disk.truncate("app.log", 0);
  REQUIRE(log.follow().has_value());
  CHECK(log.lines() == Lines{"one", "two"});
}

TEST_CASE("a position that is in no file is refused", "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  ReadLog log(is_followed, "one\n", 1);
  Position place = log.place();
  const std::shared_ptr<const Stream> known = place.stream;
  place.stream = std::make_shared<const Stream>(Stream{"damaged", "app.log"});
  log.goes_on_from = Positions(place);
  CHECK(log.failure(log.open(is_followed)) == ErrorCode::BadData);
  place.stream = known;
  place.proof = "damaged";
  log.goes_on_from = Positions(place);
  CHECK(log.failure(log.open(is_followed)) == ErrorCode::BadData);
}
