// The table `position`: where the source goes on, a row for each of its streams.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "journal/statements.h"
#include "model/positions.h"

namespace wordstream {

/// All of them. Fails with BadData unless there are `count`, all undamaged.
Result<Positions> read_positions(Statements& statements, std::uint64_t count);

/// Writes the rows of the streams that `change` names, and removes those of streams that are over.
/// `known` is what the table holds, `count` the number of its rows, which becomes what it is then.
Status write_moves(Statements& statements, const Positions& known, const Positions& change,
                   std::uint64_t& count);

}  // namespace wordstream
