// What the delivery loop has out for whoever looks: the newest emission, and where the source goes
// on. Each takes the place of the one before, seen or not, so that nobody who looks holds anything
// up. Safe from any thread.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "env/poller.h"
#include "model/emission.h"
#include "model/positions.h"

namespace wordstream {

class Showcase {
 public:
  /// `looker` is where the task that looks sleeps.
  explicit Showcase(Poller& looker) : looker_(looker) {}

  // By the delivery loop.

  void show(const Emission& emission) {
    std::optional<Emission> newest(emission);
    const std::lock_guard lock(mutex_);
    newest_.swap(newest);  // what was there goes when nobody waits for the lock
  }
  /// Where the source goes on by what is durable; null without a journal.
  void note(std::shared_ptr<const Positions> positions) {
    const std::lock_guard lock(mutex_);
    positions_ = std::move(positions);
  }
  /// The run is over.
  void close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    looker_.wake();
  }

  // By who looks.

  std::optional<Emission> newest() const {
    const std::lock_guard lock(mutex_);
    return newest_;
  }
  std::shared_ptr<const Positions> positions() const {
    const std::lock_guard lock(mutex_);
    return positions_;
  }
  bool is_closed() const {
    const std::lock_guard lock(mutex_);
    return is_closed_;
  }

 private:
  Poller& looker_;
  mutable std::mutex mutex_;
  std::optional<Emission> newest_;
  std::shared_ptr<const Positions> positions_;
  bool is_closed_ = false;
};

}  // namespace wordstream
