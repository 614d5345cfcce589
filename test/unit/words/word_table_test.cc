#include "words/word_table.h"

#include <map>
#include <string>

#include "catch.h"
#include "random_words.h"

using namespace wordstream;

namespace {

using Counts = std::map<std::string, std::uint64_t>;

constexpr HashKey kKey{0x0123456789abcdef, 0xfedcba9876543210};

/// What the table holds; fails where a word stands in it twice.
Counts counts_of(const WordTable& table) {
  Counts counts;
  const WordCounts packed = table.pack();
  packed.for_each([&](const WordCount& row) { counts.emplace(row.word, row.count); });
  REQUIRE(packed.size() == table.size());
  REQUIRE(packed.size() == counts.size());
  return counts;
}

}  // namespace

TEST_CASE("a new table holds nothing", "[word_table]") {
  const WordTable table(kKey);
  CHECK(table.size() == 0);
  CHECK(table.pack().empty());
}

TEST_CASE("random words are counted as a map counts them", "[word_table]") {
  std::mt19937_64 random(7);
  for (const HashKey key : {kKey, HashKey{0, 0}, HashKey{1, ~std::uint64_t{0}}}) {
    WordTable table(key);
    Counts expected;
    for (int i = 0; i < 20'000; ++i) {
      const std::string word = random_word(random, 5);
      const std::uint64_t times = 1 + random() % 3;
      table.add(word, times);
      expected[word] += times;
    }
    CHECK(counts_of(table) == expected);
  }
}

TEST_CASE("words that differ in one byte, or in length alone, are different", "[word_table]") {
  WordTable table(kKey);
  Counts expected;
  for (std::size_t size = 0; size < 70; ++size) {
    const std::string zeros(size, '\0');
    table.add(zeros);
    expected[zeros] = 1;
    for (std::size_t at = 0; at < size; ++at) {
      std::string word = zeros;
      word[at] = '\1';
      table.add(word, at + 1);
      expected[word] = at + 1;
    }
  }
  CHECK(counts_of(table) == expected);
}

TEST_CASE("the empty word is a word", "[word_table]") {
  WordTable table(kKey);
  table.add("");
  table.add("", 4);
  CHECK(counts_of(table) == Counts{{"", 5}});
}

TEST_CASE("a word may be as long as memory allows", "[word_table]") {
  WordTable table(kKey);
  const std::string huge(8 << 20, 'x');
  table.add(huge);
  table.add(huge + "y");
  table.add("x");
  table.add(huge);
  CHECK(counts_of(table) == Counts{{huge, 2}, {huge + "y", 1}, {"x", 1}});
}

TEST_CASE("a table grows and keeps what it has counted", "[word_table]") {
  WordTable table(kKey);
  Counts expected;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 20'000; ++i) {
      table.add(std::to_string(i));
      ++expected[std::to_string(i)];
    }
  }
  CHECK(table.size() == 20'000);
  CHECK(counts_of(table) == expected);
}

TEST_CASE("counts go beyond 32 bits", "[word_table]") {
  WordTable table(kKey);
  table.add("a", std::uint64_t{1} << 40);
  table.add("a", 1);
  table.add("b", ~std::uint64_t{0});
  CHECK(counts_of(table) == Counts{{"a", (std::uint64_t{1} << 40) + 1}, {"b", ~std::uint64_t{0}}});
}

TEST_CASE("a cleared table starts again", "[word_table]") {
  WordTable table(kKey);
  for (int i = 0; i < 5000; ++i) table.add(std::to_string(i), 3);
  const WordCounts before = table.pack();
  table.clear();
  CHECK(counts_of(table).empty());
  table.add("17");
  CHECK(counts_of(table) == Counts{{"17", 1}});
  CHECK(before.size() == 5000);
}

TEST_CASE("words are copied: the bytes may go when they are counted", "[word_table]") {
  WordTable table(kKey);
  {
    std::string word = "one";
    table.add(word);
    word = "two";
    table.add(word);
  }
  CHECK(counts_of(table) == Counts{{"one", 1}, {"two", 1}});
}
