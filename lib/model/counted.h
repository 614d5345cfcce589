// What somebody else has counted: the words of some lines, on their way through a block. They are
// one: all of them get into the same slice, or none does.
#pragma once

#include <cstdint>

#include "words/word_counts.h"

namespace wordstream {

struct Counted {
  WordCounts words;                  ///< a word may be in it more than once
  std::uint64_t byte_count = 0;      ///< that it came in; 0 where neither lines nor words are in it
  std::uint64_t line_count = 0;      ///< of the text that was counted
  std::uint64_t left_out_count = 0;  ///< of these, by --grep and --skip
  std::uint64_t keyless_count = 0;   ///< of the others: they gave nothing
};

}  // namespace wordstream
