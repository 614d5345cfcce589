// What happens when a journal is opened: it is made, or held against what the run wants, and taken
// over, in one transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "journal/batch_rows.h"
#include "journal/meta_row.h"
#include "journal/records.h"
#include "journal/schema.h"
#include "journal/statements.h"

namespace wordstream {

/// How far two epochs that follow each other are apart at most.
constexpr std::uint64_t kEpochStepMax = std::uint64_t{1} << 20;

/// What a run wants of its journal.
struct Opening {
  std::string directory;  ///< an absolute path; made where it is missing
  /// Names the job: two runs with the same may go on from each other.
  std::string fingerprint;
  WallTime now;
  std::vector<WantedSink> sinks;
  JournalId new_id;          ///< drawn by chance; used when the journal is a new one
  std::uint64_t epoch_step;  ///< drawn by chance, from 1 to kEpochStepMax
  std::string advice = {};   ///< what else may help where the job is another one
};

/// What stands in a journal, but for positions and words.
struct JournalState {
  MetaRow meta;
  std::vector<SinkRecord> sinks;  ///< in the order wanted
  std::optional<BatchRow> open;   ///< the last batch, while it is open

  /// The closed batch with the greatest id; 0: there has been none.
  std::uint64_t last_closed() const { return open ? meta.last_batch - 1 : meta.last_batch; }
};

struct Opened {
  JournalState state;
  Positions positions;
  bool is_new = false;
  bool was_migrated = false;                 ///< it was of version 1
  std::vector<std::uint64_t> epochs_before;  ///< of the last openings, the smallest first
  /// Names of sinks that a journal of old did not know, or that are not wanted any more.
  std::vector<std::string> added_sinks;
  std::vector<SinkRecord> dropped_sinks;  ///< still in the journal
};

/// Makes the journal or takes it over: its epoch is a greater one, durably. Changes nothing when it
/// fails. Fails with BadData as Journal::open() says.
Result<Opened> open_state(Storage& storage, Statements& statements, const Opening& opening);

/// A journal as it stands there.
struct Kept {
  JournalState state;  ///< its sinks are in the order of their names
  Positions positions;
  std::vector<std::uint64_t> epochs;  ///< of its last openings, the smallest first
};

/// Reads what stands there, in the tables of `schema`. Fails with BadData when anything is missing
/// or damaged.
Result<Kept> read_kept(Statements& statements, Schema schema);

}  // namespace wordstream
