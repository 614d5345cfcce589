// How far a bounded turn of work has come: what a source or a sink tells the task that steps it.
#pragma once

#include <algorithm>
#include <optional>

#include "base/time.h"

namespace wordstream {

/// Whichever comes first, of those that there are.
inline std::optional<SteadyTime> earlier(std::optional<SteadyTime> a, std::optional<SteadyTime> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

struct Turn {
  enum class State {
    Again,  ///< there may be more to do at once
    Idle,   ///< nothing can be done now: wait until the poller or `wake_at` calls
    Full,   ///< of a source: the block has no room for what comes next: hand on another
    Ended,  ///< of a source: the stream is over; of a sink: what it was asked for is done
  };
  State state;
  std::optional<SteadyTime> wake_at;  ///< for Idle: when the next turn is due at the latest

  static Turn again() { return {State::Again, {}}; }
  static Turn idle(std::optional<SteadyTime> wake_at = {}) { return {State::Idle, wake_at}; }
  static Turn full() { return {State::Full, {}}; }
  static Turn ended() { return {State::Ended, {}}; }
};

}  // namespace wordstream
