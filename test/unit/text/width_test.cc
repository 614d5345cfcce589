#include "text/width.h"

#include "catch.h"

using namespace wordstream;

namespace {

std::string cut(std::string_view text, std::size_t columns) {
  return cut_to_columns(text, columns, "…");
}

}  // namespace

TEST_CASE("wide characters take two columns, marks none, all others one", "[width]") {
  struct Row {
    std::string_view text;
    std::size_t columns;
  };
  for (const Row& row : {Row{"", 0},
                         {"hello ~", 7},
                         {"gr\u00fc\u00dfe", 5},
                         {"\u4e2d\u6587", 4},
                         {"\u3072\u3089\u304c\u306a", 8},
                         {"\ud55c\uae00", 4},
                         {"\uff21\uff71", 3},
                         {"\U0001F600\U0001F680", 4},
                         {"e\u0301", 1},
                         {"\u0e01\u0e34\u0e48", 1},
                         {"a\u20dd", 1},
                         {"\U0001F469\u200d\U0001F4BB", 4},
                         {"soft\u00adhyphen", 11},
                         {"\u1100\u1161\u11a8", 2},
                         {"\uFFFD\u2026", 2}}) {
    CAPTURE(row.text);
    CHECK(column_count(row.text) == row.columns);
  }
}

TEST_CASE("a text that is too long is cut with an ellipsis", "[width]") {
  CHECK(cut("hello", 5) == "hello");
  CHECK(cut("hello", 4) == "hel…");
  CHECK(cut("hello", 1) == "…");
  CHECK(cut("hello", 0).empty());
  CHECK(cut_to_columns("hello", 4, "..") == "he..");
  CHECK(cut_to_columns("hello", 1, "..") == ".");
}

TEST_CASE("a wide character is not cut in half", "[width]") {
  CHECK(cut("中文字", 6) == "中文字");
  CHECK(cut("中文字", 5) == "中文…");
  CHECK(cut("中文字", 4) == "中…");
  CHECK(cut("中", 1) == "…");
}

TEST_CASE("marks stay with their character", "[width]") {
  CHECK(cut("e\u0301e\u0301e\u0301", 2) == "e\u0301…");
  CHECK(cut("ae\u0301", 2) == "ae\u0301");
}

TEST_CASE("marks without end are cut, too", "[width]") {
  std::string text = "a";
  for (int i = 0; i < 1000; ++i) text += "\u0301";
  CHECK(cut(text, 10).size() <= 330);
  CHECK(cut(text, 10).ends_with("…"));
}
