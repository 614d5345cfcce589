// Rows in the order in which sinks ask for them.
#pragma once

#include <cstddef>
#include <vector>

#include "words/word_counts.h"

namespace wordstream {

/// Every row.
inline constexpr std::size_t kAllRows = static_cast<std::size_t>(-1);

/// The first `row_count_max` rows by count, descending, then by the words' bytes, ascending. The
/// views live as long as `counts`.
std::vector<WordCount> rows_by_count(const WordCounts& counts, std::size_t row_count_max);

/// The same of rows already at hand; sorts and cuts them in place.
void order_by_count(std::vector<WordCount>& rows, std::size_t row_count_max);

/// Sorts rows by the words' bytes, ascending.
void order_by_word(std::vector<WordCount>& rows);

}  // namespace wordstream
