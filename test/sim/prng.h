// Chance by a seed: the same seed gives the same numbers on every machine (splitmix64).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/check.h"

namespace wordstream::sim {

class Prng {
 public:
  explicit Prng(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return mixed ^ (mixed >> 31);
  }

  /// One of 0 … bound - 1. The bias of the remainder does not matter here.
  std::uint64_t below(std::uint64_t bound) {
    WS_CHECK(bound != 0, "drawing one of none");
    return next() % bound;
  }

  /// One of least … most, both included.
  std::uint64_t between(std::uint64_t least, std::uint64_t most) {
    return least + below(most - least + 1);
  }

  bool one_in(std::uint64_t count) { return below(count) == 0; }

  /// How much of `size` a kernel may hand over at once: all of it half the time, else less, never
  /// nothing. Requires: `size` is not 0.
  std::size_t part_of(std::size_t size) { return one_in(2) ? size : between(1, size); }

 private:
  std::uint64_t state_;
};

}  // namespace wordstream::sim
