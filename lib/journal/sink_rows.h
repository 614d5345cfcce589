// The tables `sink` and `sink_format`: the sinks that a journal knows, and how far each has come.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "journal/records.h"
#include "journal/statements.h"

namespace wordstream {

/// All of them, by their names. Fails with BadData unless there are `count`, all undamaged.
Result<std::vector<SinkRecord>> read_sinks(Statements& statements, std::uint64_t count);

/// The formats of one sink, in their order.
Result<std::vector<FormatSpan>> read_formats(Statements& statements, const std::string& sink);

/// Writes how far a sink has come. Its formats are those that write_sink() has written.
Status write_mark(Statements& statements, const SinkRecord& sink);

/// Writes a sink with its formats in place of what there was of it.
Status write_sink(Statements& statements, const SinkRecord& sink);

Status remove_sink(Statements& statements, const SinkRecord& sink);

}  // namespace wordstream
