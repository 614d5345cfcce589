// Frames of counts: what a sender has counted by itself, batch by batch (docs/protocol.md):
//
//   counts  PRODUCER#BATCH SP ROWS
//
// The first of the rows is of the batch, START TAB END [TAB LINES [TAB LEFT_OUT TAB KEYLESS TAB
// CUT]], milliseconds since the epoch and numbers of lines; each of the others is WORD TAB COUNT,
// where tab, LF, CR and backslash in a word are \t, \n, \r and \\. A row ends with LF.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/counted.h"
#include "words/word_counts.h"

namespace wordstream {

struct CountKey {
  std::string_view producer;
  std::uint64_t batch;    ///< at most kCountBatchMax
  std::string_view rows;  ///< all that stands behind the key
};
/// The place behind it is one, too.
inline constexpr std::uint64_t kCountBatchMax = INT64_MAX - 1;
/// The words of one frame do not come more often, all together.
inline constexpr std::uint64_t kCountTotalMax = std::uint64_t{1} << 53;

/// Reads the key: nothing where there is none.
std::optional<CountKey> count_key_of(std::string_view data);

struct CountRows {
  std::int64_t start_ms = 0, end_ms = 0;
  std::uint64_t cut_line_count = 0;
  Counted counted = {};
};
/// Adds one of the rows.
void append_count_row(std::string& rows, const WordCount& row);

/// Reads the rows. Fails with BadData, and says which row is none.
Result<CountRows> parse_count_rows(std::string_view rows);

}  // namespace wordstream
