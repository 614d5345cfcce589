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
#include "journal/statements.h"

namespace wordstream {

/// What a run wants of its journal.
struct Opening {
  std::string directory;  ///< an absolute path; made where it is missing
  /// Names the job: two runs with the same may go on from each other.
  std::string fingerprint;
  WallTime now;
  std::vector<WantedSink> sinks;
  JournalId new_id;  ///< drawn by chance; used when the journal is a new one
};

/// What stands in a journal, but for the words.
struct JournalState {
  MetaRow meta;
  std::vector<SinkRecord> sinks;  ///< in the order wanted
  std::optional<BatchRow> open;   ///< the last batch, while it is open

  /// The closed batch with the greatest id; 0: there has been none.
  std::uint64_t last_closed() const { return open ? meta.last_batch - 1 : meta.last_batch; }
};

struct Opened {
  JournalState state;
  bool is_new = false;
  /// Names of sinks that a journal of old did not know, or that are not wanted any more.
  std::vector<std::string> added_sinks;
  std::vector<std::string> dropped_sinks;
};

/// Makes the journal or takes it over: its epoch is one more, durably. Changes nothing when it
/// fails. Fails with BadData as Journal::open() says.
Result<Opened> open_state(Storage& storage, Statements& statements, const Opening& opening);

/// Reads what stands there. Fails with BadData when anything is missing or damaged. The sinks are
/// in the order of their names.
Result<JournalState> read_state(Statements& statements);

}  // namespace wordstream
