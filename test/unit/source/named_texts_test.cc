// What stands in named files beside plain lines: compressed text, marks at the start, and what is
// no text at all.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "catch.h"
#include "packed.h"
#include "source/log_source.h"
#include "unit/source/source_run.h"

using namespace wordstream;

namespace {

struct NamedTexts : SourceRun {
  Status read(const std::vector<std::string>& names) {
    return start<LogSource>(names, false, world.files);
  }
  Status follow(const std::vector<std::string>& names) {
    return start<LogSource>(names, true, world.files);
  }
};

const std::string kMark = "\xef\xbb\xbf";

}  // namespace

TEST_CASE("a compressed file is read as its text, whatever its name is", "[named texts]") {
  NamedTexts run;
  const bool is_gzip = GENERATE(true, false);
  const auto pack = [&](std::string_view text) { return is_gzip ? gzip_of(text) : zstd_of(text); };
  run.world.disk.append("a.bin", pack("one\ntwo\nthr") + pack("ee\nfour"));
  REQUIRE(run.read({"a.bin"}));
  CHECK(run.lines() == Lines{"one", "two", "three", "four"});
  CHECK(run.has_ended());
}

TEST_CASE("zeros behind the last member are nothing, other bytes are told of", "[named texts]") {
  NamedTexts run;
  const bool is_more = GENERATE(true, false);
  const std::string packed = gzip_of("one\n");
  run.world.disk.append("a.gz", packed + std::string(700, '\0') + (is_more ? "more" : ""));
  REQUIRE(run.read({"a.gz"}));
  CHECK(run.lines() == Lines{"one"});
  CHECK(run.told<event::TrailingBytes>().size() == (is_more ? 1 : 0));
}

TEST_CASE("a damaged or cut archive fails behind what stands before the damage", "[named texts]") {
  NamedTexts run;
  const std::string first = gzip_of("one\ntwo\n");
  const std::string second = gzip_of("three\nfour\n");
  SECTION("cut") { run.world.disk.append("a.gz", first + second.substr(0, second.size() / 2)); }
  SECTION("damaged") {
    std::string damaged = first + second;
    damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);
    run.world.disk.append("a.gz", damaged);
  }
  REQUIRE(run.read({"a.gz"}));
  REQUIRE(run.error());
  CHECK(run.error()->code == ErrorCode::BadData);
  CHECK(run.error()->message.find("a.gz") != std::string::npos);
}

TEST_CASE(
    "a compressed file that is named is not followed, one that a pattern matches is read once",
    "[named texts]") {
  NamedTexts run;
  run.world.disk.append("a.log.gz", gzip_of("packed\n"));
  run.world.disk.append("b.log", "plain\n");
  SECTION("named") {
    const Status followed = run.follow({"a.log.gz"});
    REQUIRE_FALSE(followed);
    CHECK(followed.error().code == ErrorCode::InvalidArgument);
  }
  SECTION("matched") {
    REQUIRE(run.follow({"*.log*"}));
    CHECK(run.lines() == Lines{"packed", "plain"});
    run.crash();
    REQUIRE(run.follow({"*.log*"}));
    CHECK(run.lines() == Lines{"packed", "plain"});
  }
}

TEST_CASE("an archive goes on behind the last line that was dealt with", "[named texts]") {
  NamedTexts run;
  run.world.disk.append("a.zst", zstd_of("one\ntwo\n") + zstd_of("three\nfour\n"));
  REQUIRE(run.read({"a.zst"}));
  run.crash_behind(3);
  REQUIRE(run.read({"a.zst"}));
  CHECK(run.lines() == Lines{"one", "two", "three", "four"});
}

