// Points in time. Three kinds that cannot be mixed: steady time measures spans and never jumps,
// boot time is steady and goes on while the machine is suspended, wall time labels batches and may
// jump. None can be read here: `now` is a parameter everywhere but at the clock's door
// (env/clock.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace wordstream {

using Millis = std::chrono::milliseconds;
using Nanos = std::chrono::nanoseconds;

/// Time since some fixed, unknown instant.
struct SteadyScale {
  using duration = Nanos;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<SteadyScale, duration>;
  static constexpr bool is_steady = true;
};

/// Time since the machine was started, as far as that is known.
struct BootScale {
  using duration = Nanos;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootScale, duration>;
  static constexpr bool is_steady = true;
};

/// Time since 1970-01-01 00:00 UTC, without leap seconds.
struct WallScale {
  using duration = Nanos;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<WallScale, duration>;
  static constexpr bool is_steady = false;
};

using SteadyTime = SteadyScale::time_point;
using BootTime = BootScale::time_point;
using WallTime = WallScale::time_point;
/// A batch's start or end: whole milliseconds since the epoch, as they are printed.
using Label = std::chrono::time_point<WallScale, Millis>;

/// For people: "2013-01-01 02:47:10.123 UTC".
std::string to_text(Label label);

/// The first multiple of `step` since the epoch that is not before `label`.
inline Label multiple_from(Label label, Millis step) {
  const Millis beyond = label.time_since_epoch() % step;
  if (beyond > Millis(0)) return label + (step - beyond);
  return label - beyond;  // a multiple, or before the epoch
}

/// All clocks, read together.
struct Now {
  SteadyTime steady;
  WallTime wall;
  BootTime boot;
};

}  // namespace wordstream
