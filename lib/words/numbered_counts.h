// What one batch counted, its words as the numbers that a WordSums gave them: one to three bytes a
// word. Immutable.
//
// Layout: for each word, in the order of the numbers, twice its count as a varint, one more where
// numbers are left out before it; then follows how many, as a varint.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/varint.h"

namespace wordstream {

/// Which word of a WordSums is meant.
using WordNumber = std::uint32_t;

class NumberedCounts {
 public:
  class Builder {
   public:
    /// Requires: `number` is greater than the one before it, and `count` less than 2^63, which
    /// takes more words than a network brings in a century.
    void add(WordNumber number, std::uint64_t count) {
      const WordNumber gap = number - next_;
      append_varint(packed_, count * 2 + (gap != 0 ? 1 : 0));
      if (gap != 0) append_varint(packed_, gap);
      next_ = number + 1;
    }
    NumberedCounts build() && {
      packed_.shrink_to_fit();
      NumberedCounts counts;
      counts.packed_ = std::move(packed_);
      return counts;
    }

   private:
    std::string packed_;
    WordNumber next_ = 0;
  };

  bool empty() const { return packed_.empty(); }
  std::size_t byte_count() const { return packed_.size(); }

  /// Calls `visit(number, count)` for every word, in the order of the numbers.
  template <class Visit>
  void for_each(Visit&& visit) const {
    const char* at = packed_.data();
    const char* const end = at + packed_.size();
    for (WordNumber next = 0; at != end; ++next) {
      const std::uint64_t head = read_varint(at);
      if (head % 2 != 0) next += static_cast<WordNumber>(read_varint(at));
      visit(next, head / 2);
    }
  }

  /// The same with other numbers: `numbers[n]` in place of n. Requires: they keep the order.
  NumberedCounts renumbered(const std::vector<WordNumber>& numbers) const {
    Builder builder;
    for_each([&](WordNumber number, std::uint64_t count) { builder.add(numbers[number], count); });
    return std::move(builder).build();
  }

 private:
  std::string packed_;
};

}  // namespace wordstream
