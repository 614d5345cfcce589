// The fake clock, and the timeline of what will happen in the world without the program's doing.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "env/clock.h"

namespace wordstream::sim {

/// Stands still until it is moved. The wall clock and the time since boot go with the steady one;
/// the former may jump besides.
class FakeClock final : public Clock {
 public:
  FakeClock(SteadyTime steady, WallTime wall) : steady_(steady), wall_(wall) {}

  SteadyTime steady() const override { return steady_; }
  WallTime wall() const override { return wall_; }
  BootTime boot() const override { return boot_; }

  void advance(Nanos by);
  /// The machine is suspended: the steady clock stands still.
  void suspend(Nanos by) {
    wall_ += by;
    boot_ += by;
  }
  /// Somebody sets the wall clock: forward, or back when `by` is negative.
  void jump_wall(Nanos by) { wall_ += by; }

 private:
  SteadyTime steady_;
  WallTime wall_;
  BootTime boot_{steady_.time_since_epoch()};
};

/// Events to come, in order of time; those of one instant in the order in which they were planned.
class Timeline {
 public:
  explicit Timeline(FakeClock& clock) : clock_(clock) {}

  void after(Nanos delay, std::function<void()> event);
  /// When the next event is due.
  std::optional<SteadyTime> next() const;
  /// Moves the clock to `time`, through all events that are due by then.
  void advance_to(SteadyTime time);
  void advance_by(Nanos span) { advance_to(clock_.steady() + span); }

 private:
  FakeClock& clock_;
  std::uint64_t planned_count_ = 0;
  std::map<std::pair<SteadyTime, std::uint64_t>, std::function<void()>> events_;
};

}  // namespace wordstream::sim
