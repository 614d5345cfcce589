// Messages as lines, and the places between them.
#include "source/kafka_lines.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "model/block.h"
#include "plain_split.h"
#include "position_at.h"
#include "seeds.h"
#include "sim/prng.h"

using namespace wordstream;

namespace {

using Lines = std::vector<std::string>;

/// A partition's log: values by their offsets.
using Log = std::map<std::int64_t, std::string>;

Log log_of(const std::vector<std::string>& values) {
  Log log;
  for (const std::string& value : values) log[static_cast<std::int64_t>(log.size())] = value;
  return log;
}

/// A place, and how many lines stand before it.
struct Passed {
  KafkaPlace place;
  std::size_t line_count;
};

/// All of a log that is behind a place, in blocks.
struct Reading {
  Lines lines = {};
  std::vector<Passed> passed = {};
  std::uint64_t cut_line_count = 0;
  KafkaPlace end = {};
  bool is_broken_off = false;

  Reading(const Log& log, KafkaPlace place, std::size_t line_bytes_max = 1000,
          std::size_t block_bytes = 4096) {
    KafkaLines taker(line_bytes_max, true);
    const auto stream = partition_stream("t", 3);
    std::vector<KafkaMessage> messages;
    for (const auto& [offset, value] : log) {
      if (offset >= place.offset) messages.push_back({3, offset, 1000 + offset, value});
    }
    Block block(block_bytes);
    std::size_t done = 0;
    while (true) {
      const auto taken = taker.take(std::span(messages).subspan(done), place, stream, block);
      is_broken_off = !taken;
      if (is_broken_off) return;
      done += *taken;
      pass_on(block);
      if (done == messages.size()) break;
    }
    end = place;
  }

 private:
  void pass_on(Block& block) {
    std::size_t before = 0;
    const std::string_view text = block.lines();
    for_each_line(text, [&](std::string_view line) {
      lines.emplace_back(line);
      const std::size_t behind = static_cast<std::size_t>(line.data() - text.data()) + line.size();
      const std::size_t to = behind + (text.substr(behind, 2) == "\r\n" ? 2 : 1);
      const auto position = position_at(block, before, to);
      REQUIRE(position);
      CHECK(position->stream->name == "t/3");
      passed.push_back({kafka_place_of(*position).value(), lines.size()});
      before = to;
    });
    cut_line_count += block.cut_line_count;
    block.clear(4096);
  }
};

/// What the lines of a value are, in the plainest way.
Lines plain_lines(std::string value, std::size_t line_bytes_max) {
  Lines lines;
  if (value.empty()) return lines;
  if (value.back() != '\n' && value.back() != '\r') value += '\n';
  for_each_line(value,
                [&](std::string_view line) { lines.emplace_back(line.substr(0, line_bytes_max)); });
  return lines;
}

}  // namespace

TEST_CASE("the value of a message is text as a file of its own", "[kafka]") {
  const auto [value, lines] = GENERATE(table<std::string, Lines>({
      {"a b", {"a b"}},
      {"a\n", {"a"}},
      {"a\r", {"a"}},
      {"a\r\n", {"a"}},
      {"a\nb\rc\r\nd", {"a", "b", "c", "d"}},
      {"", {}},
      {"\n", {""}},
      {"\r\r", {"", ""}},
      {"\n\n", {"", ""}},
      {"a\n\r", {"a", ""}},
      {"\xef\xbb\xbf"
       "a",
       {"\xef\xbb\xbf"
        "a"}},
      {std::string("a\0b", 3), {std::string("a\0b", 3)}},
  }));
  CHECK(Reading(log_of({value}), {}).lines == lines);
}

TEST_CASE("what ends one message and begins the next never becomes one line end", "[kafka]") {
  CHECK(Reading(log_of({"a\r", "\nb"}), {}).lines == Lines{"a", "", "b"});
  CHECK(Reading(log_of({"a\r\r", "\n", "b"}), {}).lines == Lines{"a", "", "", "b"});
}

