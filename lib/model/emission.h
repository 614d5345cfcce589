// What a sink is given for one batch or window, and when a batch is complete.
#pragma once

#include <cstdint>
#include <memory>

#include "model/batch.h"
#include "model/positions.h"
#include "words/word_counts.h"

namespace wordstream {

struct Emission {
  /// 1, 2, 3 … for the batches of a run that hold lines or give rows to an emission: the one that
  /// was closed last; 0 where there are no rows.
  std::uint64_t batch = 0;
  Interval interval;
  /// Everything that there is to show. Never null; shared by all sinks, none of which changes it.
  std::shared_ptr<const WordCounts> counts;
  /// Only what has changed with the last batch, for sinks that know the rest already. The same as
  /// `counts` but for totals; there each table is empty if no sink shows it.
  std::shared_ptr<const WordCounts> changed;
  /// What was read and counted since the emission before this one.
  std::uint64_t new_line_count = 0;
  std::uint64_t new_word_count = 0;
};

/// Behind the last emission of a batch that has an id.
struct BatchEnd {
  std::uint64_t batch = 0;
  /// Where the source goes on behind it, in all of its streams; null without a journal.
  std::shared_ptr<const Positions> positions = {};
};

}  // namespace wordstream
