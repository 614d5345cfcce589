#include "source/relp_frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "catch.h"
#include "seeds.h"
#include "sim/prng.h"

using namespace wordstream;

namespace {

constexpr std::size_t kKept = 1000;

std::string frame(std::uint32_t number, std::string_view command, std::string_view data) {
  return fmt::format("{} {} {} {}\n", number, command, data.size(), data);
}

/// What was found, as text.
std::string shown(const RelpFrame& frame) {
  return fmt::format("{} {} [{}] {}", frame.number, frame.command, frame.data, frame.skipped);
}

struct Found {
  std::vector<std::string> frames;
  std::optional<ErrorCode> error;

  friend bool operator==(const Found&, const Found&) = default;
};

/// Gives the pieces to an input, one by one, whose memory goes when they are not to last any more.
Found found_in(const std::vector<std::string_view>& pieces, std::size_t kept = kKept) {
  RelpInput input(kept);
  Found found;
  for (const std::string_view piece : pieces) {
    auto bytes = std::make_unique<std::string>(piece);
    input.take(*bytes);
    while (!found.error) {
      const Result<std::optional<RelpFrame>> next = input.next();
      if (!next) found.error = next.error().code;
      if (!next || !*next) break;
      found.frames.push_back(shown(**next));
      input.pop();
    }
    input.hold();
    std::ranges::fill(*bytes, '#');
  }
  return found;
}

Found found_in_whole(std::string_view bytes, std::size_t kept = kKept) {
  return found_in({bytes}, kept);
}

/// All that is found wherever the bytes are split into three is the same as in the whole.
void check_any_split(std::string_view bytes, std::size_t kept = kKept) {
  const Found whole = found_in_whole(bytes, kept);
  for (std::size_t first = 0; first <= bytes.size(); ++first) {
    for (std::size_t second = first; second <= bytes.size(); ++second) {
      const Found parts = found_in(
          {bytes.substr(0, first), bytes.substr(first, second - first), bytes.substr(second)},
          kept);
      if (parts == whole) continue;
      INFO("split at " << first << " and " << second);
      CHECK(parts.frames == whole.frames);
      CHECK(parts.error == whole.error);
      return;
    }
  }
}

bool is_bad(const std::string& bytes) {
  const bool is_refused = found_in_whole(bytes).error == ErrorCode::BadData;
  check_any_split(bytes);
  return is_refused;
}

}  // namespace

TEST_CASE("a frame has a number, a command and data", "[relp frame]") {
  CHECK(found_in_whole("1 open 3 a=b\n2 syslog 9 line\nline\n3 close 0\n").frames ==
        std::vector<std::string>{"1 open [a=b] 0", "2 syslog [line\nline] 0", "3 close [] 0"});
}

TEST_CASE("frames are the same wherever their bytes are split", "[relp frame]") {
  check_any_split("1 open 3 a=b\n20 syslog 10 x\n2 y 1 z\n\n3 close 0\n4 x 0 \n999999999 y 1 \n\n");
}

TEST_CASE("data may have any bytes", "[relp frame]") {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  const Found found = found_in_whole(frame(1, "syslog", all) + frame(2, "syslog", "next"));
  CHECK(found.frames == std::vector<std::string>{"1 syslog [" + all + "] 0", "2 syslog [next] 0"});
  check_any_split(frame(1, "syslog", std::string("\0\n\r \0", 5)) + frame(2, "syslog", "next"));
}

TEST_CASE("no data has a blank before it or none", "[relp frame]") {
  CHECK(found_in_whole("1 close 0\n2 close 0 \n3 close 0\n").frames ==
        std::vector<std::string>{"1 close [] 0", "2 close [] 0", "3 close [] 0"});
}

