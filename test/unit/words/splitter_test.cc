#include "words/splitter.h"

#include <random>
#include <string>
#include <vector>

#include "catch.h"

using namespace wordstream;

namespace {

using Words = std::vector<std::string>;

Words words_of(std::string_view line, SplitMode mode) {
  Words words;
  for_each_word(line, mode, [&](std::string_view word, std::uint64_t times) {
    words.insert(words.end(), times, std::string(word));
  });
  return words;
}

Words lines_of(std::string_view bytes) {
  Words lines;
  for_each_line(bytes, [&](std::string_view line) { lines.emplace_back(line); });
  return lines;
}

/// split(" ") with nothing dropped: a new word at every space.
Words naive_split(std::string_view line) {
  Words words{""};
  for (const char c : line) {
    if (c == ' ') {
      words.emplace_back();
    } else {
      words.back().push_back(c);
    }
  }
  return words;
}

Words without_trailing_empty(Words words, std::string_view line) {
  if (line.find(' ') == std::string_view::npos) return words;
  while (!words.empty() && words.back().empty()) words.pop_back();
  return words;
}

Words without_empty(const Words& words) {
  Words kept;
  for (const std::string& word : words) {
    if (!word.empty()) kept.push_back(word);
  }
  return kept;
}

}  // namespace

TEST_CASE("lines split into words as they do in Scala, in Python and in awk", "[splitter]") {
  struct Row {
    std::string_view line;
    Words space, python, whitespace;
  };
  const std::vector<Row> rows{
      {"", {""}, {""}, {}},
      {" ", {}, {"", ""}, {}},
      {"  ", {}, {"", "", ""}, {}},
      {" a", {"", "a"}, {"", "a"}, {"a"}},
      {"a ", {"a"}, {"a", ""}, {"a"}},
      {"a  b", {"a", "", "b"}, {"a", "", "b"}, {"a", "b"}},
      {"  a b  ", {"", "", "a", "b"}, {"", "", "a", "b", "", ""}, {"a", "b"}},
      {"a\tb", {"a\tb"}, {"a\tb"}, {"a", "b"}},
      {"a\u00a0b", {"a\u00a0b"}, {"a\u00a0b"}, {"a\u00a0b"}},
      {"\v\fa \tb\f", {"\v\fa", "\tb\f"}, {"\v\fa", "\tb\f"}, {"a", "b"}},
      {"hello world", {"hello", "world"}, {"hello", "world"}, {"hello", "world"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.line);
    CHECK(words_of(row.line, SplitMode::Space) == row.space);
    CHECK(words_of(row.line, SplitMode::Python) == row.python);
    CHECK(words_of(row.line, SplitMode::Whitespace) == row.whitespace);
  }
}

TEST_CASE("random lines split as a split of ten lines does", "[splitter]") {
  std::mt19937_64 random(5);
  for (int i = 0; i < 5000; ++i) {
    std::string line;
    for (std::size_t left = random() % 12; left > 0; --left) line.push_back("  ab"[random() % 4]);
    const Words all = naive_split(line);
    CAPTURE(line);
    REQUIRE(words_of(line, SplitMode::Python) == all);
    REQUIRE(words_of(line, SplitMode::Space) == without_trailing_empty(all, line));
    REQUIRE(words_of(line, SplitMode::Whitespace) == without_empty(all));
  }
}

TEST_CASE("a run of empty words is one visit", "[splitter]") {
  std::size_t visit_count = 0;
  std::uint64_t empty_count = 0;
  const std::string line = std::string(1'000'000, ' ') + "a";
  for_each_word(line, SplitMode::Space, [&](std::string_view word, std::uint64_t times) {
    ++visit_count;
    if (word.empty()) empty_count += times;
  });
  CHECK(visit_count == 2);
  CHECK(empty_count == 1'000'000);
}

TEST_CASE("lines end at LF, CR and CRLF", "[splitter]") {
  CHECK(lines_of("").empty());
  CHECK(lines_of("a\nb\n") == Words{"a", "b"});
  CHECK(lines_of("a\rb\r") == Words{"a", "b"});
  CHECK(lines_of("a\r\nb\r\n") == Words{"a", "b"});
  CHECK(lines_of("a\n\rb\n") == Words{"a", "", "b"});
  CHECK(lines_of("a\r\r\nb\n") == Words{"a", "", "b"});
  CHECK(lines_of("\n\n\r\r\r\n") == Words{"", "", "", "", ""});
  CHECK(lines_of("a b\u0085c\u2028d\ve\n") == Words{"a b\u0085c\u2028d\ve"});
}

TEST_CASE("a NUL is a byte of a word like any other", "[splitter]") {
  const std::string line("a\0b \0", 5);
  CHECK(words_of(line, SplitMode::Space) == Words{std::string("a\0b", 3), std::string(1, '\0')});
  CHECK(lines_of(line + "\n") == Words{line});
}

TEST_CASE("the first and the last line end are found", "[splitter]") {
  CHECK(end_of_last_line("") == 0);
  CHECK(end_of_last_line("abc") == 0);
  CHECK(end_of_last_line("a\nb\nc") == 4);
  CHECK(end_of_last_line("a\rb") == 2);
  CHECK(end_of_last_line("a\r\n") == 3);
  CHECK(line_length("abc") == std::string_view::npos);
  CHECK(line_length("ab\rc\n") == 2);
  CHECK(line_length("\n") == 0);
}
