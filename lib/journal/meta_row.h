// The one row of the table `meta`: what a journal is, and how far it has come.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "journal/statements.h"
#include "model/progress.h"

namespace wordstream {

struct MetaRow {
  JournalId id;
  std::string job;                   ///< the fingerprint
  std::uint64_t epoch = 0;           ///< of the opening that wrote this
  Label began;                       ///< when the first batch begins
  std::uint64_t first_kept = 1;      ///< the first batch that is still there; last_batch + 1: none
  std::uint64_t last_batch = 0;      ///< the greatest id ever given
  std::optional<Label> last_end;     ///< of the last closed batch
  std::uint64_t opening_count = 0;   ///< rows of `opening`
  std::uint64_t position_count = 0;  ///< streams that have one
  std::uint64_t sink_count = 0;
  /// Of the base of totals: its number, 0 while there is none; the last batch that is in it.
  std::uint64_t base_number = 0;
  std::uint64_t base_through = 0;
  std::uint64_t base_chunk_count = 0;
};

/// Fails with BadData when it is missing or damaged.
Result<MetaRow> read_meta(Statements& statements);

/// The epoch alone, as it stands on the disk.
Result<std::uint64_t> read_epoch(Statements& statements);

Status write_meta(Statements& statements, const MetaRow& row);

/// A number that is kept for a time, and back.
inline std::uint64_t number_of(Label label) {
  return static_cast<std::uint64_t>(label.time_since_epoch().count());
}
inline Label label_of(std::uint64_t number) {
  return Label(Millis(static_cast<std::int64_t>(number)));
}

/// "PATH: WHAT is damaged ..."
tl::unexpected<Error> fail_damaged(const Statements& statements, std::string_view what);

}  // namespace wordstream