TEST_CASE("behind what a frame has as its data stands the end of the frame", "[relp frame]") {
  for (const std::string bytes : {"1 syslog 0\n", "1 syslog 0 \n", "1 syslog 3 abc\n"}) {
    RelpInput input(kKept);
    input.take(bytes);
    const Result<std::optional<RelpFrame>> next = input.next();
    REQUIRE((next && *next));
    const char* const end = (*next)->data.data() + (*next)->data.size();
    CHECK(end == bytes.data() + bytes.size() - 1);
  }
}

TEST_CASE("what has no head of a frame is refused", "[relp frame]") {
  const std::string bytes = GENERATE(values<std::string>({
      "\n",
      "1\n",
      "1 syslog\n",
      " syslog 1 x\n",
      "x syslog 1 x\n",
      "-1 syslog 1 x\n",
      "1234567890 syslog 1 x\n",
      "1  1 x\n",
      "1 sys1og 1 x\n",
      "1 syslog  x\n",
      "1 syslog x x\n",
      "1 syslog -1 x\n",
      "1 syslog 00000000001 x\n",
      "1 syslog 1\tx\n",
      "GET / HTTP/1.1\r\n\r\n",
  }));
  CAPTURE(bytes);
  CHECK(is_bad(bytes));
  CHECK(is_bad("1 a " + std::string(11, '0')));
  CHECK(is_bad("1 " + std::string(33, 'a')));
}

TEST_CASE("a head may be as long as the protocol has it", "[relp frame]") {
  const std::string command(32, 'c');
  CHECK(found_in_whole("999999999 " + command + " 0000000001 x\n").frames ==
        std::vector<std::string>{"999999999 " + command + " [x] 0"});
}

TEST_CASE("a frame whose data ends elsewhere than it says is refused", "[relp frame]") {
  CHECK(is_bad("1 syslog 1\n"));
  CHECK(is_bad("1 syslog 1 xy\n"));
  CHECK(is_bad("1 syslog 2 x\n1 syslog 1 x\n"));
  CHECK(is_bad("1 syslog 1 x\r\n"));
  CHECK(is_bad("1 syslog 0 x\n"));
}

TEST_CASE("behind what is no frame no other is ever found", "[relp frame]") {
  for (const std::string bad : {"x\n", "1 syslog 2000000000 x", "1 syslog 1 xy", "1 a 30 "}) {
    RelpInput input(20);
    input.take(bad);
    static_cast<void>(input.next());
    input.hold();
    for (int i = 0; i < 3; ++i) {
      const std::string good = frame(1, "syslog", "a line that is longer than that");
      input.take(good);
      const Result<std::optional<RelpFrame>> next = input.next();
      CHECK_FALSE((next && *next));
      input.hold();
    }
  }
}

TEST_CASE("a frame of 1 GiB is the longest", "[relp frame]") {
  constexpr std::uint64_t kGiB = 1024 * 1024 * 1024;
  CHECK(found_in_whole(fmt::format("1 syslog {} ", kGiB + 1)).error == ErrorCode::BadData);

  RelpInput input(3);
  const std::string head = fmt::format("1 syslog {} ", kGiB);
  input.take(head);
  REQUIRE(input.next().has_value());
  input.hold();
  const std::string piece(kGiB / 64, 'x');
  for (int i = 0; i < 64; ++i) {
    input.take(piece);
    CHECK(input.next().value() == std::nullopt);
    input.hold();
  }
  input.take("\n");
  const Result<std::optional<RelpFrame>> next = input.next();
  REQUIRE((next && *next));
  CHECK(shown(**next) == fmt::format("1 syslog [xxx] {}", kGiB - 3));
}

TEST_CASE("of a frame that is too long the beginning is kept, and the rest counted",
          "[relp frame]") {
  const std::string bytes = frame(1, "a", "123") + frame(2, "b", "1234") + frame(3, "c", "12345") +
                            frame(4, "d", "1234\n6789") + frame(5, "e", "12345") +
                            frame(6, "f", "");
  CHECK(found_in_whole(bytes, 4).frames == std::vector<std::string>{"1 a [123] 0", "2 b [1234] 0",
                                                                    "3 c [1234] 1", "4 d [1234] 5",
                                                                    "5 e [1234] 1", "6 f [] 0"});
  check_any_split(bytes, 4);
}

