// Words on their way into a PostgreSQL table, many rows a statement.
//
// A `text` of that server's holds neither bytes that are not UTF-8 nor NUL, and a row of an index
// at most 2,704 bytes. So a word that is longer than 600 bytes or that text cannot hold is shown,
// as print shows it and cut at 200 characters, and its exact bytes stand beside that: up to 1,500,
// or their SHA-256, with the whole in a table of its own. docs/formats.md has the query that gives
// them back.
#pragma once

#include <optional>
#include <vector>

#include "sink/postgres_tables.h"
#include "sink/row_store.h"

namespace wordstream {

class PostgresRows {
 public:
  PostgresRows() = default;
  /// The tables outlive this, the words until all statements are made.
  PostgresRows(const PostgresTables& tables, NewRows rows);

  bool is_at_end() const { return at_ == rows_.size(); }
  /// Nothing when there are no more rows.
  std::optional<PostgresStatement> next();

 private:
  PostgresStatement plain_rows();
  PostgresStatement odd_rows();
  PostgresStatement long_row();
  PostgresStatement insert(std::string_view columns, std::string_view select,
                           std::vector<PostgresValue> values) const;

  const PostgresTables* tables_ = nullptr;
  Interval interval_ = {};
  bool may_be_there_ = false;
  std::vector<WordCount> rows_;  // plain ones, odd ones, long ones, each by word
  std::size_t odd_at_ = 0;
  std::size_t long_at_ = 0;
  std::size_t at_ = 0;
};

}  // namespace wordstream
