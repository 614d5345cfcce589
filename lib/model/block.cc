#include "model/block.h"

#include "base/check.h"

namespace wordstream {

// Not initialised on purpose: memory is touched only where bytes arrive.
Block::Block(std::size_t capacity) : bytes_(new char[capacity]), capacity_(capacity) {}

void Block::extend(std::size_t size) {
  WS_CHECK(size <= capacity_ - size_, "taking bytes into a block");
  size_ += size;
  WS_CHECK(size == 0 || bytes_[size_ - 1] == '\n' || bytes_[size_ - 1] == '\r',
           "taking whole lines into a block");
}

void Block::reserve(std::size_t capacity) {
  WS_CHECK(empty(), "making a block larger");
  if (capacity <= capacity_) return;
  bytes_.reset(new char[capacity]);
  capacity_ = capacity;
}

void Block::clear(std::size_t capacity_kept) {
  size_ = 0;
  cut_line_count = 0;
  if (capacity_ > capacity_kept) {
    bytes_.reset(new char[capacity_kept]);
    capacity_ = capacity_kept;
  }
}

}  // namespace wordstream
