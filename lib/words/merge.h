// Several tables as one.
#pragma once

#include <memory>
#include <span>

#include "words/word_counts.h"
#include "words/word_hash.h"

namespace wordstream {

/// Each word with the sum of its counts. None of the tables is null. A single table is itself.
std::shared_ptr<const WordCounts> merge(std::span<const std::shared_ptr<const WordCounts>> tables,
                                        HashKey key);

}  // namespace wordstream
