#include "format/shown_rows.h"

#include <unordered_map>
#include <utility>

#include "text/utf8.h"
#include "words/order.h"

namespace wordstream {
ShownRows::ShownRows(const WordCounts& counts, std::size_t row_count_max) {
  TopRows top(row_count_max);
  counts.for_each([&](const WordCount& row) {
    if (reads_as_itself(row.word)) {
      top.offer(row);
    } else {
      replaced_[replace_invalid(row.word)] += row.count;
    }
  });
  for (const auto& [text, count] : replaced_) top.offer(WordCount{text, count});
  has_more_ = top.offered_count() > row_count_max;
  rows_ = std::move(top).rows();
}

std::vector<std::uint64_t> counts_of(const std::vector<WordCount>& rows, const WordCounts& counts) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t at = 0; at < rows.size(); ++at) places.emplace(rows[at].word, at);
  std::vector<std::uint64_t> found(rows.size());
  counts.for_each([&](const WordCount& row) {
    const bool is_itself = reads_as_itself(row.word);
    const std::string text = is_itself ? std::string() : replace_invalid(row.word);
    const auto place = places.find(is_itself ? row.word : std::string_view(text));
    if (place != places.end()) found[place->second] += row.count;
  });
  return found;
}

}  // namespace wordstream
