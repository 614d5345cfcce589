// Words on their way into a PostgreSQL table, many rows a statement.
//
// A `text` of that server's holds neither bytes that are not UTF-8 nor NUL, and a row of an index
// at most 2,704 bytes. So a word that is longer than 600 bytes or that text cannot hold is shown,
// as print shows it and cut at 200 characters, and its exact bytes stand beside that: up to 1,500,
// or their SHA-256, with the whole in a table of its own. docs/postgresql.md has the query that
// gives them back.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sink/postgres_tables.h"
#include "sink/row_store.h"

namespace wordstream {

class PostgresRows {
 public:
  /// The tables outlive this.
  explicit PostgresRows(const PostgresTables& tables) : tables_(tables) {}

  /// Takes rows in. Requires: is_taken(). Their words live until it is again.
  void add(NewRows rows);
  /// A statement that is full; with `all`, one with what there is. Nothing when there is none: what
  /// is left then waits for more rows.
  std::optional<PostgresStatement> next(bool all);
  /// Whether nothing of what was taken in is needed any more.
  bool is_taken() const { return at_ == given_.rows.size(); }
  /// Forgets what is left.
  void clear();

 private:
  void clear_columns();
  bool is_full() const;
  void put(const WordCount& row, bool is_plain);
  PostgresStatement rows_together();
  PostgresStatement long_row(const WordCount& row) const;
  std::string insert(std::string_view columns, std::string_view select) const;

  const PostgresTables& tables_;
  NewRows given_ = {};  // plain ones, odd ones, long ones, each by word
  std::size_t odd_at_ = 0;
  std::size_t long_at_ = 0;
  std::size_t at_ = 0;
  // Rows of one emission or several, on their way: a column each.
  PostgresArray starts_{PostgresArray::Of::Integers};
  PostgresArray ends_{PostgresArray::Of::Integers};
  PostgresArray words_{PostgresArray::Of::Texts};
  PostgresArray bytes_{PostgresArray::Of::Bytes};
  PostgresArray counts_{PostgresArray::Of::Integers};
};

}  // namespace wordstream
