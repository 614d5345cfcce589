#include "sim/world.h"

#include <utility>

namespace wordstream::sim {
namespace {

/// A machine that has been up for a while, some time within ten years of 2020.
FakeClock some_clock(Prng& prng) {
  constexpr std::uint64_t kYear = 365 * 24 * 3600;
  const auto up = std::chrono::milliseconds(prng.below(1'000'000'000));
  const auto wall = std::chrono::milliseconds(1000 * kYear * 50 + prng.below(1000 * kYear * 10));
  return FakeClock(SteadyTime(up), WallTime(wall));
}

}  // namespace

World::World(std::uint64_t seed)
    : prng(seed),
      clock{some_clock(prng)},
      timeline(clock),
      disk(seed, trace),
      network(clock, timeline, handles, prng, trace, disk),
      files(disk, handles, prng, trace),
      storage(disk, timeline, clock),
      kafka(seed, clock, timeline, handles, trace, storage),
      server(seed, clock, trace) {}

Env World::env(std::function<void(FakePoller&)> on_poller) {
  const auto make = [this, on_poller = std::move(on_poller)]() -> std::unique_ptr<Poller> {
    std::unique_ptr<FakePoller> poller = make_poller();
    if (on_poller) on_poller(*poller);
    return poller;
  };
  return Env{clock,
             network,
             kafka,
             files,
             storage,
             memory,
             make,
             {prng.next(), prng.next()},
             {prng.next(), prng.next()},
             prng.next(),
             {"here", storage.pid()}};
}

std::unique_ptr<FakePoller> World::make_poller() {
  return std::make_unique<FakePoller>(clock, timeline, handles, prng);
}

}  // namespace wordstream::sim
