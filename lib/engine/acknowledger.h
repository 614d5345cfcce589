// The way back to the source: which of its positions have become the run's own, on their way from
// the task that knows it to the one that reads. Safe from any thread.
#pragma once

#include <mutex>
#include <utility>

#include "env/poller.h"
#include "model/positions.h"

namespace wordstream {

class Acknowledger {
 public:
  /// The reader sleeps in either of these, and is woken.
  Acknowledger(Poller& one, Poller& other) : one_(one), other_(other) {}

  /// What was read up to these places is durable, or counted where there is no journal.
  void add(const Positions& change) {
    if (change.empty()) return;
    const std::lock_guard lock(mutex_);
    changes_.merge(change);
    wake();
  }

  /// Nothing more is added.
  void close() {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(is_closed_, true)) wake();
  }

  /// Everything that was added since the last call, as one change.
  Positions take_changes() {
    const std::lock_guard lock(mutex_);
    return std::exchange(changes_, Positions());
  }

  /// Closed, and everything has been taken.
  bool is_drained() const {
    const std::lock_guard lock(mutex_);
    return is_closed_ && changes_.empty();
  }

 private:
  /// Wakes the reader, wherever it sleeps.
  void wake() {
    one_.wake();
    other_.wake();
  }

  Poller& one_;
  Poller& other_;
  mutable std::mutex mutex_;
  Positions changes_;
  bool is_closed_ = false;
};

}  // namespace wordstream
