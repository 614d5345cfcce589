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

}  // namespace wordstream
