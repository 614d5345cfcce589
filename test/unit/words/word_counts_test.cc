#include "words/word_counts.h"

#include <utility>
#include <vector>

#include "catch.h"

using namespace wordstream;

TEST_CASE("no counts are empty", "[word_counts]") {
  const WordCounts counts;
  CHECK(counts.empty());
  CHECK(counts.size() == 0);
  counts.for_each([](const WordCount&) { FAIL("there is no word"); });
  CHECK(WordCounts::Builder().build().empty());
}

namespace {

using Rows = std::vector<std::pair<std::string, std::uint64_t>>;

/// The edges of numbers of one to ten bytes of seven bits, and words that are not text.
Rows edge_rows() {
  Rows rows{{"", 1}};
  for (unsigned bits = 7; bits < 64; bits += 7) {
    rows.emplace_back("below " + std::to_string(bits), (std::uint64_t{1} << bits) - 1);
    rows.emplace_back("at " + std::to_string(bits), std::uint64_t{1} << bits);
  }
  rows.emplace_back("most", ~std::uint64_t{0});
  for (const std::size_t size : {127U, 128U, 16'383U, 16'384U})
    rows.emplace_back(std::string(size, 'x'), size);
  rows.emplace_back(std::string("\0\x80\xff", 3), 2);
  return rows;
}

WordCounts packed(const Rows& rows) {
  WordCounts::Builder builder;
  for (const auto& [word, count] : rows) builder.add(word, count);
  return std::move(builder).build();
}

Rows rows_of(const WordCounts& counts) {
  Rows rows;
  counts.for_each([&](const WordCount& row) { rows.emplace_back(row.word, row.count); });
  return rows;
}

std::optional<WordCounts> parse(std::string_view bytes) {
  return WordCounts::parse(std::string(bytes));
}

}  // namespace

TEST_CASE("words and counts come back as they were packed, whatever their length",
          "[word_counts]") {
  const WordCounts counts = packed(edge_rows());
  CHECK(counts.size() == edge_rows().size());
  CHECK(rows_of(counts) == edge_rows());
}

TEST_CASE("a table comes back from its bytes", "[word_counts]") {
  const WordCounts counts = packed(edge_rows());
  const std::optional<WordCounts> parsed = parse(counts.packed());
  REQUIRE(parsed.has_value());
  CHECK(parsed->size() == counts.size());
  CHECK(parsed->total() == counts.total());
  CHECK(rows_of(*parsed) == edge_rows());
  CHECK(parse("").value().empty());
}

TEST_CASE("bytes that end within a word or a number are no table", "[word_counts]") {
  const WordCounts counts = packed({{"be", 300}, {"to", 1}});
  CHECK(counts.packed() ==
        "\x02"
        "be\xac\x02\x02to\x01");
  for (std::size_t size = 1; size < counts.packed().size(); ++size) {
    CAPTURE(size);
    CHECK(parse(counts.packed().substr(0, size)).has_value() == (size == 5));
  }
}

TEST_CASE("a number of more than 64 bits is no number", "[word_counts]") {
  const std::string most = "\xff\xff\xff\xff\xff\xff\xff\xff\xff";
  CHECK(parse(std::string(1, '\0') + most + "\x01").value().total() == ~std::uint64_t{0});
  CHECK_FALSE(parse(std::string(1, '\0') + most + "\x02").has_value());
  CHECK_FALSE(parse(std::string(1, '\0') + most + "\x81" + std::string(1, '\0')).has_value());
  CHECK_FALSE(parse(most + "\x01").has_value());  // the length of a word
}
