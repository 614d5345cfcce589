#include "words/word_table.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <string>

#include "catch.h"
#include "format/shown_rows.h"
#include "random_words.h"
#include "text/padding.h"
#include "words/count_words.h"
#include "words/order.h"

using namespace std::string_literals;
using namespace wordstream;

namespace {

using Counts = std::map<std::string, std::uint64_t>;

constexpr HashKey kKey{0x0123456789abcdef, 0xfedcba9876543210};

std::string padded(std::string text) {
  text.reserve(text.size() + kTextPadding);
  return text;
}

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

TEST_CASE("keys chosen by hand spread words as well as random ones", "[word_table]") {
  // With everything in one row of cells this would take minutes.
  for (const HashKey key : {HashKey{0, 0}, HashKey{1, 2}, HashKey{1, ~std::uint64_t{0}}}) {
    WordTable table(key);
    for (int i = 0; i < 200'000; ++i) table.add("word" + std::to_string(i));
    CHECK(table.size() == 200'000);
  }
}

TEST_CASE("counts go beyond 32 bits", "[word_table]") {
  WordTable table(kKey);
  table.add("a", std::uint64_t{1} << 40);
  table.add("a", 1);
  table.add("b", ~std::uint64_t{0});
  table.add("", std::uint64_t{1} << 33);  // a word like others, and what free cells look like
  CHECK(counts_of(table) == Counts{{"", std::uint64_t{1} << 33},
                                   {"a", (std::uint64_t{1} << 40) + 1},
                                   {"b", ~std::uint64_t{0}}});
  WordTable small(kKey);
  small.add("", std::uint64_t{1} << 33);
  CHECK(small.pack().total() == std::uint64_t{1} << 33);
}

TEST_CASE("a count that outgrows its cell loses nothing, however long the word", "[word_table]") {
  constexpr std::uint64_t kBeforeFull = 0xffff'fffe;
  for (const std::size_t size : {3U, 20U, 60U}) {
    WordTable table(kKey);
    const std::string word(size, 'w');
    table.add(word, kBeforeFull);
    count_words(padded(word + " " + word + " " + word + " other\n"), SplitMode::Space, table);
    WordTable merged(kKey);
    merged.add_all(table);
    merged.add_all(table.pack());
    CHECK(counts_of(table) == Counts{{word, kBeforeFull + 3}, {"other", 1}});
    CHECK(counts_of(merged) == Counts{{word, (kBeforeFull + 3) * 2}, {"other", 2}});
    table.clear();
    table.add(word);
    CHECK(counts_of(table) == Counts{{word, 1}});
  }
}

TEST_CASE("a large table, which looks words up in groups, counts as a map does", "[word_table]") {
  std::mt19937_64 random(11);
  WordTable table(kKey);
  Counts expected;
  for (int round = 0; round < 2; ++round) {
    std::string text;
    for (int i = 0; i < 150'000; ++i) {
      std::string word = std::to_string(random() % 100'000);
      if (i % 3 == 1) word += " is a middle word"s.substr(0, 1 + random() % 16);
      if (i % 3 == 2) word += std::string(28 + random() % 40, '-');
      std::replace(word.begin(), word.end(), ' ', '_');
      ++expected[word];
      text += word + (i % 10 == 9 ? '\n' : ' ');
    }
    text += '\n';
    ++expected[""];
    CHECK(count_words(padded(std::move(text)), SplitMode::Space, table) == 15'001);
  }
  CHECK(table.byte_count() > std::size_t{4} << 20);
  CHECK(counts_of(table) == expected);
}

TEST_CASE("tables that several have filled become one", "[word_table]") {
  std::mt19937_64 random(13);
  WordTable all(kKey);
  Counts expected;
  for (int part = 0; part < 4; ++part) {
    WordTable table(kKey);
    for (int i = 0; i < 3000; ++i) {
      const std::string word = random_word(random, 4);
      table.add(word, 2);
      expected[word] += 2;
    }
    if (part % 2 == 0) {
      all.add_all(table);
    } else {
      all.add_all(table.pack());
    }
  }
  CHECK(counts_of(all) == expected);
}

namespace {

/// What the searches for a million words cost, by how many cells they look at.
template <class WordNumber>
std::size_t looks(HashKey key, std::size_t word_count, WordNumber word) {
  WordTable table(key);
  for (std::size_t i = 0; i < word_count; ++i) table.add(word(i));
  REQUIRE(table.size() == word_count);
  return table.look_count();
}

std::string number_bytes(std::uint64_t number, std::size_t size) {
  std::string bytes(size, '\0');
  std::memcpy(bytes.data(), &number, size);
  return bytes;
}

}  // namespace

TEST_CASE("words made to collide where no key is do not where one is", "[word_table]") {
  // Without a key, zeros in a factor of the hash make it zero, whatever the other factor is.
  const HashKey no_key = WordHash::key_of_zeros();
  const auto short_word = [](std::size_t i) { return std::string(8, '\0') + number_bytes(i, 3); };
  const auto middle_word = [](std::size_t i) {
    return std::string(8, '\0') + number_bytes(i, 8) + std::string(11, 'm');
  };
  CHECK(looks(no_key, 2000, short_word) > 2000 * 500);
  CHECK(looks(no_key, 2000, middle_word) > 2000 * 500);

  std::mt19937_64 random(17);
  const std::size_t million = 1'000'000;
  for (int i = 0; i < 2; ++i) {
    const HashKey key{random(), random()};
    const std::size_t usual =
        looks(key, million, [](std::size_t each) { return std::to_string(each * 7919); });
    CHECK(looks(key, million, short_word) <= 2 * usual);
    CHECK(looks(key, million, middle_word) <= 2 * usual);
  }
}

TEST_CASE("a table that is used again takes no more memory", "[word_table]") {
  WordTable table(kKey);
  const auto fill = [&](unsigned word_count) {
    for (unsigned i = 0; i < word_count; ++i)
      table.add(std::to_string(i) + std::string(i % 40U, 'x'));
  };
  fill(50'000U);
  const std::size_t byte_count = table.byte_count();
  for (int i = 0; i < 3; ++i) {
    table.clear();
    CHECK(table.byte_count() == byte_count);
    fill(50'000U);
    CHECK(table.byte_count() == byte_count);
  }
}

TEST_CASE("a table that was far too large gives its memory back", "[word_table]") {
  WordTable table(kKey);
  for (int i = 0; i < 100'000; ++i) table.add(std::to_string(i));
  const std::size_t byte_count = table.byte_count();
  table.clear();
  CHECK(table.byte_count() == byte_count);
  table.add("one");
  table.clear();
  CHECK(table.byte_count() < byte_count / 4);
  table.add("two");
  CHECK(counts_of(table) == Counts{{"two", 1}});
}

TEST_CASE("a table that expects what another had does not grow any more", "[word_table]") {
  WordTable first(kKey);
  for (unsigned i = 0; i < 30'000; ++i) first.add(std::to_string(i) + std::string(i % 40U, 'x'));
  WordTable second(kKey);
  second.add("before");
  second.expect(first.shape());
  const std::size_t byte_count = second.byte_count();
  second.clear();
  second.expect(first.shape());
  for (unsigned i = 0; i < 30'000; ++i) {
    if (i % 40 < 20) second.add(std::to_string(i) + std::string(i % 40U, 'x'));
  }
  CHECK(second.byte_count() == byte_count);
}

TEST_CASE("a word of up to 27 bytes takes no more than 64 bytes", "[word_table]") {
  constexpr std::size_t kHalfPage = 1U << 20U;
  std::mt19937_64 random(19);
  WordTable table(kKey);
  for (std::size_t next = 10'000; table.size() < 1'000'000;) {
    // One in eight is longer than 11 bytes.
    const std::string word = std::to_string(random() % 100'000'000'000);
    table.add(random() % 8 == 0 ? word + word : word);
    if (table.size() < next) continue;
    next += 10'000;
    CAPTURE(table.size());
    CHECK(table.byte_count() < table.size() * 64 + kHalfPage + 200'000);
  }
}

TEST_CASE("the head of a table has its first rows, as all of it would show them", "[word_table]") {
  std::mt19937_64 random(23);
  WordTable table(kKey);
  // Of random bytes many are no UTF-8, and read as others do.
  const bool is_ascii = GENERATE(true, false);
  for (unsigned i = 0; i < 3000; ++i) {
    if (!is_ascii) table.add(random_word(random, 4), 1 + random() % 50);
    table.add(std::string(1 + i % 40U, 'a') + std::to_string(i % 300), 1 + random() % 50);
  }
  if (GENERATE(true, false)) table.add("spilled", std::uint64_t{1} << 40);
  const WordCounts all = table.pack();
  for (const std::size_t top : {0U, 1U, 10U, 100U, 2000U, 100'000U}) {
    CAPTURE(top);
    const WordCounts head = table.pack_head(top);
    CHECK(head.size() == all.size());
    CHECK(head.total() == all.total());
    const auto rows = [&](const WordCounts& counts) {
      std::vector<std::pair<std::string, std::uint64_t>> found;
      for (const WordCount& row : rows_by_count(counts, top))
        found.emplace_back(row.word, row.count);
      return found;
    };
    CHECK(rows(head) == rows(all));
    const ShownRows shown_of_head(head, top);
    const ShownRows shown_of_all(all, top);
    CHECK(shown_of_head.has_more() == shown_of_all.has_more());
    CHECK(std::ranges::equal(shown_of_head.rows(), shown_of_all.rows(),
                             [](const WordCount& a, const WordCount& b) {
                               return a.word == b.word && a.count == b.count;
                             }));
  }
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
