// A buffer of whole lines on its way from a source to the counters. Every line in it ends in LF,
// CR or CRLF. Owned by one thread at a time; handed on, and given back when it has been counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace wordstream {

class Block {
 public:
  /// `capacity` in bytes.
  explicit Block(std::size_t capacity);

  std::string_view lines() const { return {bytes_.get(), size_}; }
  bool empty() const { return size_ == 0; }
  std::size_t capacity() const { return capacity_; }

  /// The room behind the lines.
  std::span<char> room() { return {bytes_.get() + size_, capacity_ - size_}; }

  /// Makes the first `size` bytes of the room part of the lines. Requires: they end in a line end.
  void extend(std::size_t size);

  /// Gives an empty block room for `capacity` bytes. Requires: the block is empty.
  void reserve(std::size_t capacity);

  /// Forgets the lines; keeps the memory unless it had outgrown `capacity_kept`.
  void clear(std::size_t capacity_kept);

  /// Lines in here whose rest was skipped because they were too long.
  std::uint64_t cut_line_count = 0;

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_;
};

}  // namespace wordstream
