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
  /// Adds what somebody else has counted.
  void add(const Counted& counted, Tally& tally);

 private:
  WordTable& words_of(Tally& tally);
  void note(const LineTotals& lines, std::size_t new_word_count, Tally& tally);
  void tell_nothing(const LineTotals& lines);
  void tell_slow(std::size_t bytes, Nanos spent);

  RunContext run_;
  KeyCounter keys_;
  LineTotals first_lines_;       // as long as none of them has given anything
  bool has_told_ = false;        // that they have not, or they have
  std::size_t timed_bytes_ = 0;  // since it was last looked how fast they go through expressions
  Nanos timed_span_{0};          // and what that took
  bool has_told_slow_ = false;
  WordTable::Shape last_shape_;  // of the table that was filled last
};

}  // namespace wordstream
