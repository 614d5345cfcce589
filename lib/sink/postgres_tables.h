// The tables of a PostgreSQL sink, as SQL. docs/postgresql.md shows them to their readers. Pure
// functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "env/postgres.h"
#include "sink/ledger.h"
#include "sink/postgres_target.h"

namespace wordstream {

/// One statement; without values it may be several.
struct PostgresStatement {
  std::string sql;
  std::vector<PostgresValue> values = {};
};

class PostgresTables {
 public:
  /// Requires: schema and name are not empty.
  PostgresTables(PostgresTable table, bool is_total);

  bool is_total() const { return is_total_; }
  /// `"schema"."counts"`, quoted.
  const std::string& rows() const { return rows_; }
  const std::string& long_words() const { return long_words_; }

  /// Asks which of the three tables there are, and how they look: a row each.
  PostgresStatement find() const;
  /// Whether a row of find()'s answer is the table of rows, that of progress or that of long words.
  bool is_rows(const std::vector<std::string>& row) const { return row[0] == name_; }
  static bool is_progress(const std::vector<std::string>& row);
  static bool is_long_words(const std::vector<std::string>& row);
  /// Whether such a row has our columns and key.
  bool is_ours(const std::vector<std::string>& row) const;

  PostgresStatement make_rows() const;
  PostgresStatement make_long_words() const;
  /// Progress, and the view of it.
  PostgresStatement make_progress() const;

  /// Its answer is a row for to_progress(), or none. `holds`: nobody changes it until the
  /// transaction has ended; who would have to wait for others fails at once.
  PostgresStatement read_progress(bool holds) const;
  static StoreProgress to_progress(const std::vector<std::string>& row);
  /// Puts `ours` in the place of `found`, or where there is none. Its answer has a row where that
  /// was so.
  PostgresStatement take_over(const StoreProgress& found, const StoreProgress& ours) const;
  PostgresStatement begin_with(const StoreProgress& ours) const;
  /// Holds the progress where it is that of this journal, epoch and batch; else its answer has no
  /// row.
  PostgresStatement fence(const StoreProgress& ours) const;
  /// Sets it, on the same condition.
  PostgresStatement note(const StoreProgress& ours, const StoreProgress& progress) const;
  PostgresStatement clear() const { return {"DELETE FROM " + rows_}; }

 private:
  std::string schema_;  // as it stands
  std::string name_;
  bool is_total_;
  std::string rows_;  // quoted
  std::string progress_;
  std::string long_words_;
  std::string status_;
};

/// Ends the connections of this role that earlier runs with this journal have left.
PostgresStatement end_predecessors(const std::string& journal, std::uint64_t epoch);
/// Ends one of them, of this very run.
PostgresStatement end_backend(int backend, const std::string& application);

}  // namespace wordstream
