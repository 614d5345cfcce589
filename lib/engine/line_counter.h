// Counts lines and the words in them, as a run's configuration says. Owned by one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/run_context.h"
#include "words/word_table.h"

namespace wordstream {

/// What one thread has counted since it last handed that on.
struct Tally {
  std::uint64_t line_count = 0;
  std::unique_ptr<WordTable> words;  ///< null where there are none
};

class LineCounter {
 public:
  explicit LineCounter(const RunContext& run) : run_(run) {}

  /// Adds `lines`, all of them whole, to `tally`. Requires: as Splitter (words/splitter.h).
  void count(std::string_view lines, Tally& tally);

 private:
  RunContext run_;
  std::string folded_;           // the lines in lower case
  WordTable::Shape last_shape_;  // of the table that was filled last
};

}  // namespace wordstream
