#include "sim/clock.h"

#include <algorithm>

#include "base/check.h"

namespace wordstream::sim {

void FakeClock::advance(Nanos by) {
  WS_CHECK(by >= Nanos(0), "moving steady time");
  steady_ += by;
  wall_ += by;
  boot_ += by;
}

void Timeline::after(Nanos delay, std::function<void()> event) {
  events_.emplace(std::pair(clock_.steady() + delay, planned_count_++), std::move(event));
}

std::optional<SteadyTime> Timeline::next() const {
  if (events_.empty()) return std::nullopt;
  return events_.begin()->first.first;
}

void Timeline::advance_to(SteadyTime time) {
  while (!events_.empty() && events_.begin()->first.first <= time) {
    const auto due = events_.extract(events_.begin());
    clock_.advance(std::max(due.key().first - clock_.steady(), Nanos(0)));
    due.mapped()();
  }
  if (time > clock_.steady()) clock_.advance(time - clock_.steady());
}

}  // namespace wordstream::sim
