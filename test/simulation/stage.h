// What those who act in one run share: the world, how the program is started, and who is still
// busy. The run is quiet, and may be stopped without losing a thing, when nobody is.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "engine/config.h"
#include "sim/world.h"
#include "simulation/text.h"

namespace wordstream::simulation {

struct Stage {
  explicit Stage(std::uint64_t seed) : world(seed), prng(world.prng), texts(prng) {}
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// Somebody is busy, and then no more.
  void hold() { ++busy_count; }
  void release() {
    if (--busy_count == 0 && on_quiet) on_quiet();
  }

  /// Lets `act` happen after some time less than `most`, and is busy until it has.
  void later(Nanos most, std::function<void()> act) {
    hold();
    const Nanos delay(prng.below(static_cast<std::uint64_t>(most.count())));
    world.timeline.after(delay, [this, act = std::move(act)] {
      act();
      release();
    });
  }

  sim::World world;
  sim::Prng& prng;
  TextMaker texts;
  Config config;
  Nanos horizon{};  // most of what happens begins within this
  int busy_count = 0;
  std::function<void()> on_quiet;
};

}  // namespace wordstream::simulation
