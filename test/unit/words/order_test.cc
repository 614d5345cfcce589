#include "words/order.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "random_words.h"

using namespace wordstream;

namespace {

using Rows = std::vector<std::pair<std::string, std::uint64_t>>;

WordCounts counts_of(const Rows& rows) {
  WordCounts::Builder builder;
  for (const auto& [word, count] : rows) builder.add(word, count);
  return std::move(builder).build();
}

Rows first_rows(const WordCounts& counts, std::size_t row_count_max) {
  Rows rows;
  for (const WordCount& row : rows_by_count(counts, row_count_max))
    rows.emplace_back(row.word, row.count);
  return rows;
}

}  // namespace

TEST_CASE("rows go by count, descending, then by the bytes of the word", "[order]") {
  const WordCounts counts = counts_of({{"b", 1},
                                       {"\xff", 1},
                                       {"a", 1},
                                       {"", 1},
                                       {"aa", 1},
                                       {"B", 1},
                                       {"z", 7},
                                       {"é", 1},
                                       {"y", 3}});
  CHECK(first_rows(counts, kAllRows) == Rows{{"z", 7},
                                             {"y", 3},
                                             {"", 1},
                                             {"B", 1},
                                             {"a", 1},
                                             {"aa", 1},
                                             {"b", 1},
                                             {"é", 1},
                                             {"\xff", 1}});
}

TEST_CASE("the first rows are the beginning of all rows", "[order]") {
  const auto random = random_counts(11, 500);
  const WordCounts counts = counts_of(Rows(random.begin(), random.end()));
  const Rows all = first_rows(counts, kAllRows);
  REQUIRE(all.size() == random.size());
  for (const std::size_t top : {std::size_t{0}, std::size_t{1}, std::size_t{10}, all.size() - 1,
                                all.size(), all.size() + 1}) {
    CAPTURE(top);
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(top, all.size()));
    CHECK(first_rows(counts, top) == Rows(all.begin(), end));
  }
}

TEST_CASE("rows of many words that begin alike and often count the same are in order", "[order]") {
  std::mt19937_64 random(5);
  std::map<std::string, std::uint64_t> words;
  while (words.size() < 3000) {
    std::string word(random() % 12, 'a');
    for (std::size_t left = random() % 4; left > 0; --left) word += static_cast<char>(random());
    // Counts in every byte of the number.
    words[word] = random() % 2 == 0 ? 1 : std::uint64_t{1} << random() % 64;
  }
  const WordCounts counts = counts_of(Rows(words.begin(), words.end()));
  Rows expected(words.begin(), words.end());
  std::stable_sort(expected.begin(), expected.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  CHECK(first_rows(counts, kAllRows) == expected);
  for (const std::size_t top : {1U, 10U, 200U, 300U, 1000U, 2999U}) {
    CAPTURE(top);
    const auto end = expected.begin() + static_cast<std::ptrdiff_t>(top);
    CHECK(first_rows(counts, top) == Rows(expected.begin(), end));
  }
  TopRows top(10);
  counts.for_each([&](const WordCount& row) { top.offer(row); });
  CHECK(top.offered_count() == counts.size());
}

TEST_CASE("nothing has no order", "[order]") {
  CHECK(first_rows(WordCounts(), 10).empty());
  CHECK(first_rows(WordCounts(), kAllRows).empty());
}

TEST_CASE("rows by word go by its bytes, shorter before longer", "[order]") {
  const std::string zero(1, '\0');
  const std::vector<std::string> sorted{"",
                                        zero,
                                        zero + zero,
                                        "B",
                                        "a",
                                        "a" + zero,
                                        "aa",
                                        "abcdefgh",
                                        "abcdefgh" + zero,
                                        "abcdefgh" + zero + "a",
                                        "abcdefghi",
                                        "b",
                                        "é",
                                        "\xff"};
  std::vector<WordCount> rows;
  for (const std::string& word : sorted) rows.push_back({word, word.size()});
  std::mt19937_64 random(3);
  for (int i = 0; i < 20; ++i) {
    std::shuffle(rows.begin(), rows.end(), random);
    order_by_word(rows);
    std::vector<std::string> words;
    for (const WordCount& row : rows) {
      words.emplace_back(row.word);
      CHECK(row.count == row.word.size());
    }
    CHECK(words == sorted);
  }
}
