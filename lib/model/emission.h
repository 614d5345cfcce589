// What a sink is given for one batch.
#pragma once

#include <cstdint>
#include <memory>

#include "model/batch.h"
#include "words/word_counts.h"

namespace wordstream {

struct Emission {
  std::uint64_t batch = 0;  ///< the batch's id
  Interval interval;
  std::shared_ptr<const WordCounts> counts;  ///< shared by all sinks; none of them changes it
};

}  // namespace wordstream
