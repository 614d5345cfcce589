// Counts lines and the words in them, as a run's configuration says. Owned by one thread.
#pragma once

#include <memory>
#include <string_view>

#include "engine/run_context.h"
#include "keys/key_counter.h"
#include "words/word_table.h"

namespace wordstream {

/// What one thread has counted since it last handed that on.
struct Tally {
  LineTotals lines;
  std::unique_ptr<WordTable> words;  ///< null where there are none
};

class LineCounter {
 public:
  explicit LineCounter(const RunContext& run) : run_(run), keys_(run.config.keys) {}

  /// Adds `lines`, all of them whole, to `tally`. Requires: as Splitter (words/splitter.h).
  void count(std::string_view lines, const CutLines& cut, Tally& tally);

 private:
  RunContext run_;
  void tell_nothing(const LineTotals& lines);

  KeyCounter keys_;
  LineTotals first_lines_;       // as long as none of them has given anything
  bool has_told_ = false;        // that they have not, or they have
  WordTable::Shape last_shape_;  // of the table that was filled last
};

}  // namespace wordstream