TEST_CASE("a frame that is too long has its end where it says, too", "[relp frame]") {
  CHECK(found_in_whole("1 a 6 123456\n", 4).error == std::nullopt);
  const Found found = found_in_whole("1 a 6 1234567\n", 4);
  CHECK(found.frames.empty());
  CHECK(found.error == ErrorCode::BadData);
  check_any_split("1 a 6 1234567\n", 4);
}

TEST_CASE("what is not done with is kept, and no more", "[relp frame]") {
  RelpInput input(kKept);
  CHECK(input.held_size() == 0);
  const std::string whole = frame(1, "a", "123");
  const std::string bytes = whole + "2 a 3 12";
  input.take(bytes);
  static_cast<void>(input.next());
  input.pop();
  static_cast<void>(input.next());
  input.hold();
  CHECK(input.held_size() == 8);
  input.take("3\n");
  static_cast<void>(input.next());
  input.pop();
  input.hold();
  CHECK(input.held_size() == 0);
}

TEST_CASE("of a frame that is too long no more is kept than its beginning", "[relp frame]") {
  RelpInput input(10);
  const std::string bytes = "1 a 1000000 " + std::string(500, 'x');
  input.take(bytes);
  static_cast<void>(input.next());
  input.hold();
  CHECK(input.held_size() == 10);
  const std::string rest(999'500, 'x');
  input.take(rest);
  static_cast<void>(input.next());
  input.hold();
  CHECK(input.held_size() == 10);
  input.take("\n");
  static_cast<void>(input.next());
  input.pop();
  input.hold();
  CHECK(input.held_size() == 0);
}

TEST_CASE("a frame stands there until it is done with, whatever comes meanwhile", "[relp frame]") {
  for (std::uint64_t seed = 0; seed < seed_count(2000); ++seed) {
    sim::Prng prng(seed);
    std::string bytes;
    for (std::uint64_t left = prng.between(1, 6); left > 0; --left) {
      const std::string data(prng.below(30), static_cast<char>(prng.between('0', '9')));
      bytes += frame(static_cast<std::uint32_t>(left), "a", data);
    }
    constexpr std::size_t kFewKept = 20;
    const Found whole = found_in_whole(bytes, kFewKept);

    RelpInput input(kFewKept);
    std::vector<std::string> frames;
    std::string rest = bytes;
    while (!rest.empty()) {
      auto piece = std::make_unique<std::string>(rest.substr(0, prng.part_of(rest.size())));
      rest.erase(0, piece->size());
      input.take(*piece);
      std::optional<std::string> stands;
      for (int steps = 0; steps < 20; ++steps) {
        const Result<std::optional<RelpFrame>> next = input.next();
        REQUIRE(next.has_value());
        if (!*next) break;
        if (stands) CHECK(shown(**next) == *stands);
        stands = shown(**next);
        if (prng.one_in(3)) input.hold();
        if (prng.one_in(3)) continue;
        if (prng.one_in(8)) break;
        static_cast<void>(input.next());
        frames.push_back(*std::exchange(stands, std::nullopt));
        input.pop();
      }
      input.hold();
      std::ranges::fill(*piece, '#');
    }
    while (true) {
      const Result<std::optional<RelpFrame>> next = input.next();
      REQUIRE(next.has_value());
      if (!*next) break;
      frames.push_back(shown(**next));
      input.pop();
    }
    INFO("seed " << seed);
    CHECK(frames == whole.frames);
  }
}

TEST_CASE("an answer has the number, and the text where there is one", "[relp frame]") {
  std::string answers;
  append_relp_answer(2, "200 OK", answers);
  append_relp_answer(999'999'999, "", answers);
  CHECK(answers == "2 rsp 6 200 OK\n999999999 rsp 0\n");
}
