// The table `opening`: the epochs of the last openings of a journal, by which it tells what it has
// written itself from what a copy of it has.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "journal/statements.h"

namespace wordstream {

/// So many are remembered; of earlier ones it is only known that they were smaller.
constexpr std::uint64_t kOpeningsMax = 1000;

/// All of them, the smallest first. Fails with BadData unless there are `count`, all undamaged.
Result<std::vector<std::uint64_t>> read_openings(Statements& statements, std::uint64_t count);

/// Adds one that is greater than all, and forgets the smallest where there are too many. `count` is
/// the number of rows, and becomes what it is then.
Status add_opening(Statements& statements, std::uint64_t epoch, std::uint64_t& count);

}  // namespace wordstream
