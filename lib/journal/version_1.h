// What version 1 of the journal kept in other tables than this one: `meta`, which had the only
// position in it, and `sink`, whose marks were those of files. Read alone; docs/formats.md has
// them.
//
// A stream's name is what it was then, without a proof, and a mark's bytes are those numbers,
// behind the number of the form: sources and sinks know them (source/file_proof.h,
// sink/file_mark.h).
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "journal/meta_row.h"
#include "journal/records.h"
#include "journal/statements.h"
#include "model/positions.h"

namespace wordstream {

/// Of its position_count and `positions` the latter alone are set. Fails with BadData when it is
/// missing or damaged.
Result<MetaRow> read_meta_1(Statements& statements, Positions& positions);

/// All of them, by their names. Fails with BadData unless there are `count`, all undamaged.
Result<std::vector<SinkRecord>> read_sinks_1(Statements& statements, std::uint64_t count);

}  // namespace wordstream
