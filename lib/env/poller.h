// The place where a thread sleeps: until something it watches is ready, somebody wakes it, or a
// time has come. Each of the engine's tasks owns one; only `wake` may be called by other threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace wordstream {

/// Anything that a Poller can watch: a socket, a pipe, a watch on a file.
class Pollable {
 public:
  virtual ~Pollable() = default;
  /// The number by which the poller of the same world knows it (a file descriptor); negative where
  /// there was none to be had, and so nothing to wait for.
  virtual int handle() const = 0;
};

/// What a watched thing should be ready for. An error or a hang-up is always reported.
enum class Interest { Hangup, Read, Write, Both };

class Poller {
 public:
  virtual ~Poller() = default;

  /// Watches `what` from now on, or changes what it is watched for. `token` is what take_ready()
  /// will name it by. Requires: forget() comes before `what` is destroyed.
  /// Returns false for what cannot be waited for because it never blocks (a regular file).
  virtual bool watch(const Pollable& what, Interest interest, std::uint64_t token) = 0;
  virtual void forget(const Pollable& what) = 0;

  /// Blocks until something is ready, a wake has come since the last wait, or it is `until`;
  /// without `until`, for ever; with a time in the past, not at all.
  virtual void wait(std::optional<SteadyTime> until) = 0;

  /// The tokens that the last wait has found ready; the first call takes them away. What nobody
  /// takes, or takes and leaves ready, is found again by the next wait.
  virtual std::vector<std::uint64_t> take_ready() = 0;

  /// Ends the current wait, or the next one. Safe from any thread.
  virtual void wake() = 0;
};

/// A poller on the kernel's epoll, with a descriptor set of its own. Fails with Io where there are
/// no descriptors to be had, with OverMemory or NotPermitted.
Result<std::unique_ptr<Poller>> make_real_poller();

}  // namespace wordstream
