#include "text/utf8.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "catch.h"

using namespace wordstream;

namespace {

std::string encode(char32_t code) {
  const auto byte = [](char32_t value) { return static_cast<char>(value); };
  const auto rest = [&](unsigned shift) { return byte(0x80 + code / (1U << shift) % 64); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xC0 + code / 64), rest(0)};
  if (code < 0x10000) return {byte(0xE0 + code / 4096), rest(6), rest(0)};
  return {byte(0xF0 + code / 262144), rest(12), rest(6), rest(0)};
}

/// The decoder as its definition: every character of an alphabet's bytes, written out. Surrogates
/// are among them, as Java notices them only when it has read one whole.
class Oracle {
 public:
  explicit Oracle(std::string_view alphabet) {
    for (char32_t code = 0; code <= 0x10FFFF; ++code) {
      const std::string character = encode(code);
      if (character.find_first_not_of(alphabet) != std::string::npos) continue;
      for (std::size_t size = 1; size < character.size(); ++size)
        beginnings_.insert(character.substr(0, size));
      (code >= 0xD800 && code <= 0xDFFF ? surrogates_ : characters_).insert(character);
    }
  }

  /// How many bytes the first character takes, and whether it is one.
  std::pair<std::size_t, bool> take(const std::string& bytes) const {
    std::size_t longest = 1;
    for (std::size_t size = 1; size <= std::min<std::size_t>(bytes.size(), 4); ++size) {
      const std::string first = bytes.substr(0, size);
      if (characters_.count(first) != 0) return {size, true};
      if (surrogates_.count(first) != 0) return {size, false};
      if (beginnings_.count(first) != 0) longest = size;
    }
    return {longest, false};
  }

 private:
  std::set<std::string> beginnings_;
  std::set<std::string> characters_;
  std::set<std::string> surrogates_;
};

std::size_t replacement_count(std::string_view bytes) {
  std::size_t count = 0;
  while (!bytes.empty()) {
    const DecodedChar decoded = decode_char(bytes);
    if (!decoded.is_valid) ++count;
    bytes.remove_prefix(decoded.length);
  }
  return count;
}

}  // namespace

TEST_CASE("as many replacement characters stand for bad bytes as in Spark", "[utf8]") {
  // Counted in what Spark 3.5.9 on Java 17 printed.
  CHECK(replacement_count("\xFF") == 1);
  CHECK(replacement_count("\x80\x80") == 2);
  CHECK(replacement_count("\xC3") == 1);
  CHECK(replacement_count("\xE2\x82") == 1);
  CHECK(replacement_count("\xF0\x9F\x98") == 1);
  CHECK(replacement_count("\xC0\x80") == 2);
  CHECK(replacement_count("\xE0\x80\xAF") == 3);
  CHECK(replacement_count("\xF0\x80\x80\xAF") == 4);
  CHECK(replacement_count("\xF4\x90\x80\x80") == 4);
  CHECK(replacement_count("\xED\xA0\x80") == 1);
  CHECK(replacement_count("\xEF\xBF\xBD") == 0);
  CHECK(replace_invalid("x\xFF\xC3y") == "x\uFFFD\uFFFDy");
}

TEST_CASE("all short strings of telling bytes decode as the list of all characters says",
          "[utf8]") {
  using namespace std::string_view_literals;
  constexpr auto kAlphabet =
      "\x00 A\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF\xE0\xE1\xED\xEF\xF0\xF3\xF4\xF5\xFF"sv;
  const Oracle oracle(kAlphabet);
  std::size_t string_count = 0;
  for (std::size_t size = 1; size <= 4; ++size) {
    std::array<std::size_t, 4> digits{};
    while (true) {
      std::string bytes;
      for (std::size_t i = 0; i < size; ++i) bytes.push_back(kAlphabet[digits[i]]);
      const DecodedChar decoded = decode_char(bytes);
      if (std::pair(decoded.length, decoded.is_valid) != oracle.take(bytes)) {
        CAPTURE(bytes);
        FAIL("decode_char took " << decoded.length << " bytes, valid: " << decoded.is_valid);
      }
      ++string_count;
      std::size_t at = 0;
      while (at < size && ++digits[at] == kAlphabet.size()) digits[at++] = 0;
      if (at == size) break;
    }
  }
  CHECK(string_count == 23 + 23 * 23 + 23 * 23 * 23 + 23 * 23 * 23 * 23);
}

TEST_CASE("every character is read back from its UTF-8", "[utf8]") {
  std::size_t wrong_count = 0;
  for (char32_t code = 0; code <= 0x10FFFF; ++code) {
    if (code >= 0xD800 && code <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, code);
    const DecodedChar decoded = decode_char(text);
    if (text != encode(code) || decoded.code != code || decoded.length != text.size() ||
        !decoded.is_valid || !is_valid_utf8(text))
      ++wrong_count;
  }
  CHECK(wrong_count == 0);
}

TEST_CASE("bad bytes are found behind good ones at any distance", "[utf8]") {
  for (std::size_t distance = 0; distance < 40; ++distance) {
    const std::string good(distance, 'a');
    CAPTURE(distance);
    CHECK(ascii_length(good) == distance);
    CHECK(ascii_length(good + "\u00e9" + good) == distance);
    CHECK(is_valid_utf8(good + "\u00e9" + good));
    CHECK_FALSE(is_valid_utf8(good + "\xE9" + good));
    CHECK(replace_invalid(good + "\xE9" + good) == good + "\uFFFD" + good);
  }
}

TEST_CASE("text that is valid is left as it is", "[utf8]") {
  const std::string text = "a\u00e9\u20ac\U0001F600\uFFFD" + std::string(1, '\0');
  CHECK(is_valid_utf8(text));
  CHECK(replace_invalid(text) == text);
  CHECK(is_valid_utf8(""));
  CHECK(replace_invalid("").empty());
}
