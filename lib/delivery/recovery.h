// What a journal holds when a run begins, given again in order: the fold is to stand as it stood,
// and sinks are to get what they have not taken.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/time.h"
#include "journal/journal.h"
#include "model/batch.h"
#include "window/batch_clock.h"
#include "words/word_hash.h"

namespace wordstream {

/// A batch as it was journaled.
struct Recovered {
  enum class State {
    Closed,
    Open,  ///< its interval goes on
    Over,  ///< it was left open, and its interval is over: it is to be closed
  };
  State state;
  std::uint64_t id;
  Batch batch;            ///< all its slices as one
  bool ends_run = false;  ///< the stream had ended with it
};

class Recovery {
 public:
  /// Nothing to recover.
  Recovery() = default;
  /// `key` is that of the word tables; `now` decides what is over. The journal outlives this.
  Recovery(Journal& journal, HashKey key, WallTime now);

  /// The closed batch with the greatest id; 0: there has been none.
  std::uint64_t last_closed() const { return last_closed_; }
  /// What the counting goes on from.
  ClockResume resume() const;

  bool is_done() const { return next_ > last_; }
  /// The next batch, read from the disk. Requires: not done.
  Result<Recovered> next();

 private:
  Journal* journal_ = nullptr;
  HashKey key_{};
  std::uint64_t next_ = 1;
  std::uint64_t last_ = 0;
  std::uint64_t last_closed_ = 0;
  bool is_over_ = false;  // the open batch's interval
};

}  // namespace wordstream
