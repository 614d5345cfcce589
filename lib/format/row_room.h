// All rows of an emission on their way into one text.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "words/word_counts.h"

namespace wordstream {

/// Makes room for all of them at once: to grow by and by would copy them, and take twice the
/// memory. `bytes_each`: what a row has beside its word and its count.
inline void reserve_rows(std::string& out, const std::vector<WordCount>& rows,
                         std::size_t bytes_each) {
  constexpr std::size_t kUsualCountBytes = 3;
  std::size_t bytes = rows.size() * (bytes_each + kUsualCountBytes);
  for (const WordCount& row : rows) bytes += row.word.size();
  out.reserve(out.size() + bytes);
}

/// Calls `visit(row)` for each. Words of rows that are in order stand all over the memory: each is
/// fetched while those before it are written.
template <class Visit>
void visit_rows(const std::vector<WordCount>& rows, Visit&& visit) {
  constexpr std::size_t kAhead = 16;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i + kAhead < rows.size()) __builtin_prefetch(rows[i + kAhead].word.data());
    visit(rows[i]);
  }
}

}  // namespace wordstream
