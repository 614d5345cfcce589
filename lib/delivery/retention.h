// Which batches of a journal are still needed: those that a sink has still to be given, and those
// that a window reaches back to from there.
#pragma once

#include <cstdint>
#include <deque>

#include "base/time.h"

namespace wordstream {

class Retention {
 public:
  /// A reach that takes in everything.
  static constexpr Millis kForEver = std::chrono::hours(24 * 365 * 10'000);

  /// A batch's emission covers what ended less than `reach` before its end; zero: itself alone.
  explicit Retention(Millis reach = {}) : reach_(reach) {}

  /// The journal has one more batch. Requires: ids and ends grow.
  void note(std::uint64_t batch, Label end) { kept_.push_back({batch, end}); }

  /// The last batch that nobody needs once every sink has taken all up to `applied`; the one given
  /// before when there is no later one.
  std::uint64_t unneeded_through(std::uint64_t applied) {
    for (; !kept_.empty() && kept_.front().batch <= applied; kept_.pop_front()) {
      reached_.push_back(kept_.front());
    }
    while (!reached_.empty() && reached_.front().end <= reached_.back().end - reach_) {
      unneeded_ = reached_.front().batch;
      reached_.pop_front();
    }
    return unneeded_;
  }

 private:
  struct Kept {
    std::uint64_t batch;
    Label end;
  };

  Millis reach_;
  std::deque<Kept> kept_;     // which some sink has still to be given
  std::deque<Kept> reached_;  // which all have been given, and a window to come may cover
  std::uint64_t unneeded_ = 0;
};

}  // namespace wordstream
