#include "words/word_counts.h"

#include <algorithm>
#include <utility>

namespace wordstream {

void WordCounts::Builder::add(std::string_view word, std::uint64_t count) {
  char* to = write_varint(room(word.size()), word.size());
  to = std::copy(word.begin(), word.end(), to);
  to = write_varint(to, count);
  byte_count_ = static_cast<std::size_t>(to - packed_.data());
  ++size_;
  total_ += count;
}

void WordCounts::Builder::grow(std::size_t needed) {
  packed_.resize(std::max(needed, packed_.size() * 2));
}

WordCounts WordCounts::Builder::build() && {
  WordCounts counts;
  packed_.resize(byte_count_);
  counts.packed_ = std::move(packed_);
  counts.size_ = size_;
  counts.total_ = total_;
  return counts;
}

WordCounts WordCounts::Builder::build_head(std::size_t size, std::uint64_t total) && {
  size_ = size;
  total_ = total;
  return std::move(*this).build();
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
