// Words and their sums, which go up and down: the counts of a window, or running totals. Every word
// that is alive, that is, whose sum is not zero, has a number. Owned by one thread.
//
// An index of 8-byte slots, found by the hash, leads to 32-byte entries, found by the number, and
// these to the bytes of longer words. The number of a word that has died goes to the next new one,
// so that batches may keep numbers for words (NumberedCounts) as long as the words live.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "words/numbered_counts.h"
#include "words/word_counts.h"
#include "words/word_hash.h"

namespace wordstream {

class WordSums {
 public:
  explicit WordSums(HashKey key);

  /// Adds every count to its word's sum. Returns the counts by the words' numbers.
  NumberedCounts add(const WordCounts& counts);

  /// Takes away what add() has added. A sum that falls to zero takes its word along.
  void subtract(const NumberedCounts& counts);

  /// Lets a word die. Requires: it is alive.
  void forget(WordNumber number);

  /// How many words are alive.
  std::size_t size() const { return entries_.size() - free_.size(); }

  /// All numbers are less.
  std::size_t number_count() const { return entries_.size(); }

  /// Calls `visit(number)` for every word that is alive, in the order of pack().
  template <class Visit>
  void for_each_number(Visit&& visit) const {
    for (WordNumber number = 0; number < entries_.size(); ++number) {
      if (entries_[number].sum != 0) visit(number);
    }
  }

  /// All words that are alive, with their sums.
  WordCounts pack() const;
  /// The words of `counts` with their sums. Requires: they are alive.
  WordCounts pack(const NumberedCounts& counts) const;

  /// Whether the dead outnumber half the living, and there are enough of them to care.
  bool is_sparse() const;
  /// Numbers the living anew, without gaps and in the same order, and gives back the memory of the
  /// dead. Returns the new number for every old one, kNoWord for those of the dead.
  std::vector<WordNumber> renumber();
  static constexpr WordNumber kNoWord = static_cast<WordNumber>(-1);

  /// How much memory it holds.
  std::size_t byte_count() const;

 private:
  /// sum 0: the word is dead. `key` is the word itself when it is short, else its hash.
  struct Entry {
    std::uint64_t key = 0;
    std::uint64_t sum = 0;
    std::uint64_t offset = 0;  // of the word's bytes in bytes_
    std::uint32_t length = 0;
    std::uint32_t tag = 0;
  };
  /// `tag` is the low half of the word's hash, which is also where the search for it begins.
  struct Slot {
    std::uint32_t tag = 0;
    WordNumber next_number = 0;  // the entry's number and 1; 0: the slot is free
  };
  /// A word between being read and being looked up.
  struct Pending {
    WordCount row;
    std::uint64_t hash;
  };

  void add_group();
  NumberedCounts take_fresh();
  WordNumber number_of(const Pending& pending);
  WordNumber enter(const Entry& entry, std::string_view word);
  void fill_index(std::size_t slot_count);
  void insert(std::uint32_t tag, WordNumber number);
  void erase(std::uint32_t tag, WordNumber number);
  void compact_bytes();
  std::string_view word_of(const Entry& entry) const {
    return {bytes_.data() + entry.offset, entry.length};
  }

  WordHash hash_;
  std::vector<Slot> index_;  // a power of two
  std::vector<Entry> entries_;
  std::vector<char> bytes_;
  std::size_t dead_byte_count_ = 0;  // of bytes_
  std::vector<WordNumber> free_;     // numbers of the dead

  // While a batch is added: its counts by number, and a bit for each number that has one.
  std::vector<std::uint64_t> fresh_;
  std::vector<std::uint64_t> is_fresh_;
  std::vector<Pending> group_;
};

}  // namespace wordstream
