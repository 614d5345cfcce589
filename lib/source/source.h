// Where lines come from. A source is an object of the reader's thread: it is polled, fills blocks
// with whole lines, and never blocks. It sleeps by saying how long it may be left alone.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "base/time.h"
#include "model/block.h"

namespace wordstream {

/// How a source's turn ended.
struct Turn {
  enum class State {
    Again,  ///< there may be more at once
    Idle,   ///< nothing more now: wait until the poller or `wake_at` calls
    Full,   ///< the block has no room for what comes next: hand on another
    Ended,  ///< the stream is over; everything has been handed on
  };
  State state;
  std::optional<SteadyTime> wake_at;  ///< for Idle: when to poll at the latest
};

class Source {
 public:
  virtual ~Source() = default;

  /// Opens what can be opened at once, so that a wrong name fails before anything runs.
  virtual Status open() = 0;

  /// One bounded turn: appends whole lines to `block` and returns. Requires: open() succeeded.
  /// A block that was empty always has room for progress. Fails when the source can never go on.
  virtual Result<Turn> poll(SteadyTime now, Block& block) = 0;

  /// Told once when reading stops before the stream's end: half lines are dropped and reported.
  virtual void stop() = 0;
};

}  // namespace wordstream
