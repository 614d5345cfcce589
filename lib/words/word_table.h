// A table from words to counts that is filled, read once and used again. Owned and filled by one
// thread at a time; nothing is allocated per word, only when the table grows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "words/word_counts.h"
#include "words/word_hash.h"

namespace wordstream {

class WordTable {
 public:
  explicit WordTable(HashKey key);

  /// Counts `word` `times` more. The bytes are copied; any bytes are a word, none at all too.
  void add(std::string_view word, std::uint64_t times = 1);

  /// The same, some words later: by then the memory that the word is looked up in has been fetched.
  /// Requires: the bytes of `word` stay until settle().
  void add_later(std::string_view word, std::uint64_t times);

  /// Counts what is still to be counted.
  void settle();

  /// How many different words there are. Requires, as pack() does: everything is settled.
  std::size_t size() const { return size_; }

  /// What was counted, as a packed table of its own.
  WordCounts pack() const;

  /// Forgets all words and keeps the memory.
  void clear();

 private:
  /// count 0: the cell is free. The word's bytes stand in bytes_ from `offset` on. `key` is the
  /// word itself when it is short, else its hash.
  struct Cell {
    std::uint64_t key = 0;
    std::uint64_t count = 0;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
  };

  std::string_view word_of(const Cell& cell) const {
    return {bytes_.data() + cell.offset, cell.length};
  }
  /// A word between add_later() and being counted.
  struct Pending {
    std::string_view word;
    std::uint64_t hash;
    std::uint64_t times;
  };

  void count(const Pending& pending);
  void grow();

  WordHash hash_;
  std::vector<Cell> cells_;  // a power of two
  std::size_t size_ = 0;
  std::vector<char> bytes_;
  std::array<Pending, 32> pending_;  // enough for a fetch from memory to be over when it is needed
  std::size_t pending_count_ = 0;
};

}  // namespace wordstream
