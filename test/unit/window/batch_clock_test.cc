#include "window/batch_clock.h"

#include <vector>

#include "catch.h"
#include "sim/prng.h"

using namespace wordstream;

namespace {

constexpr Millis kSecond{1000};

/// A moment at which the steady clock shows `steady` and the wall clock `wall`, in milliseconds.
/// The machine has not been suspended.
Now at(std::int64_t steady, std::int64_t wall) {
  return Now{SteadyTime(Millis(steady)), WallTime(Millis(wall)), BootTime(Millis(steady))};
}

Now suspended(Now now, Millis span) { return {now.steady, now.wall + span, now.boot + span}; }

/// The deadline in milliseconds of the steady clock.
std::int64_t due(const BatchClock& clock) {
  return std::chrono::duration_cast<Millis>(clock.deadline().time_since_epoch()).count();
}

struct Closed {
  std::int64_t start, end;
  bool is_partial;
  bool operator==(const Closed&) const = default;
};

Closed plain(const Interval& interval) {
  return {interval.start.time_since_epoch().count(), interval.end.time_since_epoch().count(),
          interval.is_partial};
}

}  // namespace

TEST_CASE("ticks are aimed at multiples of the interval on the wall clock", "[batch clock]") {
  BatchClock clock(kSecond, at(50, 10'400));
  CHECK(due(clock) == 650);
  CHECK(plain(clock.close_due(at(650, 11'000))) == Closed{10'400, 11'000, true});
  CHECK(due(clock) == 1650);
  CHECK(plain(clock.close_due(at(1650, 12'000))) == Closed{11'000, 12'000, false});
}

TEST_CASE("a run that begins on a multiple begins with a whole batch", "[batch clock]") {
  BatchClock clock(kSecond, at(0, 10'000));
  CHECK(plain(clock.close_due(at(1000, 11'000))) == Closed{10'000, 11'000, false});
}

TEST_CASE("a batch that is cut late keeps its label and what it missed is skipped",
          "[batch clock]") {
  BatchClock clock(kSecond, at(0, 10'000));
  CHECK(plain(clock.close_due(at(4300, 14'300))) == Closed{10'000, 11'000, false});
  CHECK(clock.skipped_tick_count() == 3);
  CHECK(due(clock) == 5000);
  CHECK(plain(clock.close_due(at(5000, 15'000))) == Closed{14'000, 15'000, false});
  CHECK(clock.skipped_tick_count() == 0);
}

TEST_CASE("a tick that comes a little early is not served twice", "[batch clock]") {
  BatchClock clock(kSecond, at(0, 10'000));
  // The wall clock was slowed down: the steady clock is there 2 ms before it.
  clock.close_due(at(1000, 10'998));
  CHECK(due(clock) == 2002);
  CHECK(plain(clock.close_due(at(2002, 12'000))) == Closed{11'000, 12'000, false});
}

TEST_CASE("labels grow by one interval in its rhythm while the wall clock is behind",
          "[batch clock]") {
  BatchClock clock(kSecond, at(0, 3'600'000));
  std::vector<std::int64_t> ends;
  std::int64_t steady = 1000;
  for (std::int64_t wall : {3'601'000, 2'000, 3'000, 4'000}) {  // set back by an hour
    ends.push_back(plain(clock.close_due(at(steady, wall))).end);
    CHECK(due(clock) == steady + 1000);
    steady += 1000;
  }
  CHECK(ends == std::vector<std::int64_t>{3'601'000, 3'602'000, 3'603'000, 3'604'000});
}

TEST_CASE("a wall clock set forward skips the ticks between", "[batch clock]") {
  BatchClock clock(kSecond, at(0, 10'000));
  CHECK(plain(clock.close_due(at(1000, 3'611'000))) == Closed{10'000, 11'000, false});
  CHECK(clock.skipped_tick_count() == 3600);
  CHECK(plain(clock.close_due(at(2000, 3'612'000))) == Closed{3'611'000, 3'612'000, false});
}

TEST_CASE("a batch closed early ends there and is partial", "[batch clock]") {
  BatchClock clock(kSecond, at(0, 10'000));
  clock.close_due(at(1000, 11'000));
  CHECK(plain(clock.close_early(at(1250, 11'250))) == Closed{11'000, 11'250, true});
}

TEST_CASE("a batch closed at the very instant of its tick is whole", "[batch clock]") {
  const BatchClock clock(kSecond, at(0, 10'000));
  CHECK(plain(clock.close_early(at(999, 11'000))) == Closed{10'000, 11'000, false});
}

TEST_CASE("a batch closed early stays inside its interval whatever the wall clock says",
          "[batch clock]") {
  const BatchClock clock(kSecond, at(0, 10'000));
  CHECK(plain(clock.close_early(at(500, 1'000))) == Closed{10'000, 10'001, true});
  CHECK(plain(clock.close_early(at(500, 99'000))) == Closed{10'000, 11'000, false});
}

TEST_CASE("a run ends within its open batch, which may be an instant long", "[batch clock]") {
  const BatchClock clock(kSecond, at(0, 10'000));
  const auto end = [&](Now now) { return clock.end_of_run(now).time_since_epoch().count(); };
  CHECK(end(at(0, 10'000)) == 10'000);
  CHECK(end(at(250, 10'250)) == 10'250);
  CHECK(end(at(500, 1'000)) == 10'000);
  CHECK(end(at(500, 99'000)) == 11'000);
}

TEST_CASE("a run that resumes starts a whole interval before its first end", "[batch clock]") {
  BatchClock clock(kSecond, at(50, 10'400), {Label(Millis(5'000))});
  CHECK(due(clock) == 650);
  CHECK(plain(clock.close_due(at(650, 11'000))) == Closed{10'000, 11'000, false});
}

TEST_CASE("a run that resumes starts no sooner than the last one has ended", "[batch clock]") {
  BatchClock clock(kSecond, at(50, 10'400), {Label(Millis(10'300))});
  CHECK(plain(clock.close_due(at(650, 11'000))) == Closed{10'300, 11'000, true});
  CHECK(plain(clock.close_due(at(1650, 12'000))) == Closed{11'000, 12'000, false});
}

TEST_CASE("labels grow over a restart on a clock that was set back", "[batch clock]") {
  BatchClock clock(kSecond, at(0, 10'400), {Label(Millis(90'000))});
  CHECK(due(clock) == 600);
  CHECK(plain(clock.close_due(at(600, 11'000))) == Closed{90'000, 91'000, false});
}

TEST_CASE("a batch that was left open goes on until it is due", "[batch clock]") {
  const Interval open{Label(Millis(10'100)), Label(Millis(11'000)), true};
  BatchClock clock(kSecond, at(50, 10'400), {Label(Millis(10'000)), open});
  CHECK(plain(clock.open()) == Closed{10'100, 11'000, true});
  CHECK(due(clock) == 650);
  CHECK(plain(clock.close_due(at(650, 11'000))) == Closed{10'100, 11'000, true});
  CHECK(plain(clock.close_due(at(1650, 12'000))) == Closed{11'000, 12'000, false});
}

TEST_CASE("a batch that was left open waits an interval at most", "[batch clock]") {
  const Interval open{Label(Millis(90'000)), Label(Millis(91'000)), false};
  const BatchClock clock(kSecond, at(50, 10'400), {Label(Millis(90'000)), open});
  CHECK(due(clock) == 1050);
}

namespace {

constexpr std::int64_t kHour = 3'600'000;

/// The step before the batch that is open once the one before it was closed, in milliseconds.
std::int64_t step_after(BatchClock& clock, Now now) {
  clock.close_due(now);
  return clock.open().clock_step.count();
}

}  // namespace

TEST_CASE("a wall clock set forward is a step before the batch that follows, and before no other",
          "[batch clock]") {
  BatchClock clock(kSecond, at(0, 10'000));
  CHECK(clock.open().clock_step == Millis(0));
  CHECK(step_after(clock, at(1000, 11'000 + kHour)) == kHour);
  CHECK(clock.close_early(at(1500, 11'500 + kHour)).clock_step == Millis(kHour));
  CHECK(step_after(clock, at(2000, 12'000 + kHour)) == 0);
}

TEST_CASE("a wall clock set back is no step, nor is its way forward again", "[batch clock]") {
  BatchClock clock(kSecond, at(0, 10'000 + kHour));
  CHECK(step_after(clock, at(1000, 11'000)) == 0);  // labels go on in their rhythm
  CHECK(step_after(clock, at(2000, 12'000)) == 0);
  CHECK(step_after(clock, at(3000, 13'000 + kHour)) == 0);
}

TEST_CASE("time that goes by while labels are ahead of the wall clock is a step back",
          "[batch clock]") {
  BatchClock clock(kSecond, at(0, 10'000 + kHour));
  CHECK(step_after(clock, at(1000, 11'000)) == 0);
  CHECK(step_after(clock, at(62'000, 72'000)) == -60'000);  // a stall
  CHECK(step_after(clock, suspended(at(63'000, 73'000), Millis(60'000))) == -60'000);
}

TEST_CASE("neither a stall nor a suspend is a step", "[batch clock]") {
  BatchClock clock(kSecond, at(0, 10'000));
  CHECK(step_after(clock, at(4300, 14'300)) == 0);
  CHECK(step_after(clock, suspended(at(5000, 15'000), Millis(kHour))) == 0);
}

TEST_CASE("what is less than an interval becomes a step when there is enough of it",
          "[batch clock]") {
  BatchClock clock(kSecond, at(0, 10'000));
  CHECK(step_after(clock, at(1000, 11'700)) == 0);
  CHECK(step_after(clock, at(1300, 12'700)) == 1000);
  CHECK(step_after(clock, at(1600, 13'700)) == 1000);
  CHECK(step_after(clock, at(1900, 14'000)) == 0);
}

TEST_CASE("less the steps labels keep to the time since boot, and never go back", "[batch clock]") {
  sim::Prng prng(7);
  const Millis began(10 * kHour);
  Now now = at(0, began.count());
  BatchClock clock(kSecond, now);
  Millis steps{0};
  Label last = clock.open().end;
  const auto pass = [&](Nanos span) {
    now = {now.steady + span, now.wall + span, now.boot + span};
  };
  for (int i = 0; i < 10'000; ++i) {
    pass(clock.deadline() - now.steady);
    if (prng.one_in(4)) pass(Millis(prng.below(5000)));
    if (prng.one_in(4)) now.wall += Millis(prng.below(2 * kHour)) - Millis(kHour);
    if (prng.one_in(8)) now = suspended(now, Millis(prng.below(10'000)));
    clock.close_due(now);
    const Interval next = clock.open();
    steps += next.clock_step;
    REQUIRE(next.end - steps >= last);
    last = next.end - steps;
    const Nanos due = (now.boot + (clock.deadline() - now.steady)).time_since_epoch();
    const Nanos beside = (next.end - steps).time_since_epoch() - began - due;
    REQUIRE((-kSecond < beside && beside < kSecond));
  }
}

TEST_CASE("a batch that was left open keeps the step before it", "[batch clock]") {
  const Interval open{Label(Millis(10'100)), Label(Millis(11'000)), true, Millis(5000)};
  BatchClock clock(kSecond, at(50, 10'400), {Label(Millis(10'000)), open});
  CHECK(clock.open().clock_step == Millis(5000));
  CHECK(clock.close_due(at(650, 11'000)).clock_step == Millis(5000));
  CHECK(clock.open().clock_step == Millis(0));
}
