// The tables of a SQLite sink, and how they are filled. docs/formats.md shows them to their
// readers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "env/database.h"
#include "model/batch.h"
#include "sink/ledger.h"
#include "words/word_counts.h"

namespace wordstream {

/// Of rows.
enum class SqliteTable {
  Counts,  ///< a row for each word of each batch or window
  Totals   ///< a row for each word
};

/// Makes the table where it is not there. Fails with BadData where it has other columns than ours.
Status ensure_table(Database& database, SqliteTable table);

/// wordstream_progress, which has one row: how far the only journal has come.
enum class ProgressTable {
  None,
  Version1,  ///< journal, batch and epoch alone, as versions before 0.2 have made it
  Ours,
  Foreign  ///< somebody else's, of the same name
};
Result<ProgressTable> find_progress_table(Database& database);
/// That it is somebody else's.
tl::unexpected<Error> not_ours(const Database& database);
/// Makes it, or gives it the columns that it lacks. Fails as ensure_table().
Status ensure_progress_table(Database& database);

/// Nothing where there is no row. Requires: it is Ours, or of version 1.
Result<std::optional<StoreProgress>> read_progress(Database& database, ProgressTable table);
/// Makes it the only row. Requires: the table is Ours.
Status write_progress(Database& database, const StoreProgress& progress);
/// A statement for run_note(). Requires: as before.
Result<Statement> prepare_note(Database& database);
/// Sets batch and positions where journal and epoch are those of `progress`; returns whether they
/// were.
Result<bool> run_note(Statement& note, const StoreProgress& progress);

/// Fills one table, many rows a statement.
class SqliteRows {
 public:
  /// Rows whose keys are there: of totals, and where it is asked for, they are replaced.
  enum class Keys { New, Replaced };

  /// Requires: the table is there. The database outlives this.
  static Result<SqliteRows> prepare(Database& database, SqliteTable table, Keys keys);

  /// Adds rows of different words, which are ordered on the way. Fails as Database does, with
  /// AlreadyThere where a key should be new and is not, and with Io where a word is too long.
  Status write(const Interval& interval, std::vector<WordCount> rows);

 private:
  SqliteRows(Statement many, Statement one, bool has_interval);

  Status write_some(const Interval& interval, std::vector<WordCount> rows, bool are_texts);
  Status run(Statement& statement, const Interval& interval, std::span<const WordCount> rows,
             bool are_texts);

  Statement many_;
  Statement one_;
  bool has_interval_;
};

}  // namespace wordstream
