#include "sink/sqlite_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "text/utf8.h"
#include "words/order.h"

namespace wordstream {
namespace {

/// More make a statement no faster.
constexpr std::size_t kRowsPerStatement = 64;
/// SQLite's limit for a row is a billion bytes.
constexpr std::size_t kWordBytesMax = 999'000'000;

struct Layout {
  std::string_view name;
  std::string_view columns;  ///< each with its place in the primary key
  std::string_view sql;
};

Layout layout_of(SqliteTable table) {
  switch (table) {
    case SqliteTable::Counts:
      return {"counts", "start_ms 2, end_ms 1, word 3, count 0",
              "CREATE TABLE counts ("
              "start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL, word TEXT NOT NULL, "
              "count INTEGER NOT NULL, PRIMARY KEY (end_ms, start_ms, word)) WITHOUT ROWID"};
    case SqliteTable::Totals:
      return {"totals", "word 1, count 0",
              "CREATE TABLE totals ("
              "word TEXT NOT NULL PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID"};
    case SqliteTable::Progress:
      break;
  }
  return {"wordstream_progress", "journal 1, batch 0, epoch 0",
          "CREATE TABLE wordstream_progress ("
          "journal TEXT NOT NULL PRIMARY KEY, batch INTEGER NOT NULL, epoch INTEGER NOT NULL) "
          "WITHOUT ROWID"};
}

/// The columns of a table as a Layout has them; empty where there is no such table.
Result<std::string> columns_of(Database& database, std::string_view table) {
  Result<Statement> query =
      database.prepare("SELECT name, pk FROM pragma_table_info(?) ORDER BY cid");
  if (!query) return fail(query);
  query->bind_text(1, table);
  std::string columns;
  while (true) {
    const Result<bool> row = query->step();
    if (!row) return fail(row);
    if (!*row) return columns;
    fmt::format_to(std::back_inserter(columns), "{}{} {}", columns.empty() ? "" : ", ",
                   query->bytes(0), query->integer(1));
  }
}

/// An INSERT of so many rows. The interval, where rows have one, comes once, as the first two
/// parameters.
std::string insert_sql(SqliteTable table, std::size_t row_count) {
  const bool has_interval = table == SqliteTable::Counts;
  std::string sql = fmt::format("INSERT OR REPLACE INTO {} VALUES ", layout_of(table).name);
  std::size_t parameter = has_interval ? 3 : 1;
  for (std::size_t row = 0; row < row_count; ++row, parameter += 2) {
    fmt::format_to(std::back_inserter(sql), "{}({}?{}, ?{})", row == 0 ? "" : ", ",
                   has_interval ? "?1, ?2, " : "", parameter, parameter + 1);
  }
  return sql;
}

}  // namespace

Result<bool> has_table(Database& database, SqliteTable table) {
  const Layout layout = layout_of(table);
  const Result<std::string> columns = columns_of(database, layout.name);
  if (!columns) return fail(columns);
  return *columns == layout.columns;
}

Status ensure_table(Database& database, SqliteTable table) {
  const Layout layout = layout_of(table);
  const Result<std::string> columns = columns_of(database, layout.name);
  if (!columns) return fail(columns);
  if (columns->empty()) return database.execute(layout.sql);
  if (*columns == layout.columns) return {};
  return fail(ErrorCode::BadData,
              fmt::format("{}: its table {} is not one of ours", database.path(), layout.name));
}

Result<std::optional<SqliteProgress>> read_progress(Database& database) {
  Result<Statement> query =
      database.prepare("SELECT journal, batch, epoch FROM wordstream_progress");
  if (!query) return fail(query);
  const Result<bool> row = query->step();
  if (!row) return fail(row);
  if (!*row) return std::optional<SqliteProgress>();
  SqliteProgress progress{std::string(query->bytes(0)),
                          static_cast<std::uint64_t>(query->integer(1)),
                          static_cast<std::uint64_t>(query->integer(2))};
  return std::optional(std::move(progress));
}

SqliteRows::SqliteRows(Statement many, Statement one, bool has_interval)
    : many_(std::move(many)), one_(std::move(one)), has_interval_(has_interval) {}

Result<SqliteRows> SqliteRows::prepare(Database& database, SqliteTable table) {
  Result<Statement> many = database.prepare(insert_sql(table, kRowsPerStatement));
  if (!many) return fail(many);
  Result<Statement> one = database.prepare(insert_sql(table, 1));
  if (!one) return fail(one);
  return SqliteRows(std::move(*many), std::move(*one), table == SqliteTable::Counts);
}

Status SqliteRows::write(const Interval& interval, std::vector<WordCount> rows) {
  // In the order of the key, which has texts before all other bytes, each row comes behind the
  // last.
  const auto others = std::partition(rows.begin(), rows.end(),
                                     [](const WordCount& row) { return is_valid_utf8(row.word); });
  std::vector<WordCount> bytes(others, rows.end());
  rows.erase(others, rows.end());
  if (Status written = write_some(interval, std::move(rows), true); !written) return written;
  return write_some(interval, std::move(bytes), false);
}

Status SqliteRows::write_some(const Interval& interval, std::vector<WordCount> rows,
                              bool are_texts) {
  order_by_word(rows);
  std::size_t at = 0;
  for (; rows.size() - at >= kRowsPerStatement; at += kRowsPerStatement) {
    const std::span some = std::span(rows).subspan(at, kRowsPerStatement);
    if (Status written = run(many_, interval, some, are_texts); !written) return written;
  }
  for (; at < rows.size(); ++at) {
    const std::span some = std::span(rows).subspan(at, 1);
    if (Status written = run(one_, interval, some, are_texts); !written) return written;
  }
  return {};
}

Status SqliteRows::run(Statement& statement, const Interval& interval,
                       std::span<const WordCount> rows, bool are_texts) {
  int parameter = 1;
  if (has_interval_) {
    statement.bind(parameter++, interval.start.time_since_epoch().count());
    statement.bind(parameter++, interval.end.time_since_epoch().count());
  }
  for (const WordCount& row : rows) {
    if (row.word.size() > kWordBytesMax) {
      return fail(ErrorCode::Io, fmt::format("a word of {} bytes is too long for SQLite; take a "
                                             "shorter --max-line",
                                             row.word.size()));
    }
    if (are_texts) {
      statement.bind_text(parameter++, row.word);
    } else {
      statement.bind_blob(parameter++, row.word);
    }
    statement.bind(parameter++, static_cast<std::int64_t>(row.count));
  }
  return statement.run();
}

}  // namespace wordstream
