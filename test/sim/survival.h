// What a power loss leaves of what was not synced.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/prng.h"

namespace wordstream::sim {

class Survival {
 public:
  /// By chance. Uses `prng` for as long as it lives.
  explicit Survival(Prng& prng) : prng_(&prng) {}
  static Survival of_all() { return Survival(nullptr, kParts); }
  static Survival of_nothing() { return Survival(nullptr, 0); }

  /// For one file or all names: some lose everything, some nothing, some a little or a lot.
  Survival of_one() const {
    if (prng_ == nullptr) return *this;
    constexpr std::array<unsigned, 5> kShares{0, 1, 4, 7, kParts};
    return Survival(prng_, kShares[prng_->below(kShares.size())]);
  }

  /// Asked for every sector that was written and every name that has changed.
  bool is_kept() {
    if (share_ == 0 || share_ == kParts) return share_ != 0;
    return prng_->below(kParts) < share_;
  }

  /// How long a file is, whose kept sectors make it `natural`, and which has had all of `sizes`.
  std::uint64_t size_of(std::uint64_t natural, const std::vector<std::uint64_t>& sizes) {
    if (prng_ == nullptr || prng_->one_in(2)) return natural;
    return sizes[prng_->below(sizes.size())];
  }

 private:
  static constexpr unsigned kParts = 8;
  Survival(Prng* prng, unsigned share) : prng_(prng), share_(share) {}

  Prng* prng_;  ///< null: all or nothing
  unsigned share_ = kParts / 2;
};

}  // namespace wordstream::sim
