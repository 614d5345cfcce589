// How long an act of a producer may go on, and how its attempts are spaced.
#pragma once

#include <algorithm>
#include <chrono>

#include "base/time.h"

namespace wordstream {

class KafkaPatience {
 public:
  explicit KafkaPatience(Millis at_most) : until_(std::chrono::steady_clock::now() + at_most) {}

  Millis left() const {
    const auto left = until_ - std::chrono::steady_clock::now();
    return std::max(Millis(0), std::chrono::ceil<Millis>(left));
  }
  int left_ms() const { return static_cast<int>(left().count()); }
  /// Between two attempts of which the first was answered at once, and in vain: without it they
  /// would be made as fast as the processor can.
  int pause_ms() const { return static_cast<int>(std::min(left(), Millis(50)).count()); }
  bool is_over() const { return left() == Millis(0); }

 private:
  std::chrono::steady_clock::time_point until_;
};

}  // namespace wordstream
