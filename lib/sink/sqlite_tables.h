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
#include "words/word_counts.h"

namespace wordstream {

enum class SqliteTable {
  Counts,   ///< a row for each word of each batch or window
  Totals,   ///< a row for each word
  Progress  ///< the only row: how far the only journal has come
};

/// Whether there is a table with our name and our columns.
Result<bool> has_table(Database& database, SqliteTable table);
/// Makes the table where it is not there. Fails with BadData where it has other columns than ours.
Status ensure_table(Database& database, SqliteTable table);

/// The row of wordstream_progress.
struct SqliteProgress {
  std::string journal;  ///< to_text() of its id
  std::uint64_t batch = 0;
  std::uint64_t epoch = 0;
};

/// Nothing where there is no row.
Result<std::optional<SqliteProgress>> read_progress(Database& database);

/// Fills one table, many rows a statement.
class SqliteRows {
 public:
  /// Requires: the table is there, and is not Progress. The database outlives this.
  static Result<SqliteRows> prepare(Database& database, SqliteTable table);

  /// Adds rows of different words, or puts them in the place of those that have the same key. They
  /// are ordered on the way. Fails as Database does, and with Io where a word is too long for it.
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
