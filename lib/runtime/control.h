// How a run ends: who may end it, what becomes of what is under way, and how it went; and what else
// is asked of it from outside. Shared by all tasks; safe from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "env/poller.h"

namespace wordstream {

class Control {
 public:
  /// Every poller in which a task sleeps.
  void add(Poller& poller);
  /// They are about to go.
  void forget_pollers();

  /// No more is read; what has been read is counted and delivered.
  void stop();
  /// Somebody wants the run to end: as stop(), and nobody waits for others any more.
  void interrupt();
  /// The source can never go on: as stop(), and the run has failed with `error`.
  void fail(Error error);
  /// Nothing can be delivered any more: every task ends at its next step. The run has ended with
  /// `error`, which may be Closed.
  void abandon(Error error);

  /// What is written by name is to be opened again by that name; no end.
  void reopen();

  bool is_stopping() const { return is_stopping_; }
  bool is_abandoned() const { return is_abandoned_; }
  /// There is no point in waiting for others any more.
  bool is_given_up() const { return is_abandoned_ || is_interrupted_; }

  /// How often reopen() was called.
  std::uint64_t reopen_count() const { return reopen_count_; }

  /// How the run went: the first error, if any.
  Status outcome() const;

 private:
  void note(Error error);
  void wake_all();

  std::atomic<bool> is_stopping_ = false;
  std::atomic<bool> is_abandoned_ = false;
  std::atomic<bool> is_interrupted_ = false;
  std::atomic<std::uint64_t> reopen_count_ = 0;
  mutable std::mutex mutex_;
  std::vector<Poller*> pollers_;
  std::optional<Error> error_;
};

}  // namespace wordstream
