// A table from words to counts that is filled, read once and used again. Owned and filled by one
// thread at a time; nothing is allocated per word, only when the table grows.
//
// Words of up to 11 bytes stand in cells of 16 bytes, those of up to 27 in cells of 32: looking one
// up touches one line of the cache. Of longer ones a cell has some of the hash and the place of the
// bytes. Words come in groups: by the time the last of a group is hashed, the first one's cell has
// been fetched from memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "words/cell_table.h"
#include "words/inline_word.h"
#include "words/long_word.h"
#include "words/word_counts.h"
#include "words/word_hash.h"

namespace wordstream {

class WordTable {
 public:
  /// How many different words there are of each kind.
  struct Shape {
    std::size_t short_count = 0;
    std::size_t middle_count = 0;
    std::size_t long_count = 0;
  };

  explicit WordTable(HashKey key);

  /// Counts the words of `text` that begin and end at `edges`, in turn. Requires: kTextPadding
  /// bytes behind the text are readable.
  void add_words(std::string_view text, std::span<const std::uint32_t> edges);

  /// Counts `word` `times` more. The bytes are copied; any bytes are a word, none at all too.
  void add(std::string_view word, std::uint64_t times = 1);

  /// Adds another table to this one: those of several threads become one so.
  void add_all(const WordCounts& counts);
  /// The same. Requires: both tables have the same key.
  void add_all(const WordTable& table);

  std::size_t size() const;
  Shape shape() const;

  /// Makes room for as many words as another table had: growing while counting takes longer.
  void expect(const Shape& shape);

  /// What was counted, as a packed table of its own.
  WordCounts pack() const;
  /// Its head: of words that read as themselves (text/utf8.h) the first `row_count_max` by count,
  /// and one more, by which it shows that there are more; of the others, which may be one to
  /// people, all.
  WordCounts pack_head(std::size_t row_count_max) const;

  /// Forgets all words. Keeps the memory, but for what was of no use by far.
  void clear();

  /// How much memory it holds.
  std::size_t byte_count() const;

  /// How many cells are looked at when each word is looked for once.
  std::size_t look_count() const;

 private:
  using ShortCells = CellTable<ShortCell>;
  using MiddleCells = CellTable<MiddleCell>;
  using LongCells = CellTable<LongCell>;

  struct Place {
    const char* at;
    std::size_t size;
  };
  /// A word on its way: its home cell is being fetched from memory.
  template <class Cell, class Word>
  struct Awaited {
    Word word;
    Cell* home;
  };
  template <class Cells, class Word>
  class Adder;
  class Adders;

  void add_group(const char* text, std::span<const std::uint32_t> edges);
  void add_longer(const char* text, std::span<const std::uint32_t> edges,
                  std::span<const std::uint32_t> which);
  void add_long(std::span<const Place> places);
  template <class Cells, class Cell, class Word>
  void count_all(Cells& cells, const Awaited<Cell, Word>* words, std::size_t size);
  template <class Cells, class Word>
  void count_elsewhere(Cells& cells, const Word& word, std::uint64_t times);
  template <class Cells, class Word>
  void count(Cells& cells, const Word& word, std::uint64_t times);
  template <class Cell>
  void add_to(Cell& cell, std::uint64_t times);
  void spill(std::string_view word, std::uint64_t high);
  std::uint64_t whole_count(std::string_view word, std::uint32_t low) const;

  // What differs from kind to kind.
  template <std::size_t kHeads>
  static bool is(const InlineCell<kHeads>& cell, const InlineWord<kHeads>& word) {
    return cell.holds(word);
  }
  bool is(const LongCell& cell, const LongWord& word) const {
    return cell.hash == word.hash && !cell.is_free() && bytes_of(cell) == word.bytes;
  }
  template <std::size_t kHeads>
  std::uint64_t hash_of(const InlineCell<kHeads>& cell) const {
    return hash_(cell.word());
  }
  static std::uint64_t hash_of(const LongCell& cell) { return cell.hash; }
  template <std::size_t kHeads>
  std::uint64_t hash_of(const InlineWord<kHeads>& word) const {
    return hash_(word);
  }
  static std::uint64_t hash_of(const LongWord& word) { return word.hash; }
  LongWord long_word(std::string_view word) const {
    return {word, static_cast<std::uint32_t>(hash_(word))};
  }
  template <std::size_t kHeads>
  static std::string_view bytes_of(const InlineCell<kHeads>& cell) {
    return cell.bytes();
  }
  std::string_view bytes_of(const LongCell& cell) const;
  template <std::size_t kHeads>
  static void write(const InlineWord<kHeads>& word, InlineCell<kHeads>& cell) {
    cell = {word.head, word.tail, 0};
  }
  void write(const LongWord& word, LongCell& cell);

  WordHash hash_;
  ShortCells short_;
  MiddleCells middle_;
  LongCells long_;
  std::vector<char> bytes_;  // of the long words, each behind its length
  /// The upper halves of counts that have outgrown their cells.
  std::unordered_map<std::string, std::uint64_t> spilled_;
  std::uint64_t total_ = 0;  // of all counts
};

}  // namespace wordstream
