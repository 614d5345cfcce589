#include "keys/letters.h"

#include <string>
#include <vector>

#include "catch.h"

using namespace wordstream;

namespace {

std::vector<std::string> words(std::string_view text) {
  std::vector<std::uint32_t> edges;
  find_letter_words(text, edges);
  REQUIRE(edges.size() % 2 == 0);
  std::vector<std::string> words;
  for (std::size_t i = 0; i < edges.size(); i += 2) {
    words.emplace_back(text.substr(edges[i], edges[i + 1] - edges[i]));
  }
  return words;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("words are letters and digits, and what joins them inside", "[keys]") {
  CHECK(words("The end, 'tis (said)!") == Words{"The", "end", "tis", "said"});
  CHECK(words("don't co-op- -x 'a' rock'n'roll") ==
        Words{"don't", "co-op", "x", "a", "rock'n'roll"});
  CHECK(words("3rd 1,000 a_b x.y") == Words{"3rd", "1", "000", "a", "b", "x", "y"});
  CHECK(words("").empty());
  CHECK(words("-' _").empty());
  CHECK(words("l\u2019\u00e9t\u00e9 a\u2010b a\u2011b na\u00ADme a\u2014b") ==
        Words{"l\u2019\u00e9t\u00e9", "a\u2010b", "a\u2011b", "na\u00ADme", "a", "b"});
  CHECK(words("a\u00AD \u02BCtis") == Words{"a", "tis"});
}

TEST_CASE("words are those of any script", "[keys]") {
  CHECK(words("\u0421\u043B\u043E\u0432\u043E, \u03BB\u03CC\u03B3\u03BF\u03C2.") ==
        Words{"\u0421\u043B\u043E\u0432\u043E", "\u03BB\u03CC\u03B3\u03BF\u03C2"});
  CHECK(words("\u6F22\u5B57\u304B\u306A\u3002\u6F22") ==
        Words{"\u6F22\u5B57\u304B\u306A", "\u6F22"});
  // Marks go on with a word and begin none; joiners stand inside.
  CHECK(words("e\u0301te\u0301 \u0301x") == Words{"e\u0301te\u0301", "x"});
  CHECK(words("\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645") ==
        Words{"\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645"});
  CHECK(words("\u0663\u0664 \u00BD \u2167") == Words{"\u0663\u0664"});
}

TEST_CASE("bytes that are not UTF-8 part words", "[keys]") {
  CHECK(words("a\xff"
              "b\xc3"
              " c\xed\xa0\x80"
              "d") == Words{"a", "b", "c", "d"});
  CHECK(words(std::string_view("a\0b", 3)) == Words{"a", "b"});
}
