// The rows of print and python: words as people read them. Words that differ only in bytes that
// are no UTF-8 read the same, and are one row, as in Spark, which decodes before it counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "words/word_counts.h"

namespace wordstream {

class ShownRows {
 public:
  /// The first `row_count_max` rows of `counts`, which must live as long as this object.
  ShownRows(const WordCounts& counts, std::size_t row_count_max);
  ShownRows(const ShownRows&) = delete;
  ShownRows& operator=(const ShownRows&) = delete;

  /// By count, descending, then by the bytes of the text, ascending. All words are valid UTF-8.
  const std::vector<WordCount>& rows() const { return rows_; }

  /// Whether there are more rows than were asked for.
  bool has_more() const { return has_more_; }

 private:
  // Every word with a U+FFFD in it, its own or a replacement, and its count.
  std::map<std::string, std::uint64_t> replaced_;
  std::vector<WordCount> rows_;
  bool has_more_ = false;
};

/// How often the texts of `rows` come in other counts, which read in the same way; 0 where not.
std::vector<std::uint64_t> counts_of(const std::vector<WordCount>& rows, const WordCounts& counts);

}  // namespace wordstream
