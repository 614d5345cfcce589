#include "source/line_framer.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "catch.h"
#include "plain_split.h"

using namespace wordstream;

namespace {

constexpr std::size_t kNoLimit = 1'000'000;

/// A framer and a block, fed by hand; hands on the block when it must.
class Connection {
 public:
  explicit Connection(std::size_t line_bytes_max = kNoLimit,
                      std::size_t partial_bytes_max = kNoLimit)
      : budget_{line_bytes_max, partial_bytes_max}, framer_(budget_), block_(64) {}

  Connection& feed(std::string_view bytes) {
    while (!bytes.empty()) {
      std::span<char> room = framer_.room(block_, bytes.size());
      if (room.empty()) {
        hand_on();
        continue;
      }
      const std::size_t size = std::min(room.size(), bytes.size());
      std::memcpy(room.data(), bytes.data(), size);
      framer_.accept(block_, size);
      bytes.remove_prefix(size);
    }
    return *this;
  }

  Connection& finish() {
    while (!framer_.finish(block_)) hand_on();
    return *this;
  }

  std::size_t drop() { return framer_.drop(); }

  std::vector<std::string> lines() {
    hand_on();
    return lines_;
  }
  std::uint64_t cut_line_count() const { return cut_line_count_; }
  const LineBudget& budget() const { return budget_; }

 private:
  void hand_on() {
    for_each_line(block_.lines(), [&](std::string_view line) { lines_.emplace_back(line); });
    cut_line_count_ += block_.cut_line_count;
    block_.clear(64);
  }

  LineBudget budget_;
  LineFramer framer_;
  Block block_;
  std::vector<std::string> lines_;
  std::uint64_t cut_line_count_ = 0;
};

using Lines = std::vector<std::string>;

/// What lines a whole stream has, by the rule itself: LF, CR and CRLF end a line.
Lines lines_of(std::string_view bytes) {
  Lines lines;
  std::string line;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != '\r' && bytes[i] != '\n') {
      line += bytes[i];
      continue;
    }
    if (bytes.substr(i, 2) == "\r\n") ++i;
    lines.push_back(std::exchange(line, ""));
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("every short stream, cut in two anywhere, has the lines that the rule gives it",
          "[framer]") {
  constexpr std::string_view kAlphabet = "ab\r\n";
  for (unsigned number = 0; number < 4096; ++number) {
    std::string bytes;
    for (unsigned left = number, i = 0; i < 6; ++i, left /= 4) bytes += kAlphabet[left % 4];
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
      Connection stream;
      stream.feed(std::string_view(bytes).substr(0, cut)).feed(std::string_view(bytes).substr(cut));
      REQUIRE(stream.finish().lines() == lines_of(bytes));
    }
  }
}

TEST_CASE("a CR ends a line at once, and a LF that comes later belongs to it", "[framer]") {
  Connection stream;
  CHECK(stream.feed("a\r").lines() == Lines{"a"});
  CHECK(stream.feed("\nb\n").lines() == Lines{"a", "b"});
}

TEST_CASE("a CR at the end of one read does not take a LF of another connection", "[framer]") {
  LineBudget budget{kNoLimit, kNoLimit};
  LineFramer one(budget);
  LineFramer other(budget);
  Block block(64);
  std::memcpy(one.room(block, 3).data(), "a\r\r", 3);
  one.accept(block, 3);
  std::memcpy(other.room(block, 1).data(), "\n", 1);
  other.accept(block, 1);
  Lines lines;
  for_each_line(block.lines(), [&](std::string_view line) { lines.emplace_back(line); });
  CHECK(lines == Lines{"a", "", ""});
}

TEST_CASE("a line that is too long is cut once, and the next one is whole", "[framer]") {
  for (const std::string_view end : {"\n", "\r", "\r\n"}) {
    Connection stream(4);
    stream.feed("abcdef").feed("ghi").feed(end).feed("next").feed(end).feed("12345").feed(end);
    CHECK(stream.lines() == Lines{"abcd", "next", "1234"});
    CHECK(stream.cut_line_count() == 2);
  }
}

TEST_CASE("a line of exactly the allowed length is not cut", "[framer]") {
  Connection stream(4);
  CHECK(stream.feed("ab").feed("cd\nabcd\r\n").lines() == Lines{"abcd", "abcd"});
  CHECK(stream.cut_line_count() == 0);
}

TEST_CASE("unfinished lines together stay within their budget", "[framer]") {
  Connection stream(kNoLimit, 10);
  stream.feed("12345678").feed("9abcdef").feed("skipped\nnext\n");
  CHECK(stream.lines() == Lines{"123456789abcdef", "next"});
  CHECK(stream.cut_line_count() == 1);
  CHECK(stream.budget().partial_bytes == 0);
}

TEST_CASE("what is dropped gives its budget back and leaves nothing behind", "[framer]") {
  Connection stream;
  stream.feed("whole\nhalf");
  CHECK(stream.budget().partial_bytes == 4);
  CHECK(stream.drop() == 4);
  CHECK(stream.budget().partial_bytes == 0);
  CHECK(stream.feed("\nnew\n").finish().lines() == Lines{"whole", "", "new"});
}

TEST_CASE("a new stream does not inherit that a LF is to be swallowed or a rest to be skipped",
          "[framer]") {
  Connection after_cr;
  after_cr.feed("a\r").finish();
  CHECK(after_cr.feed("\nb\n").lines() == Lines{"a", "", "b"});
  Connection after_cut(2);
  after_cut.feed("abc").finish();
  CHECK(after_cut.feed("x\n").lines() == Lines{"ab", "x"});
}

TEST_CASE("a line longer than a block is carried whole", "[framer]") {
  const std::string line(10'000, 'x');
  Connection stream;
  for (const char c : line) stream.feed(std::string_view(&c, 1));
  CHECK(stream.feed("\nb\n").lines() == Lines{line, "b"});
}

TEST_CASE("where ends stay as they are, that of a cut line goes with its rest, however it is read",
          "[framer]") {
  const std::string_view bytes = "abcdef\r\nnext\r\n";
  for (std::size_t first = 1; first < bytes.size(); ++first) {
    for (std::size_t second = first; second < bytes.size(); ++second) {
      LineBudget budget{4, kNoLimit};
      budget.is_verbatim = true;
      LineFramer framer(budget);
      Block block(64);
      const std::size_t sizes[] = {first, second - first, bytes.size() - second};
      std::string_view left = bytes;
      for (const std::size_t size : sizes) {
        if (size == 0) continue;
        left.copy(framer.room(block, size).data(), size);
        framer.accept(block, size);
        left.remove_prefix(size);
      }
      CAPTURE(first, second);
      CHECK(block.lines() == "abcd\nnext\r\n");
    }
  }
}
