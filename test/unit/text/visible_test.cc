#include "text/visible.h"

#include "catch.h"
#include "random_words.h"
#include "text/utf8.h"

using namespace wordstream;

TEST_CASE("what a terminal obeys is shown instead", "[terminal]") {
  struct Row {
    std::string_view bytes, shown;
  };
  using namespace std::string_view_literals;
  for (const Row& row : {Row{"", ""},
                         {"hello ~", "hello ~"},
                         {"\0\x01\x1f"sv, R"(\x00\x01\x1f)"},
                         {"\x1b[31mred", R"(\x1b[31mred)"},
                         {"\t\n\r", R"(\x09\x0a\x0d)"},
                         {"\x7f", R"(\x7f)"},
                         {"\u0080\u009b\u009f", R"(\x80\x9b\x9f)"},
                         {"\u061c\u200e\u200f", R"(\u061c\u200e\u200f)"},
                         {"\u202a\u202e\u2066\u2069", R"(\u202a\u202e\u2066\u2069)"},
                         {"\u00a0\u061b\u200d\u2010\u2029\u202f\u2065\u206a",
                          "\u00a0\u061b\u200d\u2010\u2029\u202f\u2065\u206a"},
                         {"\u00e9\u20ac\U0001F600", "\u00e9\u20ac\U0001F600"},
                         {"\\x1b", "\\x1b"}}) {
    CAPTURE(row.bytes);
    CHECK(visible(row.bytes) == row.shown);
  }
}

TEST_CASE("bytes that belong to no character are shown where a terminal may obey them",
          "[terminal]") {
  CHECK(visible("\x9b"
                "31m") == "\\x9b31m");
  CHECK(visible("\xff\xa0\xc3") == "\xff\xa0\xc3");
  CHECK(visible("\xe2\x82") == "\xe2\\x82");
  CHECK(visible("\xed\xa0\x80") == "\xed\xa0\\x80");
  CHECK(visible("\xc3\xa9\x85\xc3\x89") == "\xc3\xa9\\x85\xc3\x89");
}

TEST_CASE("nothing that is visible can be obeyed", "[terminal]") {
  std::mt19937_64 random(13);
  for (int i = 0; i < 2000; ++i) {
    const std::string shown = visible(random_word(random, 8));
    for (std::string_view rest = shown; !rest.empty();) {
      const DecodedChar decoded = decode_char(rest);
      REQUIRE_FALSE(
          is_control(decoded.is_valid ? decoded.code : static_cast<unsigned char>(rest[0])));
      rest.remove_prefix(decoded.is_valid ? decoded.length : 1);
    }
  }
}
