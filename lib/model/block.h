// A buffer of whole lines on its way from a source to the counters. Every line in it ends in LF,
// CR or CRLF. It knows where its source can go on behind each of them, if the source does. Owned by
// one thread at a time; handed on, and given back when it has been counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/position.h"

namespace wordstream {

class Block {
 public:
  /// `capacity` in bytes.
  explicit Block(std::size_t capacity);

  /// The kTextPadding bytes behind them are readable (words/padding.h).
  std::string_view lines() const { return {bytes_.get(), size_}; }
  bool empty() const { return size_ == 0; }
  std::size_t capacity() const { return capacity_; }

  /// The room behind the lines.
  std::span<char> room() { return {bytes_.get() + size_, capacity_ - size_}; }

  /// Makes the first `size` bytes of the room part of the lines. Requires: they end in a line end.
  void extend(std::size_t size);

  /// The lines so far end at `position` of their stream. Their last `verbatim` bytes stand one
  /// beside the other there as here, so that the line ends among them need no mark of their own.
  void mark_end(const Position& position, std::size_t verbatim);

  /// Where the source goes on behind the line that ends, with its end, at `line_end` of lines();
  /// nothing where the source gives no positions.
  std::optional<Position> position_at(std::size_t line_end) const;

  /// How many marks it needs: one, unless lines were cut or come from several streams.
  std::size_t mark_count() const { return marks_.size(); }

  /// Gives an empty block room for `capacity` bytes. Requires: the block is empty.
  void reserve(std::size_t capacity);

  /// Forgets the lines; keeps the memory unless it had outgrown `capacity_kept`.
  void clear(std::size_t capacity_kept);

  /// Lines in here whose rest was skipped because they were too long.
  std::uint64_t cut_line_count = 0;

 private:
  struct Mark {
    std::size_t end;       // in the block
    std::size_t verbatim;  // bytes before it
    Position position;     // at the end
  };

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_;
  std::vector<Mark> marks_;  // by their ends
};

}  // namespace wordstream
