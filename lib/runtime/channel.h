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

/// How much may wait between two tasks.
struct Room {
  std::size_t count = 1;         ///< of values, whatever they weigh
  std::size_t light_count = 0;   ///< of values, as many as that, while all of them together ...
  std::size_t light_weight = 0;  ///< ... weigh no more than this
};

template <class T>
class Channel {
 public:
  /// The pollers are those of the two tasks.
  Channel(Room room, Poller& producer, Poller& consumer)
      : room_(room), producer_(producer), consumer_(consumer) {}
  /// Holds at most `capacity` values.
  Channel(std::size_t capacity, Poller& producer, Poller& consumer)
      : Channel(Room{capacity}, producer, consumer) {}

  /// Takes `value`, or leaves it untouched and returns false when full; then the producer is woken
  /// when there is room.
  bool try_push(T& value, std::size_t weight = 0) {
    const std::lock_guard lock(mutex_);
    const bool is_light =
        values_.size() < room_.light_count && weight_ + weight <= room_.light_weight;
    if (values_.size() >= room_.count && !is_light) return false;
    values_.push_back({std::move(value), weight});
    weight_ += weight;
    consumer_.wake();
    return true;
  }

  /// The oldest value; nothing when empty, and then the consumer is woken when one comes.
  std::optional<T> pop() {
    const std::lock_guard lock(mutex_);
    if (values_.empty()) return std::nullopt;
    std::optional<T> value(std::move(values_.front().value));
    if (values_.size() >= room_.count) producer_.wake();
    weight_ -= values_.front().weight;
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
  struct Weighed {
    T value;
    std::size_t weight;
  };

  const Room room_;
  Poller& producer_;
  Poller& consumer_;
  mutable std::mutex mutex_;
  std::deque<Weighed> values_;
  std::size_t weight_ = 0;
  bool is_closed_ = false;
};

}  // namespace wordstream
