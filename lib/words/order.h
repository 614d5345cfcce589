// Rows in the order in which sinks ask for them: by count, descending, then by the words' bytes,
// ascending; or by the bytes alone. Words are all different. The views live as long as the tables
// that the rows are from. Pure, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "words/word_counts.h"

namespace wordstream {

/// Every row.
inline constexpr std::size_t kAllRows = static_cast<std::size_t>(-1);

/// Collects the first rows by count of those that it is offered. All others are turned away by one
/// comparison, so that the first ten of a million take as long as to read the million.
class TopRows {
 public:
  explicit TopRows(std::size_t row_count_max) : row_count_max_(row_count_max) {}

  void offer(const WordCount& row) {
    ++offered_count_;
    if (row.count < last_.count || row_count_max_ == 0) return;
    take(row);
  }

  /// Rows with a lower count need not be offered.
  std::uint64_t count_min() const { return last_.count; }

  /// How many rows there were to choose from.
  std::size_t offered_count() const { return offered_count_; }

  /// The rows, in order.
  std::vector<WordCount> rows() &&;

 private:
  void take(const WordCount& row);
  void drop_least();

  std::size_t row_count_max_;
  std::size_t offered_count_ = 0;
  std::vector<WordCount> rows_;  // the first of all so far, and some that may not be
  WordCount last_{{}, 0};        // the last of those that were the first when rows_ was cut
};

/// The first `row_count_max` rows by count.
std::vector<WordCount> rows_by_count(const WordCounts& counts, std::size_t row_count_max);

/// Sorts rows by count, then by word.
void order_by_count(std::vector<WordCount>& rows);

/// Sorts rows by word.
void order_by_word(std::vector<WordCount>& rows);

}  // namespace wordstream
