#include "model/block.h"

#include <algorithm>

#include "base/check.h"
#include "words/padding.h"

namespace wordstream {
namespace {

/// Whether what follows `before` in its stream, `size` bytes of it, ends at `after`.
bool leads_to(const Position& before, std::size_t size, const Position& after) {
  const bool is_behind_line =
      before.place == Position::Place::BehindLine || before.place == Position::Place::BehindCr;
  return is_behind_line && before.stream == after.stream && before.offset + size == after.offset;
}

// Not initialised on purpose: memory is touched only where bytes arrive.
std::unique_ptr<char[]> make_bytes(std::size_t capacity) {
  return std::unique_ptr<char[]>(new char[capacity + kTextPadding]);
}

}  // namespace

Block::Block(std::size_t capacity) : bytes_(make_bytes(capacity)), capacity_(capacity) {}

void Block::extend(std::size_t size) {
  WS_CHECK(size <= capacity_ - size_, "taking bytes into a block");
  size_ += size;
  WS_CHECK(size == 0 || bytes_[size_ - 1] == '\n' || bytes_[size_ - 1] == '\r',
           "taking whole lines into a block");
}

void Block::mark_end(const Position& position, std::size_t verbatim) {
  WS_CHECK(verbatim <= size_ && verbatim <= position.offset, "marking lines that are in a block");
  if (!marks_.empty()) {
    Mark& last = marks_.back();
    if (last.end + verbatim == size_ && leads_to(last.position, verbatim, position)) {
      verbatim += last.verbatim;
      last = {size_, verbatim, position};
      return;
    }
  }
  marks_.push_back({size_, verbatim, position});
}

std::optional<Position> Block::position_at(std::size_t line_end) const {
  const auto mark = std::ranges::lower_bound(marks_, line_end, {}, &Mark::end);
  if (mark == marks_.end()) return std::nullopt;
  const std::size_t before = mark->end - line_end;
  if (before == 0) return mark->position;
  if (before > mark->verbatim) return std::nullopt;
  return Position{mark->position.stream, mark->position.offset - before,
                  Position::Place::BehindLine};
}

void Block::reserve(std::size_t capacity) {
  WS_CHECK(empty(), "making a block larger");
  if (capacity <= capacity_) return;
  bytes_ = make_bytes(capacity);
  capacity_ = capacity;
}

void Block::clear(std::size_t capacity_kept) {
  size_ = 0;
  marks_.clear();
  cut_line_count = 0;
  if (capacity_ > capacity_kept) {
    bytes_ = make_bytes(capacity_kept);
    capacity_ = capacity_kept;
  }
}

}  // namespace wordstream
