// A bounded queue between two tasks. Full, it stops the one before it: that is the back-pressure.
// Each side is woken when what it may be waiting for has come. Safe from any thread.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "env/poller.h"

namespace wordstream {

template <class T>
class Channel {
 public:
  /// Holds at most `capacity` values; the pollers are those of the two tasks.
  Channel(std::size_t capacity, Poller& producer, Poller& consumer)
      : capacity_(capacity), producer_(producer), consumer_(consumer) {}

  /// Takes `value`, or leaves it untouched and returns false when full; then the producer is woken
  /// when there is room.
  bool try_push(T& value) {
    const std::lock_guard lock(mutex_);
    if (values_.size() == capacity_) return false;
    values_.push_back(std::move(value));
    consumer_.wake();
    return true;
  }

  /// The oldest value; nothing when empty, and then the consumer is woken when one comes.
  std::optional<T> pop() {
    const std::lock_guard lock(mutex_);
    if (values_.empty()) return std::nullopt;
    std::optional<T> value(std::move(values_.front()));
    if (values_.size() == capacity_) producer_.wake();
    values_.pop_front();
    return value;
  }

  /// Whether there is nothing to pop now.
  bool empty() const {
    const std::lock_guard lock(mutex_);
    return values_.empty();
  }

  /// Nothing more will be pushed.
  void close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    consumer_.wake();
  }

  /// Closed, and everything has been popped.
  bool is_drained() const {
    const std::lock_guard lock(mutex_);
    return is_closed_ && values_.empty();
  }

 private:
  const std::size_t capacity_;
  Poller& producer_;
  Poller& consumer_;
  mutable std::mutex mutex_;
  std::deque<T> values_;
  bool is_closed_ = false;
};

}  // namespace wordstream
