// The door to time. Read by the engine's loops alone; everything below them is given `now`.
#pragma once

#include "base/time.h"

namespace wordstream {

/// A clock. Safe to read from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual SteadyTime steady() const = 0;
  virtual WallTime wall() const = 0;
  virtual BootTime boot() const = 0;
  Now now() const { return Now{steady(), wall(), boot()}; }
};

/// The machine's clock: CLOCK_MONOTONIC, CLOCK_REALTIME and CLOCK_BOOTTIME.
class RealClock final : public Clock {
 public:
  SteadyTime steady() const override;
  WallTime wall() const override;
  BootTime boot() const override;
};

/// A wall time as a calendar of the machine's time zone (TZ) shows it. No second is the 60th, as in
/// Python's: a zone that has leap seconds has the one before them twice.
struct LocalTime {
  int year, month, day, hour, minute, second;
};
LocalTime to_local(Label time);

}  // namespace wordstream
