// Whatever is done to a table of words, it holds what a map holds to which the same is done: words
// are counted one by one, in groups, so often, by the thousand, and added from other tables; room
// is made, all is forgotten. Its head and its rows in order are those of the map.
//   input: acts, one behind the other
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/check.h"
#include "fuzz/input.h"
#include "fuzz/target.h"
#include "text/padding.h"
#include "text/utf8.h"
#include "words/order.h"
#include "words/word_table.h"

namespace wordstream {
namespace {

using Counts = std::unordered_map<std::string, std::uint64_t>;

/// Far from where the sum of all would not fit into 64 bits any more.
constexpr std::uint64_t kTotalMax = std::uint64_t{1} << 60U;
/// Tables of a few pages: growing is what is looked at, and it has no more kinds.
constexpr std::size_t kSizeMax = 4'000;

struct Row {
  std::string word;
  std::uint64_t count;

  friend bool operator==(const Row&, const Row&) = default;
};

bool comes_before(const Row& one, const Row& other) {
  return one.count != other.count ? one.count > other.count : one.word < other.word;
}

std::vector<Row> rows_of(const Counts& counts) {
  std::vector<Row> rows;
  for (const auto& [word, count] : counts) rows.push_back({word, count});
  std::ranges::sort(rows, comes_before);
  return rows;
}

std::vector<Row> rows_of(const std::vector<WordCount>& views) {
  std::vector<Row> rows;
  for (const WordCount& row : views) rows.push_back({std::string(row.word), row.count});
  return rows;
}

std::vector<Row> first_of(std::vector<Row> rows, std::size_t size) {
  rows.resize(std::min(rows.size(), size));
  return rows;
}

/// A table, and what it should hold.
class Pair {
 public:
  void add(const std::string& word, std::uint64_t times) {
    if (total_ + times > kTotalMax || counts_.size() >= kSizeMax) return;
    table_.add(word, times);
    note(word, times);
  }

  /// In groups, off a text: each of `words` once.
  void add_words(const std::vector<std::string>& words) {
    if (total_ + words.size() > kTotalMax || counts_.size() >= kSizeMax) return;
    std::string text;
    std::vector<std::uint32_t> edges;
    for (const std::string& word : words) {
      edges.push_back(static_cast<std::uint32_t>(text.size()));
      text += word;
      edges.push_back(static_cast<std::uint32_t>(text.size()));
      text += ' ';
      note(word, 1);
    }
    text.reserve(text.size() + kTextPadding);
    table_.add_words(text, edges);
  }

  void add_all(const Pair& other, bool is_packed) {
    if (total_ + other.total_ > kTotalMax || counts_.size() + other.counts_.size() > kSizeMax)
      return;
    is_packed ? table_.add_all(other.table_.pack()) : table_.add_all(other.table_);
    for (const auto& [word, count] : other.counts_) note(word, count);
  }

  void clear() {
    table_.clear();
    counts_.clear();
    total_ = 0;
  }

  void expect(const WordTable::Shape& shape) { table_.expect(shape); }

  void check() const {
    const WordCounts packed = table_.pack();
    Counts held;
    packed.for_each([&](const WordCount& row) {
      WS_CHECK(held.emplace(row.word, row.count).second, "holding a word once");
    });
    WS_CHECK(held == counts_, "holding words");
    WS_CHECK(packed.size() == counts_.size() && table_.size() == counts_.size(), "its size");
    WS_CHECK(packed.total() == total_, "its total");
    const WordTable::Shape shape = table_.shape();
    WS_CHECK(shape.short_count == count_of(0, 11) && shape.middle_count == count_of(12, 27) &&
                 shape.long_count == count_of(28, SIZE_MAX),
             "its shape");
    const std::optional<WordCounts> parsed = WordCounts::parse(std::string(packed.packed()));
    WS_CHECK(parsed && parsed->size() == packed.size() && parsed->total() == total_,
             "parsing what was packed");
    check_order(packed);
  }

  void check_head(std::size_t size) const {
    const WordCounts head = table_.pack_head(size);
    WS_CHECK(head.size() == counts_.size() && head.total() == total_, "telling of all by the head");
    std::vector<WordCount> rows;
    head.for_each([&](const WordCount& row) { rows.push_back(row); });
    Counts plain;
    Counts others;
    for (const auto& [word, count] : counts_) {
      const bool is_plain = replace_invalid(word) == word && word.find("\xEF\xBF\xBD") == word.npos;
      (is_plain ? plain : others).emplace(word, count);
    }
    std::vector<Row> expected = first_of(rows_of(plain), size + 1);
    const std::vector<Row> read_otherwise = rows_of(others);
    expected.insert(expected.end(), read_otherwise.begin(), read_otherwise.end());
    std::ranges::sort(expected, comes_before);
    std::vector<Row> found = rows_of(rows);
    std::ranges::sort(found, comes_before);
    WS_CHECK(found == expected, "the head of a table");
  }

