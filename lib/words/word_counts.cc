#include "words/word_counts.h"

#include <utility>

namespace wordstream {

void WordCounts::Builder::add(std::string_view word, std::uint64_t count) {
  append_varint(packed_, word.size());
  packed_.append(word);
  append_varint(packed_, count);
  ++size_;
  total_ += count;
}

WordCounts WordCounts::Builder::build() && {
  WordCounts counts;
  counts.packed_ = std::move(packed_);
  counts.size_ = size_;
  counts.total_ = total_;
  return counts;
}

std::optional<WordCounts> WordCounts::parse(std::string packed) {
  WordCounts counts;
  const char* at = packed.data();
  const char* const end = at + packed.size();
  while (at != end) {
    const std::optional<std::uint64_t> length = read_varint(at, end);
    if (!length || *length > static_cast<std::uint64_t>(end - at)) return std::nullopt;
    at += *length;
    const std::optional<std::uint64_t> count = read_varint(at, end);
    if (!count) return std::nullopt;
    ++counts.size_;
    counts.total_ += *count;
  }
  counts.packed_ = std::move(packed);
  return counts;
}

}  // namespace wordstream