// The second member is damaged once it was read: whoever unpacks it again fails.
TEST_CASE("of an archive nothing is read from its end", "[named texts]") {
  NamedTexts run;
  run.context.from = From::End;
  const std::string text(100'000, '\n');
  run.world.disk.append("a.log", "old\n");
  run.world.disk.append("b.gz", gzip_of("c\n"));
  run.world.disk.append("c.zst", zstd_of(text) + zstd_of("more\n"));
  const bool is_followed = GENERATE(false, true);
  REQUIRE((is_followed ? run.follow({"*"}) : run.read({"*"})));
  CHECK(run.lines().empty());
}

TEST_CASE("a compressed file that a pattern matches is read as its text, however it is written",
          "[named texts]") {
  NamedTexts run;
  const bool is_gzip = GENERATE(true, false);
  const std::size_t first = GENERATE(as<std::size_t>{}, 0, 1, 2, 3, 4, 12);
  const std::string packed = is_gzip ? gzip_of("one\ntwo\n") : zstd_of("one\ntwo\n");
  run.world.disk.append("a.log", "plain\n");
  REQUIRE(run.follow({"*"}));
  const std::string name = is_gzip ? "b.gz" : "b.zst";
  run.world.disk.append(name, packed.substr(0, first));
  run.pass(std::chrono::seconds(10));
  run.world.disk.append(name, packed.substr(first));
  run.pass(std::chrono::seconds(1));
  CHECK(run.lines() == Lines{"plain", "one", "two"});
}

TEST_CASE("a compressed file that is not whole is told of, and no torn line of it counts",
          "[named texts]") {
  NamedTexts run;
  const std::string packed = gzip_of("one\n") + gzip_of("two\nthree\n" + half_random(100'000));
  run.world.disk.append("a.log", "plain\n");
  REQUIRE(run.follow({"*"}));
  run.world.disk.append("b.gz", packed.substr(0, packed.size() / 2));
  run.pass(std::chrono::seconds(4));
  CHECK(run.told<event::CutOff>().empty());
  run.pass(std::chrono::seconds(20));
  CHECK(run.told<event::CutOff>().size() == 1);
  run.world.disk.append("b.gz", packed.substr(packed.size() / 2));
  run.pass(std::chrono::seconds(20));
  REQUIRE(run.lines().size() > 4);
  CHECK(run.lines()[1] == "one");
  CHECK(run.lines()[3] == "three");
}

TEST_CASE("an archive put in place of itself goes on where it was", "[named texts]") {
  NamedTexts run;
  const std::string packed = gzip_of("one\ntwo\n" + std::string(2'000, '\n') + "three\nfour\n");
  run.world.disk.append("a.gz", packed);
  REQUIRE(run.read({"a.gz"}));
  run.crash_behind(2'003);
  run.world.disk.append("new", packed);
  run.world.disk.rename("new", "a.gz");
  REQUIRE(run.read({"a.gz"}));
  const Lines lines = run.lines();
  REQUIRE(lines.size() == 2'004);
  CHECK(lines.back() == "four");
  CHECK(run.told<event::Restored>().size() == 1);
}

TEST_CASE("in an archive of several members a restart unpacks no more than the last one",
          "[named texts]") {
  NamedTexts run;
  const bool is_gzip = GENERATE(true, false);
  const bool has_mark = GENERATE(true, false);
  Lines expected;
  std::string packed;
  std::size_t damaged_at = 0;
  for (int member = 0; member < 6; ++member) {
    std::string text;
    while (text.size() < 600'000) {
      expected.push_back(fmt::format("{} {:0200}", member, text.size()));
      text += expected.back() + '\n';
    }
    if (member == 0 && has_mark) text = kMark + text;
    if (member == 1) damaged_at = packed.size() + 100;
    packed += is_gzip ? gzip_of(text) : zstd_of(text);
  }
  run.world.disk.append("a", packed);
  REQUIRE(run.read({"a"}));
  run.crash_behind(expected.size() - 10);
  run.world.disk.write_at("a", damaged_at, "\xff\xff\xff\xff");
  REQUIRE(run.read({"a"}));
  CHECK(run.lines() == expected);
}

TEST_CASE("where another member begins than was noted, all of the archive is compared",
          "[named texts]") {
  NamedTexts run;
  std::string text;
  Lines expected;
  while (text.size() < 3'000'000) {
    expected.push_back(fmt::format("line {:0200}", text.size()));
    text += expected.back() + '\n';
  }
  const std::string_view all = text;
  run.world.disk.append("a", gzip_of(all.substr(0, 900'000)) + gzip_of(all.substr(900'000)));
  REQUIRE(run.read({"a"}));
  run.crash_behind(expected.size() - 1);
  const std::string packed_anew = gzip_of(text);
  run.world.disk.write_at("a", 0, packed_anew);
  run.world.disk.truncate("a", packed_anew.size());
  REQUIRE(run.read({"a"}));
  CHECK(run.lines() == expected);
}

TEST_CASE("a byte order mark at the start of a file is no part of a word", "[named texts]") {
  NamedTexts run;
  run.world.disk.append("a.txt", kMark + "one\n" + kMark + "two\n");
  run.world.disk.append("b.gz", gzip_of(kMark + "three\n"));
  REQUIRE(run.read({"a.txt", "b.gz"}));
  CHECK(run.lines() == Lines{"one", kMark + "two", "three"});
}

TEST_CASE("a file that is a mark and nothing else has no line", "[named texts]") {
  NamedTexts run;
  run.world.disk.append("a.txt", kMark);
  run.world.disk.append("b.txt", "one\n");
  REQUIRE(run.read({"a.txt", "b.txt"}));
  CHECK(run.lines() == Lines{"one"});
}

TEST_CASE("a mark that comes in pieces, or after a rotation, is none of the text",
          "[named texts]") {
  NamedTexts run;
  run.world.disk.append("a.log", kMark.substr(0, 1));
  REQUIRE(run.follow({"a.log"}));
  run.world.disk.append("a.log", kMark.substr(1));
  run.settle();
  run.world.disk.append("a.log", "one\n");
  run.settle();
  run.crash();
  run.world.disk.rename("a.log", "a.log.1");
  run.world.disk.append("a.log", kMark + "two\n");
  REQUIRE(run.follow({"a.log"}));
  CHECK(run.lines() == Lines{"one", "two"});
}

TEST_CASE("what is no text is said once, and counted as it stands", "[named texts]") {
  NamedTexts run;
  run.world.disk.append("a.txt", std::string("\xff\xfeo\0n\0e\0\n\0", 10));
  run.world.disk.append("b.xz", std::string("\xfd") + "7zXZ" + std::string(20, '\0') + "\n");
  REQUIRE(run.read({"a.txt", "b.xz"}));
  const auto told = run.told<event::NotText>();
  REQUIRE(told.size() == 2);
  CHECK(told[0].what == "UTF-16");
  CHECK(told[1].command == "xzcat b.xz | wordstream -");
}
