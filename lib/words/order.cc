#include "words/order.h"

#include <algorithm>

namespace wordstream {
namespace {

bool comes_before(const WordCount& a, const WordCount& b) {
  return a.count != b.count ? a.count > b.count : a.word < b.word;
}

}  // namespace

std::vector<WordCount> rows_by_count(const WordCounts& counts, std::size_t row_count_max) {
  std::vector<WordCount> rows;
  rows.reserve(counts.size());
  counts.for_each([&](const WordCount& row) { rows.push_back(row); });
  order_by_count(rows, row_count_max);
  return rows;
}

void order_by_count(std::vector<WordCount>& rows, std::size_t row_count_max) {
  if (row_count_max < rows.size()) {
    const auto last = rows.begin() + static_cast<std::ptrdiff_t>(row_count_max);
    std::nth_element(rows.begin(), last, rows.end(), comes_before);
    rows.resize(row_count_max);
  }
  std::sort(rows.begin(), rows.end(), comes_before);
}

}  // namespace wordstream
