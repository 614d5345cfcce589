// What one interval counted, on its way from the counting loop to the delivery loop.
#pragma once

#include <cstdint>
#include <memory>

#include "base/time.h"
#include "words/word_table.h"

namespace wordstream {

/// The interval of a batch or window: from start to end, whole milliseconds, end not included.
struct Interval {
  Label start;
  Label end;
  /// It is shorter than asked for: the run began or ended inside it.
  bool is_partial = false;
};

/// A closed batch as the counting loop hands it over: the table is still to be packed.
struct Batch {
  std::uint64_t id = 0;  ///< 1, 2, 3 … for the batches of a run that hold lines; 0 for the others
  Interval interval;
  std::uint64_t line_count = 0;
  std::uint64_t byte_count = 0;
  std::unique_ptr<WordTable> words;

  bool is_empty() const { return line_count == 0; }
};

}  // namespace wordstream
