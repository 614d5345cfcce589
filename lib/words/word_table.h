// A table from words to counts that is filled, read once and used again. Owned and filled by one
// thread at a time; nothing is allocated per word, only when the table grows.
//
// Words of up to 11 bytes stand in cells of 16 bytes, those of up to 27 in cells of 32: looking one
// up touches one line of the cache. Of longer ones a cell has the hash and the place of the bytes.
// As long as all of it stays in the second-level cache, words are looked up one by one; when it
// does not, 256 at a time: by the time the last of them is hashed, the first one's cell has been
// fetched from memory (faster on large vocabularies, slower on small ones).
#pragma once

#include <array>
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

  /// Forgets all words. Keeps the memory, but for what was of no use by far.
  void clear();

  /// How much memory it holds.
  std::size_t byte_count() const;

  /// How many cells are looked at when each word is looked for once.
  std::size_t look_count() const;

 private:
  /// All words of one kind: their cells, and those that are still to be counted.
  template <class CellType, class WordType>
  struct KindOf {
    using Word = WordType;
    struct Waiting {
      Word word;
      std::uint32_t times;
      std::uint64_t hash;
    };

    CellTable<CellType> cells;
    std::array<Waiting, 256> waiting;
    std::size_t waiting_count = 0;
  };

  bool is_large() const;
  template <class Take>
  void take_each(std::string_view text, std::span<const std::uint32_t> edges, Take take);
  template <class Kind, class Word>
  void count(Kind& kind, Word word, std::uint64_t hash, std::uint64_t times);
  template <class Kind, class Word>
  void enter(Kind& kind, Word word, std::uint64_t hash, std::uint64_t times);
  template <class Kind, class Word>
  void wait(Kind& kind, const Word& word, std::uint32_t times);
  template <class Kind>
  void count_waiting(Kind& kind);
  void count_all_waiting();
  void spill(std::string_view word, std::uint64_t high);
  std::uint64_t whole_count(std::string_view word, std::uint32_t low) const;

  // What differs from kind to kind.
  template <std::size_t kHeads>
  static bool is(const InlineCell<kHeads>& cell, const InlineWord<kHeads>& word) {
    return cell.holds(word);
  }
  bool is(const LongCell& cell, const LongWord& word) const {
    return cell.hash == word.hash && bytes_of(cell) == word.bytes;
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
  template <std::size_t kHeads>
  static std::string_view bytes_of(const InlineCell<kHeads>& cell) {
    return cell.bytes();
  }
  std::string_view bytes_of(const LongCell& cell) const {
    return {bytes_.data() + cell.offset, cell.length};
  }
  template <std::size_t kHeads>
  static void write(const InlineWord<kHeads>& word, InlineCell<kHeads>& cell) {
    cell = {word.head, word.tail, 0};
  }
  void write(const LongWord& word, LongCell& cell);

  WordHash hash_;
  KindOf<ShortCell, ShortWord> short_;
  KindOf<MiddleCell, MiddleWord> middle_;
  KindOf<LongCell, LongWord> long_;
  std::vector<char> bytes_;  // of the long words
  /// The upper halves of counts that have outgrown their cells.
  std::unordered_map<std::string, std::uint64_t> spilled_;
};

}  // namespace wordstream
