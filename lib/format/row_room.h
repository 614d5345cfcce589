// Room for all rows of an emission at once: to grow by and by would copy them, and take twice the
// memory.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "words/word_counts.h"

namespace wordstream {

/// `bytes_each`: what a row has beside its word and its count.
inline void reserve_rows(std::string& out, const std::vector<WordCount>& rows,
                         std::size_t bytes_each) {
  constexpr std::size_t kUsualCountBytes = 3;
  std::size_t bytes = rows.size() * (bytes_each + kUsualCountBytes);
  for (const WordCount& row : rows) bytes += row.word.size();
  out.reserve(out.size() + bytes);
}

}  // namespace wordstream
