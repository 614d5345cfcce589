// Texts to send: lines by chance.
#pragma once

#include <cstdint>
#include <string>

#include "sim/prng.h"

namespace wordstream::simulation {

class TextMaker {
 public:
  /// How lines look in this run: with a name of their own at the beginning, or anything at all.
  explicit TextMaker(sim::Prng& prng)
      : prng_(prng), is_named_(!prng.one_in(4)), end_kind_(prng.below(4)) {}

  /// Up to `line_count_max` lines; the last one may have no end.
  std::string text(std::uint64_t line_count_max) {
    std::string text;
    for (std::uint64_t left = prng_.between(0, line_count_max); left > 0; --left) {
      text += is_named_ ? named_line() : wild_line();
      if (left > 1 || prng_.one_in(2)) text += line_end();
    }
    return text;
  }

 private:
  std::string named_line() {
    std::string line = "t" + std::to_string(line_count_++);
    for (std::uint64_t left = prng_.below(6); left > 0; --left) {
      line +=
          std::string(prng_.one_in(4) ? 2 : 1, ' ') + std::string(1, "aBc\t\xC3"[prng_.below(5)]);
    }
    return line;
  }

  std::string wild_line() {
    constexpr std::string_view kBytes("ab \t\0\xFF\r\nZ\\", 10);
    std::string line;
    for (std::uint64_t left = prng_.below(60); left > 0; --left) {
      line += kBytes[prng_.below(kBytes.size())];
    }
    return line;
  }

  std::string line_end() {
    constexpr const char* kEnds[] = {"\n", "\r", "\r\n"};
    return kEnds[end_kind_ < 3 ? end_kind_ : prng_.below(3)];
  }

  sim::Prng& prng_;
  bool is_named_;
  std::uint64_t end_kind_;  // one of three for all lines, or any for each
  std::uint64_t line_count_ = 0;
};

}  // namespace wordstream::simulation