TEST_CASE("messages without bytes are no lines, and are behind the place all the same", "[kafka]") {
  const Reading reading(log_of({"", "a", "", ""}), {});
  CHECK(reading.lines == Lines{"a"});
  CHECK(reading.end.offset == 4);
  const Reading nothing(log_of({"", ""}), {});
  CHECK(nothing.end.offset == 2);
}

TEST_CASE("offsets may have gaps, and what stands before the place was counted", "[kafka]") {
  const Reading reading({{2, "a"}, {5, "b"}, {9, "c"}}, {.offset = 4});
  CHECK(reading.lines == Lines{"b", "c"});
  CHECK(reading.passed.front().place.offset == 6);
  CHECK(reading.end.offset == 10);
}

TEST_CASE("a place has a message that was taken before it as its witness", "[kafka]") {
  const Reading reading(log_of({"a", "b", "c"}), {});
  REQUIRE(reading.passed.size() == 3);
  CHECK(reading.passed[0].place.witness == witness_of(0, 1000, "a"));
  CHECK(reading.passed[1].place.witness == witness_of(0, 1000, "a"));
  CHECK(reading.passed[2].place.witness == witness_of(2, 1002, "c"));
  CHECK(reading.end.witness == witness_of(2, 1002, "c"));
}

TEST_CASE("a place inside of a message that has not so many bytes is none", "[kafka]") {
  CHECK(Reading(log_of({"abc"}), {.inner = 4}).is_broken_off);
  CHECK(Reading(log_of({"a\nb"}), {.inner = 2}).lines == Lines{"b"});
  CHECK(Reading(log_of({"a\n"}), {.inner = 2}).lines.empty());
}

TEST_CASE("a place inside of a message that is gone is before the next one", "[kafka]") {
  CHECK(Reading({{7, "abc"}}, {.offset = 5, .inner = 2}).lines == Lines{"abc"});
}

TEST_CASE("any messages become the lines that they have, in any blocks, from any place on",
          "[kafka]") {
  static constexpr std::string_view kBytes = "ab \n\r";
  for (std::uint64_t seed = 1; seed <= seed_count(3000); ++seed) {
    INFO("seed " << seed);
    sim::Prng prng(seed);
    const std::size_t line_bytes_max = prng.between(1, prng.one_in(2) ? 4 : 100);
    const std::size_t block_bytes = prng.between(2, prng.one_in(2) ? 20 : 4096);
    Log log;
    Lines expected;
    std::uint64_t too_long = 0;
    std::int64_t offset = static_cast<std::int64_t>(prng.below(5));
    for (std::uint64_t left = prng.between(1, 12); left > 0; --left) {
      std::string value;
      for (std::uint64_t size = prng.below(prng.one_in(3) ? 60 : 8); size > 0; --size) {
        value += kBytes[prng.below(kBytes.size())];
      }
      for (const std::string& line : plain_lines(value, line_bytes_max)) expected.push_back(line);
      for (const std::string& line : plain_lines(value, 1000)) {
        if (line.size() > line_bytes_max) ++too_long;
      }
      log[offset] = value;
      offset += static_cast<std::int64_t>(prng.between(1, 3));
    }
    const Reading whole(log, {}, line_bytes_max, block_bytes);
    REQUIRE(whole.lines == expected);
    REQUIRE(whole.cut_line_count == too_long);
    REQUIRE(whole.end.offset == log.rbegin()->first + 1);
    REQUIRE(whole.end.inner == 0);
    for (const Passed& passed : whole.passed) {
      const Reading rest(log, passed.place, line_bytes_max, prng.between(2, 100));
      INFO("from offset " << passed.place.offset << ", byte " << passed.place.inner);
      REQUIRE(rest.lines == Lines(expected.begin() + static_cast<std::ptrdiff_t>(passed.line_count),
                                  expected.end()));
    }
  }
}
