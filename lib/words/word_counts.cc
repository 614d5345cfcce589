#include "words/word_counts.h"

#include <utility>

namespace wordstream {
namespace {

// LEB128: seven bits a byte, least first; the high bit says that another byte follows.
constexpr std::uint64_t kPayload = 0x7f;
constexpr std::uint64_t kMore = 0x80;

void append_varint(std::string& out, std::uint64_t value) {
  while (value > kPayload) {
    out.push_back(static_cast<char>((value & kPayload) | kMore));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

}  // namespace

std::uint64_t WordCounts::read_varint(const char*& at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at++);
    value |= (byte & kPayload) << shift;
    if ((byte & kMore) == 0) return value;
  }
}

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
