#include "words/splitter.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "plain_split.h"
#include "text/padding.h"

using namespace wordstream;

namespace {

constexpr SplitMode kModes[] = {SplitMode::Space, SplitMode::Python, SplitMode::Whitespace};

/// What a splitter tells of a text.
struct Found {
  std::vector<std::uint32_t> edges;
  std::uint64_t line_count = 0;
  std::uint64_t empty_count = 0;

  bool operator==(const Found&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Found& found) {
  out << found.line_count << " lines, " << found.empty_count << " empty words, edges";
  for (const std::uint32_t edge : found.edges) out << ' ' << edge;
  return out;
}

Found plainly_found(std::string_view text, SplitMode mode) {
  Found found;
  for_each_line(text, [&](std::string_view line) {
    ++found.line_count;
    for (const std::string_view word : plain_words(line, mode)) {
      if (word.empty()) ++found.empty_count;
      if (word.empty()) continue;
      const auto begin = static_cast<std::uint32_t>(word.data() - text.data());
      found.edges.insert(found.edges.end(),
                         {begin, begin + static_cast<std::uint32_t>(word.size())});
    }
  });
  return found;
}

/// A text with room behind it and not a byte more.
class PaddedText {
 public:
  explicit PaddedText(std::string_view text)
      : bytes_(new char[text.size() + kTextPadding]), size_(text.size()) {
    std::copy(text.begin(), text.end(), bytes_.get());
    std::memset(bytes_.get() + size_, 'p', kTextPadding);
  }
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

Found found_by(const SplitTarget& target, std::string_view text, SplitMode mode) {
  Splitter splitter(text, mode, target);
  Found found;
  while (splitter.next()) {
    const auto edges = splitter.edges();
    found.edges.insert(found.edges.end(), edges.begin(), edges.end());
  }
  found.line_count = splitter.line_count();
  found.empty_count = splitter.empty_count();
  return found;
}

void check_all_targets(std::string_view text) {
  const PaddedText padded(text);
  for (const SplitMode mode : kModes) {
    const Found expected = plainly_found(padded.view(), mode);
    for (const SplitTarget& target : split_targets()) {
      CAPTURE(text, mode, target.name);
      REQUIRE(found_by(target, padded.view(), mode) == expected);
    }
  }
}

/// The same behind a line of `place` bytes, its end included.
Found moved_by(Found found, std::size_t place) {
  for (std::uint32_t& edge : found.edges) edge += static_cast<std::uint32_t>(place);
  if (place > 1)
    found.edges.insert(found.edges.begin(), {0, static_cast<std::uint32_t>(place - 1)});
  if (place == 1) ++found.empty_count;
  ++found.line_count;
  return found;
}

/// Splits `text` at every place of a stretch from `first_place` on.
void check_at_places(const std::string& text, std::size_t first_place) {
  for (const SplitMode mode : kModes) {
    const Found alone = plainly_found(text, mode);
    for (std::size_t place = first_place; place <= kTextPadding; ++place) {
      Found expected = moved_by(alone, place);
      if (mode == SplitMode::Whitespace) expected.empty_count = 0;
      const PaddedText padded(std::string(place - 1, 'x') + "\n" + text);
      for (const SplitTarget& target : split_targets()) {
        const Found found = found_by(target, padded.view(), mode);
        if (found == expected) continue;
        CAPTURE(text, mode, place, target.name);
        REQUIRE(found == expected);
      }
    }
  }
}

using Words = std::vector<std::string>;

Words words_of(std::string_view line, SplitMode mode) {
  const PaddedText text(std::string(line) + "\n");
  const Found found = found_by(split_targets()[0], text.view(), mode);
  Words words(found.empty_count, "");
  for (std::size_t i = 0; i < found.edges.size(); i += 2) {
    words.emplace_back(text.view().substr(found.edges[i], found.edges[i + 1] - found.edges[i]));
  }
  return words;
}

}  // namespace

TEST_CASE("lines split into words as they do in Scala, in Python and in awk", "[splitter]") {
  struct Row {
    std::string_view line;
    Words space, python, whitespace;  // the empty ones first
  };
  const std::vector<Row> rows{
      {"", {""}, {""}, {}},
      {" ", {}, {"", ""}, {}},
      {"  ", {}, {"", "", ""}, {}},
      {" a", {"", "a"}, {"", "a"}, {"a"}},
      {"a ", {"a"}, {"", "a"}, {"a"}},
      {"a  b", {"", "a", "b"}, {"", "a", "b"}, {"a", "b"}},
      {"  a b  ", {"", "", "a", "b"}, {"", "", "", "", "a", "b"}, {"a", "b"}},
      {"a\tb", {"a\tb"}, {"a\tb"}, {"a", "b"}},
      {"a\u00a0b", {"a\u00a0b"}, {"a\u00a0b"}, {"a\u00a0b"}},
      {"a\u0085c\u2028d", {"a\u0085c\u2028d"}, {"a\u0085c\u2028d"}, {"a\u0085c\u2028d"}},
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

TEST_CASE("lines end at LF, CR and CRLF", "[splitter]") {
  const auto line_count = [](std::string_view text) {
    return found_by(split_targets()[0], PaddedText(text).view(), SplitMode::Space).line_count;
  };
  CHECK(line_count("") == 0);
  CHECK(line_count("a\nb\n") == 2);
  CHECK(line_count("a\rb\r") == 2);
  CHECK(line_count("a\r\nb\r\n") == 2);
  CHECK(line_count("a\n\rb\n") == 3);
  CHECK(line_count("a\r\r\nb\n") == 3);
  CHECK(line_count("\n\n\r\r\r\n") == 5);
}

TEST_CASE("a NUL is a byte of a word like any other", "[splitter]") {
  const std::string line("a\0b \0", 5);
  CHECK(words_of(line, SplitMode::Space) == Words{std::string("a\0b", 3), std::string(1, '\0')});
}

TEST_CASE("all short texts, at every place, are split as a plain loop splits them", "[splitter]") {
  const std::string_view alphabet = " a\n\r\t\v";
  std::size_t text_count = 1;
  for (std::size_t length = 0; length <= 6; ++length, text_count *= alphabet.size()) {
    // Longer ones only where they stand across the border between two stretches.
    const std::size_t first_place = length <= 3 ? 1 : kTextPadding - length;
    for (std::size_t number = 0; number < text_count; ++number) {
      std::string text;
      for (std::size_t left = number; text.size() < length; left /= alphabet.size()) {
        text.push_back(alphabet[left % alphabet.size()]);
      }
      check_at_places(text + "\n", first_place);
    }
  }
}

TEST_CASE("random texts are split as a plain loop splits them", "[splitter]") {
  std::mt19937_64 random(5);
  for (const std::string_view alphabet :
       {std::string_view("  aaaaab\n"), std::string_view("a\0\r\n \t\v\f\xff!\b\x0e\x1f", 13),
        std::string_view("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "), std::string_view("a\n"),
        std::string_view("a a a a "), std::string_view("      \r\n")}) {
    for (const std::size_t size : {1U, 63U, 64U, 65U, 127U, 128U, 4095U, 4096U, 4097U, 10'000U}) {
      std::string text;
      while (text.size() < size) text.push_back(alphabet[random() % alphabet.size()]);
      check_all_targets(text + "\r\n");
      check_all_targets(text + "\r");
    }
  }
}

TEST_CASE("words and gaps may be longer than anything", "[splitter]") {
  const std::string word(1'000'000, 'w');
  const std::string gap(100'000, ' ');
  check_all_targets(gap + "\n" + word + gap + word + "\n" + gap + gap + "\n" + word + gap + "\n");
}

TEST_CASE("every machine has a splitter, and the portable one", "[splitter]") {
  REQUIRE(!split_targets().empty());
  CHECK(split_targets().back().name == std::string("portable"));
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
