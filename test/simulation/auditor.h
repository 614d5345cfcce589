// Judges a run: what went out against what went in.
//
// The judge asks that labels grow, that intervals fit and do not overlap, and that every word is
// counted as the oracle counts it. Where every line begins with a word of its own, it also knows
// which lines a batch must hold, and asks that each line is in one batch with all of its words, and
// that lines of one stretch come in their order with none left out.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "keys/key_choice.h"

namespace wordstream::simulation {

/// Bytes that the program has read from one origin, one after the other.
struct Stretch {
  /// What becomes of a last line without an end.
  enum class Tail {
    Counts,   ///< the stream has ended in order
    Dropped,  ///< the stream has broken, or it was left
    Either    ///< it has ended in order, but so close to a stop that nobody can tell
  };
  std::string bytes;
  Tail tail;
};

struct Rules {
  const KeyChoice& keys;
  std::size_t line_bytes_max;
  /// From the start of an emission to its end, unless it is cut short.
  Millis interval;
  /// All that was read is counted; else of every stretch only a beginning.
  bool is_complete;
  /// The output may end within a batch: the last one is not judged.
  bool is_torn;
};

/// What is wrong with `output`, in the tsv format; nothing when all is right.
std::optional<std::string> audit(std::string_view output, const std::vector<Stretch>& stretches,
                                 const Rules& rules);

}  // namespace wordstream::simulation
