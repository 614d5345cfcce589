// What one interval counted: closed by the counting loop, folded by the delivery loop.
#pragma once

#include <cstdint>
#include <memory>

#include "base/time.h"
#include "words/word_counts.h"

namespace wordstream {

/// The interval of a batch or window: from start to end, whole milliseconds, end not included.
struct Interval {
  Label start;
  Label end;
  /// It is shorter than asked for: the run began or ended inside it.
  bool is_partial = false;
  /// Of a batch: by how much its label has leapt, from that of the batch before, over the time that
  /// has gone by: somebody has set the clock. Below zero it has stayed behind.
  Millis clock_step{0};
};

struct Batch {
  Interval interval;
  std::uint64_t line_count = 0;
  std::uint64_t byte_count = 0;
  std::shared_ptr<const WordCounts> counts;  ///< never null once it is packed

  bool is_empty() const { return line_count == 0; }
};

}  // namespace wordstream
