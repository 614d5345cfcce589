#include "text/case_fold.h"

#include "catch.h"
#include "random_words.h"
#include "text/padding.h"
#include "text/utf8.h"

using namespace wordstream;

namespace {

std::string folded(std::string_view bytes) {
  std::string room = "what was there before";
  return std::string(fold_case(bytes, room));
}

}  // namespace

TEST_CASE("characters fold as Unicode's simple folding says", "[case_fold]") {
  struct Row {
    std::string_view from, to;
  };
  // From CaseFolding.txt: those of status C and S fold, those of status F and T alone do not.
  for (const Row& row : {Row{"A", "a"},
                         {"Z", "z"},
                         {"@[`{", "@[`{"},
                         {"a", "a"},
                         {"É", "é"},            // a Latin letter with an accent
                         {"ẞ", "ß"},            // the capital sharp s, and ß itself stays
                         {"ß", "ß"},            // ss only in full folding
                         {"İ", "İ"},            // a dotted i in full folding, i in Turkish
                         {"ı", "ı"},            // the dotless i
                         {"\u212A", "k"},       // the Kelvin sign
                         {"\u212B", "å"},       // the Ångström sign
                         {"\u2126", "ω"},       // the Ohm sign
                         {"ſ", "s"},            // the long s
                         {"ς", "σ"},            // the final sigma
                         {"\u00B5", "\u03BC"},  // the micro sign
                         {"Ǆ", "ǆ"},
                         {"ǅ", "ǆ"},
                         {"\u13A0", "\u13A0"},  // Cherokee folds to its capitals,
                         {"\uAB70", "\u13A0"},  // which were there first
                         {"\u023A", "\u2C65"},  // two bytes become three
                         {"\U00010400", "\U00010428"},
                         {"Я", "я"},
                         {"語", "語"}}) {
    CAPTURE(row.from);
    CHECK(folded(row.from) == row.to);
  }
}

TEST_CASE("ASCII folds at any place and length", "[case_fold]") {
  for (std::size_t size = 0; size < 100; ++size) {
    CAPTURE(size);
    CHECK(folded(std::string(size, 'Q') + "-Z") == std::string(size, 'q') + "-z");
  }
  for (int byte = 0; byte < 0x80; ++byte) {
    const bool is_capital = byte >= 'A' && byte <= 'Z';
    CHECK(folded(std::string(1, static_cast<char>(byte))) ==
          std::string(1, static_cast<char>(is_capital ? byte + 32 : byte)));
  }
}

TEST_CASE("the room for folded text is used again, and readable behind it", "[case_fold]") {
  std::string room;
  CHECK(fold_case(std::string(1000, 'A'), room) == std::string(1000, 'a'));
  CHECK(fold_case("\u023A\u023A", room) == "\u2C65\u2C65");
  for (const std::size_t size : {0U, 1U, 63U, 64U, 65U, 5000U}) {
    CAPTURE(size);
    std::string twos;  // the characters that grow most
    for (std::size_t i = 0; i < size; ++i) twos += "\u023A";
    std::string fresh;
    const std::string_view folded = fold_case(twos, fresh);
    CHECK(folded.size() == 3 * size);
    CHECK(fresh.size() >= folded.size() + kTextPadding);
  }
}

TEST_CASE("bytes that are no UTF-8 stay as they are between letters that fold", "[case_fold]") {
  CHECK(folded("A\xFF"
               "B\xC3") ==
        "a\xFF"
        "b\xC3");
  CHECK(folded("\xED\xA0\x80X\xF0\x9FY") == "\xED\xA0\x80x\xF0\x9Fy");
  CHECK(folded("\xC1\x81") == "\xC1\x81");
}

TEST_CASE("a text folds to its folded characters, one behind the other", "[case_fold]") {
  std::mt19937_64 random(3);
  for (int i = 0; i < 200; ++i) {
    std::string text(random() % 5000, 'X');
    for (int left = 20; left > 0; --left)
      text.insert(random() % (text.size() + 1), random() % 2 == 0 ? "É\u212A" : "B\xFF\u023A");
    std::string expected;
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t length = decode_char(rest).length;
      expected += folded(rest.substr(0, length));
      rest.remove_prefix(length);
    }
    REQUIRE(folded(text) == expected);
  }
}

TEST_CASE("line ends and spaces are still there after folding", "[case_fold]") {
  CHECK(folded("Ab  CD\r\nÉ \n") == "ab  cd\r\né \n");
}

TEST_CASE("the version of Unicode has two numbers", "[case_fold]") {
  const std::string version = unicode_version();
  const std::size_t dot = version.find('.');
  REQUIRE(dot != std::string::npos);
  CHECK(std::stoi(version.substr(0, dot)) >= 14);
  CHECK(version.find_first_not_of("0123456789.") == std::string::npos);
}
