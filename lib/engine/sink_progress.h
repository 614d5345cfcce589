// How far a sink has come: told by its writer, read by the delivery loop. Safe from any thread.
#pragma once

#include <mutex>
#include <utility>

#include "model/progress.h"

namespace wordstream {

class SinkProgress {
 public:
  void set(SinkMark mark) {
    const std::lock_guard lock(mutex_);
    latest_ = std::move(mark);
  }

  /// The mark of the batch that the sink has made last; of no batch at first.
  SinkMark latest() const {
    const std::lock_guard lock(mutex_);
    return latest_;
  }

 private:
  mutable std::mutex mutex_;
  SinkMark latest_;
};

}  // namespace wordstream
