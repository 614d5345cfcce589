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

TEST_CASE("words and counts come back as they were packed, whatever their length",
          "[word_counts]") {
  std::vector<std::pair<std::string, std::uint64_t>> rows{{"", 1}};
  // The edges of a number of one to ten bytes of seven bits.
  for (unsigned bits = 7; bits < 64; bits += 7) {
    rows.emplace_back("below " + std::to_string(bits), (std::uint64_t{1} << bits) - 1);
    rows.emplace_back("at " + std::to_string(bits), std::uint64_t{1} << bits);
  }
  rows.emplace_back("most", ~std::uint64_t{0});
  for (const std::size_t size : {127U, 128U, 16'383U, 16'384U})
    rows.emplace_back(std::string(size, 'x'), size);
  rows.emplace_back(std::string("\0\x80\xff", 3), 2);
  WordCounts::Builder builder;
  for (const auto& [word, count] : rows) builder.add(word, count);
  const WordCounts counts = std::move(builder).build();
  std::vector<std::pair<std::string, std::uint64_t>> found;
  counts.for_each([&](const WordCount& row) { found.emplace_back(row.word, row.count); });
  CHECK(counts.size() == rows.size());
  CHECK(found == rows);
}
