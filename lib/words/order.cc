#include "words/order.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

namespace wordstream {
namespace {

bool comes_before(const WordCount& a, const WordCount& b) {
  return a.count != b.count ? a.count > b.count : a.word < b.word;
}

/// Where a row stands, and the first bytes of its word as a number that is ordered as they are:
/// most rows are told apart by it, without a look at the words, which are all over the memory.
struct Place {
  std::uint64_t prefix;
  std::size_t row;
};

std::uint64_t prefix_of(std::string_view word) {
  std::uint64_t prefix = 0;
  for (std::size_t i = 0; i < sizeof prefix; ++i) {
    prefix = prefix << 8U | (i < word.size() ? static_cast<unsigned char>(word[i]) : 0U);
  }
  return prefix;
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

void order_by_word(std::vector<WordCount>& rows) {
  std::vector<Place> places;
  places.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    places.push_back({prefix_of(rows[row].word), row});
  }
  std::sort(places.begin(), places.end(), [&](const Place& a, const Place& b) {
    return a.prefix != b.prefix ? a.prefix < b.prefix : rows[a.row].word < rows[b.row].word;
  });
  std::vector<WordCount> ordered;
  ordered.reserve(rows.size());
  for (const Place& place : places) ordered.push_back(rows[place.row]);
  rows = std::move(ordered);
}

}  // namespace wordstream
