// Lines at whose ends, or within which, an earlier run has left off.
#include <string>

#include "catch.h"
#include "packed.h"
#include "unit/source/read_log.h"

using namespace wordstream;

namespace {

using Place = Position::Place;

}  // namespace

TEST_CASE("a last line that was counted without an end is not counted again when that comes",
          "[resuming]") {
  ReadLog log(false, "one\nhalf", 2);
  CHECK(log.place().place == Place::InsideLine);
  log.disk.append("app.log", "\nthree\n");
  REQUIRE(log.read().has_value());
  CHECK(log.lines() == Lines{"one", "half", "three"});
  CHECK(log.told<event::LineGrown>().empty());
}

TEST_CASE("a last line that has grown after it was counted is told of once", "[resuming]") {
  ReadLog log(false, "one\nhalf", 2);
  log.disk.append("app.log", " more\nthree\n");
  REQUIRE(log.read().has_value());
  CHECK(log.lines() == Lines{"one", "half", " more", "three"});
  CHECK(log.told<event::LineGrown>().size() == 1);
}

TEST_CASE("the rest of a line that was cut is skipped in the next run", "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  Log log;
  log.context.budget.line_bytes_max = 4;
  log.disk.append("app.log", "one\nabcdefgh");
  REQUIRE(log.open(is_followed).has_value());
  CHECK(log.lines() == Lines{"one", "abcd"});
  log.crash();
  log.disk.append("app.log", "ijkl\ntwo\n");
  REQUIRE(log.open(is_followed).has_value());
  CHECK(log.lines() == Lines{"one", "abcd", "two"});
}

TEST_CASE("a file is known by more of its beginning when more was read", "[resuming]") {
  std::string text;
  while (text.size() < 3000) text += std::to_string(text.size()) + "\n";
  ReadLog log(true, "", 0);
  for (std::size_t at = 0; at < text.size(); at += 100) {
    if (at == 0) REQUIRE(log.follow().has_value());
    log.disk.append("app.log", text.substr(at, 100));
    log.settle();
  }
  const auto head_of = [&](const Position& position) {
    return file_of(position)->proof.head_length;
  };
  REQUIRE(log.positions().size() > 100);
  CHECK(head_of(*log.positions().front()) <= 100);
  CHECK(head_of(*log.positions().back()) == 1024);
  for (const auto& position : log.positions()) {
    CHECK(head_of(*position) >= std::min<std::uint64_t>(position->offset, kHeadBytesMax));
  }
  for (const std::size_t count : {1U, 50U, 200U, 600U}) {
    log.crash_behind(count);
    REQUIRE(log.follow().has_value());
    CHECK(log.lines().size() == static_cast<std::size_t>(std::ranges::count(text, '\n')));
  }
}

TEST_CASE("a file of which nothing was read may be what was packed since", "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  ReadLog log(is_followed, "", 0);
  log.disk.append("app.log.1.gz", gzip_of("one\n"));
  log.replace("app.log", "two\n");
  REQUIRE(log.open(is_followed).has_value());
  CHECK(log.lines() == Lines{"one", "two"});
  CHECK(log.told<event::Lost>().empty());
  // Of one that has left the path since, too; and where all of it was empty.
  log.crash();
  log.rotate("app.log.2", "three\n");
  log.rotate("app.log.3", "");
  REQUIRE(log.open(is_followed).has_value());
  log.crash();
  log.rotate("app.log.4", "four\n");
  log.disk.append("app.log.4.gz", gzip_of(""));
  log.disk.remove("app.log.4");
  REQUIRE(log.open(is_followed).has_value());
  CHECK(log.lines() == Lines{"one", "two", "three", "four"});
  CHECK(log.told<event::Lost>().empty());
}

TEST_CASE("a copy without the last of what was read is known by its beginning", "[resuming]") {
  const bool is_followed = GENERATE(true, false);
  std::string text;
  for (int i = 0; i < 200; ++i) text += "a line\n";
  ReadLog log(is_followed, text + "late\n", 201);
  log.disk.append("app.log.1", text);
  log.disk.truncate("app.log", 0);
  log.disk.append("app.log", "new\n");
  REQUIRE(log.open(is_followed).has_value());
  REQUIRE(log.lines().size() == 202);
  CHECK(log.lines().back() == "new");
  CHECK(log.told<event::Truncated>().back().copy.empty());
}
