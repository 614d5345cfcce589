// When a batch closes and which interval it belongs to. Pure: `now` is given.
//
// Ticks are aimed, by the steady clock, at the next wall-clock multiple of the interval (as Spark's
// RecurringTimer does); a batch is labelled with the tick at which it was due. Labels only grow,
// whatever the wall clock does: set back, it leaves the rhythm alone and the labels go on from the
// last one. Ticks that pass while nobody looks (a stall, a suspend, a clock set forward) are
// skipped, where Spark would fire a burst of empty batches.
//
// Each batch tells by how much its label has leapt over the time since boot: its clock step.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "model/batch.h"

namespace wordstream {

/// What earlier runs have left to go on from.
struct ClockResume {
  /// No batch starts before this: the end of the last one, or when the first began.
  Label covered;
  /// The batch that was left open, if it is not over yet.
  std::optional<Interval> open = {};
};

class BatchClock {
 public:
  /// The first batch starts now, and so is shorter than `interval` unless now is a multiple of it.
  BatchClock(Millis interval, Now now);

  /// The first batch is the one that was left open; else it starts a whole interval before its end,
  /// or where earlier batches have ended.
  BatchClock(Millis interval, Now now, const ClockResume& resume);

  /// When the open batch is due.
  SteadyTime deadline() const { return deadline_; }

  /// Closes the open batch under the label at which it was due, and opens the next.
  /// Requires: now is not before the deadline.
  Interval close_due(Now now);

  /// The open batch, as it will be if it is closed when it is due.
  Interval open() const { return Interval{start_, end_, !starts_whole_, step_}; }

  /// The open batch as it is when the run ends at this very instant: it is not empty.
  Interval close_early(Now now) const;

  /// The label of this very instant, for a run that ends within the open batch.
  Label end_of_run(Now now) const;

  /// How many ticks the last close_due skipped.
  std::uint64_t skipped_tick_count() const { return skipped_tick_count_; }

 private:
  void aim(Now now, Label earliest);
  /// How far the open batch's label is ahead of the time since boot at which it is due.
  Nanos lead(Now now) const;

  Millis interval_;
  Label start_;
  bool starts_whole_;  // the open batch starts a whole interval before its end
  Label end_;
  SteadyTime deadline_;
  Millis step_{0};  // of the open batch
  Nanos lead_;      // of labels, but for what is less than a step
  std::uint64_t skipped_tick_count_ = 0;
};

}  // namespace wordstream
