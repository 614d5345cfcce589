#include "env/clock.h"

#include <algorithm>
#include <ctime>

namespace wordstream {
namespace {

Nanos read_clock(clockid_t id) {
  timespec time{};
  clock_gettime(id, &time);
  return std::chrono::seconds(time.tv_sec) + Nanos(time.tv_nsec);
}

}  // namespace

SteadyTime RealClock::steady() const { return SteadyTime(read_clock(CLOCK_MONOTONIC)); }

WallTime RealClock::wall() const { return WallTime(read_clock(CLOCK_REALTIME)); }

BootTime RealClock::boot() const { return BootTime(read_clock(CLOCK_BOOTTIME)); }

LocalTime to_local(Label time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  const std::time_t count = seconds.count();
  std::tm tm{};
  localtime_r(&count, &tm);
  const int second = std::min(tm.tm_sec, 59);
  return LocalTime{tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, second};
}

}  // namespace wordstream
