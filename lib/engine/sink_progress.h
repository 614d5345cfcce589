// How far a sink has come: told by its writer, read by the delivery loop. Safe from any thread.
#pragma once

#include <mutex>

#include "env/poller.h"
#include "model/progress.h"

namespace wordstream {

class SinkProgress {
 public:
  /// `delivery` is where the delivery loop sleeps, `begun` where the sink stood when it was opened.
  explicit SinkProgress(Poller& delivery, const SinkMark& begun = {})
      : delivery_(delivery), latest_(begun) {}

  void set(const SinkMark& mark) {
    const std::lock_guard lock(mutex_);
    latest_ = mark;
  }

  /// The mark of the batch that the sink has made last, at first the one that it began with.
  SinkMark latest() const {
    const std::lock_guard lock(mutex_);
    return latest_;
  }

  /// The writer is done: everything that it was given is out.
  void finish() {
    const std::lock_guard lock(mutex_);
    is_done_ = true;
    delivery_.wake();
  }
  bool is_done() const {
    const std::lock_guard lock(mutex_);
    return is_done_;
  }

 private:
  Poller& delivery_;
  mutable std::mutex mutex_;
  SinkMark latest_;
  bool is_done_ = false;
};

}  // namespace wordstream
