#include "source/read_ends.h"

#include <algorithm>

#include "source/file_proof.h"

namespace wordstream {

Result<ReadEnds> ReadEnds::of(const File& file, std::uint64_t offset) {
  const auto size = [&](std::size_t most) {
    return static_cast<std::size_t>(std::min<std::uint64_t>(offset, most));
  };
  Result<std::string> head = read_bytes(file, 0, size(kHeadBytesMax));
  if (!head) return fail(head);
  Result<std::string> tail = read_bytes(file, offset - size(kTailBytesMax), size(kTailBytesMax));
  if (!tail) return fail(tail);
  ReadEnds ends;
  ends.head_ = std::move(*head);
  ends.tail_ = std::move(*tail);
  return ends;
}

void ReadEnds::add(std::string_view bytes, std::uint64_t offset) {
  if (head_.size() < kHeadBytesMax && head_.size() == offset) {
    head_ += bytes.substr(0, kHeadBytesMax - head_.size());
  }
  tail_ += bytes.substr(bytes.size() - std::min(bytes.size(), kTailBytesMax));
  if (tail_.size() > kTailBytesMax) tail_.erase(0, tail_.size() - kTailBytesMax);
}

Result<bool> ReadEnds::stand_in(const File& file, std::uint64_t offset) const {
  const Result<std::string> head = read_bytes(file, 0, head_.size());
  if (!head) return fail(head);
  if (*head != head_) return false;
  const Result<std::string> tail = read_bytes(file, offset - tail_.size(), tail_.size());
  if (!tail) return fail(tail);
  return *tail == tail_;
}

TextHead ReadEnds::head() const {
  const std::size_t zeros = std::min(head_.find_first_not_of('\0'), head_.size());
  return {zeros, head_.substr(zeros)};
}

}  // namespace wordstream
