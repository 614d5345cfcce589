// What a sink is given for one batch or window.
#pragma once

#include <cstdint>
#include <memory>

#include "model/batch.h"
#include "words/word_counts.h"

namespace wordstream {

struct Emission {
  /// 1, 2, 3 … for the batches of a run that hold lines or give rows to an emission: the one that
  /// was closed last; 0 where there are no rows.
  std::uint64_t batch = 0;
  Interval interval;
  std::shared_ptr<const WordCounts> counts;  ///< shared by all sinks; none of them changes it
  /// What was read and counted since the emission before this one.
  std::uint64_t new_line_count = 0;
  std::uint64_t new_word_count = 0;
};

}  // namespace wordstream
