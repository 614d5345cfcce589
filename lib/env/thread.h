// The door to threads: std::thread throws where the kernel gives none, and this one says so.
#pragma once

#include <pthread.h>

#include <functional>
#include <optional>
#include <utility>

#include "base/result.h"

namespace wordstream {

class Thread {
 public:
  /// Runs `work` on a thread of its own. Fails with Busy where the kernel gives none: there are as
  /// many as the user, or the control group, may have.
  static Result<Thread> start(std::function<void()> work);

  Thread(Thread&& other) noexcept : handle_(std::exchange(other.handle_, std::nullopt)) {}
  Thread& operator=(Thread&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  /// Waits for its end, unless it was detached.
  ~Thread();

  /// Nobody waits for it any more.
  void detach() &&;
  /// Sends it a signal. Requires: it was neither moved away nor detached.
  void send(int signal) const;

 private:
  explicit Thread(pthread_t handle) : handle_(handle) {}

  std::optional<pthread_t> handle_;
};

}  // namespace wordstream
