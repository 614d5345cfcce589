#include "source/text_start.h"

#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "sim/prng.h"

using namespace wordstream;
using namespace std::string_literals;

namespace {

/// Text in ASCII as UTF-16 has it, without a mark.
std::string widened(std::string_view text, bool is_little) {
  std::string wide;
  for (const char c : text) wide += is_little ? std::string{c, '\0'} : std::string{'\0', c};
  return wide;
}

const std::vector<std::pair<std::string, TextKind>> kStarts{
    {"\xff\xfe", TextKind::Utf16},
    {"\xfe\xff", TextKind::Utf16},
    {widened("to be or not to be", true), TextKind::Utf16Le},
    {widened("to be or not to be", false), TextKind::Utf16Be},
    {"\x1f\x8b\x08", TextKind::Gzip},
    {"\x28\xb5\x2f\xfd", TextKind::Zstd},
    {"\xfd\x37\x7a\x58\x5a\x00"s, TextKind::Xz},
    {"BZh1\x31\x41\x59\x26\x53\x59", TextKind::Bzip2},
    {"BZh9\x31\x41\x59\x26\x53\x59", TextKind::Bzip2},
    {"PK\x03\x04", TextKind::Zip},
    {"\x04\x22\x4d\x18", TextKind::Lz4},
};

}  // namespace

TEST_CASE("the mark of UTF-8 is three bytes, and text behind it is text", "[text start]") {
  for (const std::string text : {"", "a", "to be or not to be", "\xff\xfe"}) {
    const TextStart start = text_start_of("\xef\xbb\xbf" + text);
    CHECK(start.mark_length == 3);
    CHECK_FALSE(start.is_mark_begun);
    CHECK(start.kind == TextKind::Utf8);
  }
}

TEST_CASE("a mark that is not all there may still come", "[text start]") {
  for (const std::string text : {"", "\xef", "\xef\xbb"}) CHECK(text_start_of(text).is_mark_begun);
  for (const std::string text : {"a", "\xef\xbc", "\xbb\xbf", "\xef\xbb\xbe", "\xef\xef\xbb\xbf"}) {
    CHECK_FALSE(text_start_of(text).is_mark_begun);
    CHECK(text_start_of(text).mark_length == 0);
  }
}

TEST_CASE("archives and UTF-16 are known by what they begin with", "[text start]") {
  for (const auto& [bytes, kind] : kStarts) {
    CHECK(text_start_of(bytes).kind == kind);
    CHECK(text_start_of(bytes + std::string(1000, 'x')).mark_length == 0);
  }
}

TEST_CASE("a magic number that is not whole is none", "[text start]") {
  for (const auto& [bytes, kind] : kStarts) {
    if (kind == TextKind::Utf16Le || kind == TextKind::Utf16Be) continue;
    CHECK(text_start_of(bytes.substr(0, bytes.size() - 1)).kind == TextKind::Utf8);
    CHECK(text_start_of("x" + bytes).kind == TextKind::Utf8);
  }
  for (const std::string text : {"PK", "BZh", "BZh0\x31\x41\x59\x26\x53\x59", "BZh9 is a word"}) {
    CHECK(text_start_of(text).kind == TextKind::Utf8);
  }
}

TEST_CASE("nine of ten pairs make UTF-16 of it, and no fewer", "[text start]") {
  const std::string wide = widened("abcdefghi", true);
  CHECK(text_start_of(wide).kind == TextKind::Utf8);  // nine pairs tell nothing
  CHECK(text_start_of(wide + "xx").kind == TextKind::Utf16Le);
  CHECK(text_start_of(wide.substr(2) + "xxxx").kind == TextKind::Utf8);
  CHECK(text_start_of(std::string(100, '\0')).kind == TextKind::Utf8);
  CHECK(text_start_of(widened("a", true) + std::string(100, 'x')).kind == TextKind::Utf8);
}

TEST_CASE("any bytes are looked at, and no more of them than count", "[text start]") {
  sim::Prng prng(1);
  for (int run = 0; run < 10'000; ++run) {
    // Few different bytes, so that something is found now and then.
    constexpr std::string_view kBytes("\0\xef\xbb\xbf\xff\xfePK\x03\x04x", 11);
    std::string bytes;
    for (std::size_t left = prng.below(600); left > 0; --left) {
      bytes += kBytes[prng.below(kBytes.size())];
    }
    const TextStart start = text_start_of(bytes);
    const TextStart of_first = text_start_of(bytes.substr(0, kTextStartBytes));
    CHECK((start.mark_length == 0 || bytes.starts_with("\xef\xbb\xbf")));
    CHECK((!start.is_mark_begun || bytes.size() < 3));
    CHECK(start.kind == of_first.kind);
    CHECK(start.mark_length == of_first.mark_length);
  }
}

TEST_CASE("each has a name and a command that makes text of it", "[text start]") {
  CHECK(name_of(TextKind::Utf16Be) == "UTF-16");
  CHECK(command_for(TextKind::Utf16, "a.txt") == "iconv -f UTF-16 -t UTF-8 a.txt | wordstream -");
  CHECK(command_for(TextKind::Gzip, "") == "... | zcat | wordstream");
  CHECK(command_for(TextKind::Zstd, "") == "... | zstd -dc | wordstream");
  CHECK(command_for(TextKind::Zip, "") == "unzip -p FILE | wordstream -");
  for (const auto& [bytes, kind] : kStarts) {
    CHECK(command_for(kind, "FILE").ends_with(" FILE | wordstream -"));
    CHECK(name_of(kind) != "UTF-8");
  }
}
