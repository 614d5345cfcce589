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
  if (table == SqliteTable::Counts) {
    return {"counts", "start_ms 2, end_ms 1, word 3, count 0",
            "CREATE TABLE counts ("
            "start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL, word TEXT NOT NULL, "
            "count INTEGER NOT NULL, PRIMARY KEY (end_ms, start_ms, word)) WITHOUT ROWID"};
  }
  return {"totals", "word 1, count 0",
          "CREATE TABLE totals ("
          "word TEXT NOT NULL PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID"};
}

constexpr std::string_view kProgressColumns1 = "journal 1, batch 0, epoch 0";
constexpr std::string_view kProgressColumns =
    "journal 1, batch 0, epoch 0, host 0, pid 0, positions 0";
constexpr std::string_view kMakeProgress1 =
    "CREATE TABLE wordstream_progress ("
    "journal TEXT NOT NULL PRIMARY KEY, batch INTEGER NOT NULL, epoch INTEGER NOT NULL) "
    "WITHOUT ROWID";
constexpr std::string_view kAddToProgress1 =
    "ALTER TABLE wordstream_progress ADD COLUMN host TEXT NOT NULL DEFAULT ''; "
    "ALTER TABLE wordstream_progress ADD COLUMN pid INTEGER NOT NULL DEFAULT 0; "
    "ALTER TABLE wordstream_progress ADD COLUMN positions TEXT NOT NULL DEFAULT ''";

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
std::string insert_sql(SqliteTable table, SqliteRows::Keys keys, std::size_t row_count) {
  const bool has_interval = table == SqliteTable::Counts;
  const bool replaces = table == SqliteTable::Totals || keys == SqliteRows::Keys::Replaced;
  std::string sql =
      fmt::format("INSERT {}INTO {} VALUES ", replaces ? "OR REPLACE " : "", layout_of(table).name);
  std::size_t parameter = has_interval ? 3 : 1;
  for (std::size_t row = 0; row < row_count; ++row, parameter += 2) {
    fmt::format_to(std::back_inserter(sql), "{}({}?{}, ?{})", row == 0 ? "" : ", ",
                   has_interval ? "?1, ?2, " : "", parameter, parameter + 1);
  }
  return sql;
}

tl::unexpected<Error> not_ours(const Database& database, std::string_view table) {
  return fail(ErrorCode::BadData,
              fmt::format("{}: its table {} is not one of ours", database.path(), table));
}

}  // namespace

Status ensure_table(Database& database, SqliteTable table) {
  const Layout layout = layout_of(table);
  const Result<std::string> columns = columns_of(database, layout.name);
  if (!columns) return fail(columns);
  if (columns->empty()) return database.execute(layout.sql);
  if (*columns == layout.columns) return {};
  return not_ours(database, layout.name);
}

Result<ProgressTable> find_progress_table(Database& database) {
  const Result<std::string> columns = columns_of(database, "wordstream_progress");
  if (!columns) return fail(columns);
  if (columns->empty()) return ProgressTable::None;
  if (*columns == kProgressColumns1) return ProgressTable::Version1;
  return *columns == kProgressColumns ? ProgressTable::Ours : ProgressTable::Foreign;
}

tl::unexpected<Error> not_ours(const Database& database) {
  return not_ours(database, "wordstream_progress");
}

Status ensure_progress_table(Database& database) {
  const Result<ProgressTable> table = find_progress_table(database);
  if (!table) return fail(table);
  switch (*table) {
    case ProgressTable::None: {
      Status made = database.execute(kMakeProgress1);
      return made ? database.execute(kAddToProgress1) : made;
    }
    case ProgressTable::Version1:
      return database.execute(kAddToProgress1);
    case ProgressTable::Ours:
      return {};
    case ProgressTable::Foreign:
      break;
  }
  return not_ours(database);
}

Result<std::optional<StoreProgress>> read_progress(Database& database, ProgressTable table) {
  const bool is_old = table == ProgressTable::Version1;
  Result<Statement> query = database.prepare(
      is_old ? "SELECT journal, batch, epoch, '', 0, '' FROM wordstream_progress"
             : "SELECT journal, batch, epoch, host, pid, positions FROM wordstream_progress");
  if (!query) return fail(query);
  const Result<bool> row = query->step();
  if (!row) return fail(row);
  if (!*row) return std::optional<StoreProgress>();
  return std::optional(StoreProgress{.journal = std::string(query->bytes(0)),
                                     .batch = static_cast<std::uint64_t>(query->integer(1)),
                                     .epoch = static_cast<std::uint64_t>(query->integer(2)),
                                     .process = {std::string(query->bytes(3)), query->integer(4)},
                                     .positions = std::string(query->bytes(5))});
}

Status write_progress(Database& database, const StoreProgress& progress) {
  if (Status gone = database.execute("DELETE FROM wordstream_progress"); !gone) return gone;
  Result<Statement> insert =
      database.prepare("INSERT INTO wordstream_progress VALUES (?, ?, ?, ?, ?, ?)");
  if (!insert) return fail(insert);
  insert->bind_text(1, progress.journal);
  insert->bind(2, static_cast<std::int64_t>(progress.batch));
  insert->bind(3, static_cast<std::int64_t>(progress.epoch));
  insert->bind_text(4, progress.process.host);
  insert->bind(5, progress.process.pid);
  insert->bind_text(6, progress.positions);
  return insert->run();
}

Result<Statement> prepare_note(Database& database) {
  return database.prepare(
      "UPDATE wordstream_progress SET batch = ?, positions = ? "
      "WHERE journal = ? AND epoch = ? RETURNING batch");
}

Result<bool> run_note(Statement& note, const StoreProgress& progress) {
  note.bind(1, static_cast<std::int64_t>(progress.batch));
  note.bind_text(2, progress.positions);
  note.bind_text(3, progress.journal);
  note.bind(4, static_cast<std::int64_t>(progress.epoch));
  Result<bool> row = note.step();
  if (!row || !*row) return row;
  if (const Status rest = note.run(); !rest) return fail(rest);
  return true;
}

SqliteRows::SqliteRows(Statement many, Statement one, bool has_interval)
    : many_(std::move(many)), one_(std::move(one)), has_interval_(has_interval) {}

Result<SqliteRows> SqliteRows::prepare(Database& database, SqliteTable table, Keys keys) {
  Result<Statement> many = database.prepare(insert_sql(table, keys, kRowsPerStatement));
  if (!many) return fail(many);
  Result<Statement> one = database.prepare(insert_sql(table, keys, 1));
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