 private:
  void note(const std::string& word, std::uint64_t times) {
    counts_[word] += times;
    total_ += times;
  }

  std::size_t count_of(std::size_t size_min, std::size_t size_max) const {
    return static_cast<std::size_t>(std::ranges::count_if(counts_, [&](const auto& each) {
      return size_min <= each.first.size() && each.first.size() <= size_max;
    }));
  }

  void check_order(const WordCounts& packed) const {
    const std::vector<Row> rows = rows_of(counts_);
    WS_CHECK(rows_of(rows_by_count(packed, kAllRows)) == rows, "all rows by count");
    const std::size_t some = rows.size() / 3;
    WS_CHECK(rows_of(rows_by_count(packed, some)) == first_of(rows, some), "the first by count");
    std::vector<WordCount> views;
    packed.for_each([&](const WordCount& row) { views.push_back(row); });
    order_by_word(views);
    std::vector<Row> by_word = rows;
    std::ranges::sort(by_word, {}, &Row::word);
    WS_CHECK(rows_of(views) == by_word, "all rows by word");
  }

  WordTable table_{HashKey{3, 5}};
  Counts counts_;
  std::uint64_t total_ = 0;
};

/// Short ones that come again, and longer ones that are alike.
std::string word_of(FuzzInput& input) {
  constexpr std::array<std::size_t, 8> kSizes{0, 1, 8, 11, 12, 27, 28, 200};
  const unsigned kind = input.byte();
  if (kind < 128) return std::string(input.bytes(kind % 40));
  const std::size_t size = kSizes[kind % kSizes.size()];
  std::string word(size, kind < 192 ? 'x' : '\0');
  if (size != 0) word[input.byte() % size] = static_cast<char>(input.byte());
  return word;
}

std::uint64_t times_of(FuzzInput& input) {
  constexpr std::array<std::uint64_t, 6> kTimes{
      1, 2, UINT32_MAX, std::uint64_t{UINT32_MAX} + 1, std::uint64_t{1} << 40U, 0xFFFF'FFFE};
  return kTimes[input.below(kTimes.size())];
}

void run(std::string_view bytes) {
  FuzzInput input(bytes);
  std::array<Pair, 2> pairs;
  // Each may look at all that there is.
  for (int checks_left = 3; !input.is_over();) {
    const unsigned act = input.byte();
    Pair& pair = pairs[act % 2];
    const Pair& other = pairs[1 - act % 2];
    switch (act / 2 % 9) {
      case 0:
      case 1: {
        const std::string word = word_of(input);
        pair.add(word, times_of(input));
        break;
      }
      case 2:
      case 3: {
        std::vector<std::string> words(input.byte());
        const std::size_t different = 1 + input.below(8);
        for (std::size_t i = 0; i < words.size(); ++i) {
          words[i] = i < different ? word_of(input) : words[i % different];
        }
        pair.add_words(words);
        break;
      }
      case 4: {
        const std::size_t count = std::size_t{8} * input.byte();
        std::string prefix(input.text().substr(0, 30));
        for (std::size_t i = 0; i < count; ++i) pair.add(prefix + std::to_string(i), 1 + i % 3);
        break;
      }
      case 5:
        pair.add_all(other, input.below(2) == 0);
        break;
      case 6:
        pair.clear();
        break;
      case 7: {
        const auto some = [&] { return std::size_t{16} * input.byte(); };
        pair.expect({some(), some(), some()});
        break;
      }
      default:
        if (checks_left-- > 0) pair.check();
        if (checks_left > 0) pair.check_head(input.below(20));
    }
  }
  for (const Pair& pair : pairs) {
    pair.check();
    pair.check_head(3);
  }
}

std::vector<std::string> seeds() {
  using namespace std::string_literals;
  const std::string words = "\0\3to \0\0\3be \2\0\1\xFF"s + "\xFF"s + "\0\xC6\5\1\1"s;
  const std::string groups = "\4\xFF\3\2a\2b\3cde"s + "\5\x20\2\x85\7\6\xCC\3\4"s;
  const std::string many = "\x08\xFF\4word"s + "\x08\x80\x14 a long, long word no"s;
  const std::string spilled = "\0\1a\2\0\1a\3\0\1a\4\0\1a\5"s;
  return {words + "\x10\5"s,
          groups + "\x10\2"s,
          many + "\x0A\0"s + "\x10\1"s + "\x0C"s + words,
          spilled + "\x0B\0\x0B\1"s + many + "\x11\4"s,
          "\x0E\xFF\xFF\xFF"s + groups + many + "\x0E\1\2\3"s,
          "\0\3\xEF\xBF\xBD\0\0\2\xFF\xFE\1"s + words};
}

}  // namespace

const FuzzTarget kWordTableFuzz{&run, &seeds};

}  // namespace wordstream
