#include "window/batch_clock.h"

#include <algorithm>

#include "base/check.h"

namespace wordstream {
namespace {

Label to_label(WallTime wall) { return std::chrono::floor<Millis>(wall); }

}  // namespace

BatchClock::BatchClock(Millis interval, Now now) : interval_(interval), start_(to_label(now.wall)) {
  aim(now, Label::min());
  starts_whole_ = start_ == end_ - interval_;
  lead_ = lead(now);
}

BatchClock::BatchClock(Millis interval, Now now, const ClockResume& resume) : interval_(interval) {
  aim(now, multiple_from(resume.covered + Millis(1), interval_));
  start_ = std::max(end_ - interval_, resume.covered);
  starts_whole_ = start_ == end_ - interval_;
  if (resume.open) {
    start_ = resume.open->start;
    starts_whole_ = !resume.open->is_partial;
    step_ = resume.open->clock_step;
    end_ = resume.open->end;
    // A clock that was set back must not keep it open for longer than an interval.
    deadline_ = now.steady + std::min<Nanos>(end_ - now.wall, interval_);
  }
  lead_ = lead(now);
}

/// Sets the open batch's label, at least `earliest`, and the steady time at which it is due.
void BatchClock::aim(Now now, Label earliest) {
  const Label tick = multiple_from(to_label(now.wall) + Millis(1), interval_);
  Nanos distance = tick - now.wall;
  // The steady clock may come a little early for the wall clock, and then the tick just served is
  // next again; the same holds in the rhythm of a clock that was set back.
  if (tick < earliest && distance < interval_ / 2) distance += interval_;
  end_ = std::max(tick, earliest);
  deadline_ = now.steady + distance;
}

Nanos BatchClock::lead(Now now) const {
  const BootTime due = now.boot + (deadline_ - now.steady);
  return end_.time_since_epoch() - due.time_since_epoch();
}

Interval BatchClock::close_due(Now now) {
  WS_CHECK(now.steady >= deadline_, "closing a batch that is due");
  const Interval closed = open();
  const Label follows = end_ + interval_;
  aim(now, follows);
  skipped_tick_count_ = static_cast<std::uint64_t>((end_ - follows) / interval_);
  start_ = end_ - interval_;
  starts_whole_ = true;
  // In whole intervals, or the moment between two reads of the clocks would be a step. The rest
  // counts with what comes: less all steps labels stay within an interval of the time since boot,
  // and never go back.
  step_ = (lead(now) - lead_) / interval_ * interval_;
  lead_ += step_;
  return closed;
}

Interval BatchClock::close_early(Now now) const {
  const Label end = std::max(end_of_run(now), start_ + Millis(1));
  return Interval{start_, end, end < end_ || !starts_whole_, step_};
}

Label BatchClock::end_of_run(Now now) const {
  // A clock that was set back must not end a batch before it began, one that was set forward must
  // not carry it past its interval.
  return std::clamp(to_label(now.wall), start_, end_);
}

}  // namespace wordstream
