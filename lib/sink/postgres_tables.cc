#include "sink/postgres_tables.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace wordstream {
namespace {

constexpr std::string_view kProgress = "wordstream_progress";
constexpr std::string_view kLongWords = "wordstream_long";
constexpr std::string_view kStatus = "wordstream_status";

std::string in_quotes(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + '"';
}

PostgresValue integer(std::uint64_t number) {
  return postgres_integer(static_cast<std::int64_t>(number));
}

template <class Integer>
Integer number_in(const std::string& text) {
  Integer number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

PostgresTables::PostgresTables(PostgresTable table, bool is_total)
    : schema_(std::move(table.schema)),
      name_(std::move(table.name)),
      is_total_(is_total),
      rows_(in_quotes(schema_) + "." + in_quotes(name_)),
      progress_(in_quotes(schema_) + "." + in_quotes(kProgress)),
      long_words_(in_quotes(schema_) + "." + in_quotes(kLongWords)),
      status_(in_quotes(schema_) + "." + in_quotes(kStatus)) {}

bool PostgresTables::is_progress(const std::vector<std::string>& row) {
  return row[0] == kProgress;
}

bool PostgresTables::is_long_words(const std::vector<std::string>& row) {
  return row[0] == kLongWords;
}

PostgresStatement PostgresTables::find() const {
  PostgresArray names(PostgresArray::Of::Texts);
  for (const std::string_view name : {std::string_view(name_), kProgress, kLongWords}) {
    names.add(name);
  }
  // Partitions and key columns in their order; a view or a foreign table is none of ours.
  return {
      "SELECT c.relname, CASE WHEN c.relkind IN ('r', 'p') THEN"
      " (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY "
      "a.attnum) FROM pg_catalog.pg_attribute a"
      " WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) END,"
      " (SELECT string_agg(a.attname, ' ' ORDER BY k.place)"
      " FROM pg_catalog.pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, place),"
      " pg_catalog.pg_attribute a WHERE i.indrelid = c.oid AND i.indisprimary"
      " AND a.attrelid = c.oid AND a.attnum = k.number)"
      " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
      " WHERE n.nspname = $1 AND c.relname = ANY ($2)",
      {postgres_text(schema_), names.value()}};
}

bool PostgresTables::is_ours(const std::vector<std::string>& row) const {
  const auto looks_as = [&](std::string_view columns, std::string_view key) {
    return row[1] == columns && row[2] == key;
  };
  if (is_progress(row)) {
    return looks_as(
        "table_name text, journal text, batch bigint, epoch bigint, host text, pid bigint, "
        "positions text, noted_at timestamp with time zone",
        "table_name");
  }
  if (is_long_words(row)) return looks_as("digest bytea, bytes bytea", "digest");
  if (is_total_) return looks_as("word text, bytes bytea, count bigint", "word bytes");
  return looks_as("start_ms bigint, end_ms bigint, word text, bytes bytea, count bigint",
                  "end_ms start_ms word bytes");
}

PostgresStatement PostgresTables::make_rows() const {
  constexpr std::string_view kWord =
      "word text COLLATE \"C\" NOT NULL, bytes bytea NOT NULL DEFAULT '', count bigint NOT NULL, ";
  // Totals are changed over and over: where a page has room for the new row beside the old one, the
  // key need not be written again, and 10,000 take half the time.
  if (is_total_) {
    return {fmt::format("CREATE TABLE {} ({}PRIMARY KEY (word, bytes)) WITH (fillfactor = 50)",
                        rows_, kWord)};
  }
  return {
      fmt::format("CREATE TABLE {} (start_ms bigint NOT NULL, end_ms bigint NOT NULL, {}"
                  "PRIMARY KEY (end_ms, start_ms, word, bytes))",
                  rows_, kWord)};
}

PostgresStatement PostgresTables::make_long_words() const {
  return {
      fmt::format("CREATE TABLE {} (digest bytea PRIMARY KEY, bytes bytea NOT NULL)", long_words_)};
}

PostgresStatement PostgresTables::make_progress() const {
  return {fmt::format(
      "CREATE TABLE {0} (table_name text COLLATE \"C\" PRIMARY KEY, journal text NOT NULL, "
      "batch bigint NOT NULL, epoch bigint NOT NULL, host text NOT NULL, pid bigint NOT NULL, "
      "positions text NOT NULL, noted_at timestamptz NOT NULL);"
      "CREATE OR REPLACE VIEW {1} AS SELECT table_name, journal, batch AS last_batch, noted_at "
      "FROM {0}",
      progress_, status_)};
}

PostgresStatement PostgresTables::read_progress(bool holds) const {
  return {fmt::format("SELECT journal, batch, epoch, host, pid, positions FROM {} "
                      "WHERE table_name = $1{}",
                      progress_, holds ? " FOR UPDATE NOWAIT" : ""),
          {postgres_text(name_)}};
}

StoreProgress PostgresTables::to_progress(const std::vector<std::string>& row) {
  return {.journal = row[0],
          .batch = number_in<std::uint64_t>(row[1]),
          .epoch = number_in<std::uint64_t>(row[2]),
          .process = {row[3], number_in<std::int64_t>(row[4])},
          .positions = row[5]};
}

PostgresStatement PostgresTables::take_over(const StoreProgress& found,
                                            const StoreProgress& ours) const {
  return {fmt::format("UPDATE {} SET journal = $5, batch = $6, epoch = $7, host = $8, pid = $9, "
                      "positions = $10, noted_at = clock_timestamp() WHERE table_name = $1 "
                      "AND journal = $2 AND batch = $3 AND epoch = $4 RETURNING batch",
                      progress_),
          {postgres_text(name_), postgres_text(found.journal), integer(found.batch),
           integer(found.epoch), postgres_text(ours.journal), integer(ours.batch),
           integer(ours.epoch), postgres_text(ours.process.host),
           postgres_integer(ours.process.pid), postgres_text(ours.positions)}};
}

PostgresStatement PostgresTables::begin_with(const StoreProgress& ours) const {
  return {fmt::format("INSERT INTO {} VALUES ($1, $2, $3, $4, $5, $6, $7, clock_timestamp()) "
                      "ON CONFLICT DO NOTHING RETURNING batch",
                      progress_),
          {postgres_text(name_), postgres_text(ours.journal), integer(ours.batch),
           integer(ours.epoch), postgres_text(ours.process.host),
           postgres_integer(ours.process.pid), postgres_text(ours.positions)}};
}

PostgresStatement PostgresTables::fence(const StoreProgress& ours) const {
  return {fmt::format("SELECT batch FROM {} WHERE table_name = $1 AND journal = $2 AND epoch = $3 "
                      "AND batch = $4 FOR UPDATE NOWAIT",
                      progress_),
          {postgres_text(name_), postgres_text(ours.journal), integer(ours.epoch),
           integer(ours.batch)}};
}

PostgresStatement PostgresTables::note(const StoreProgress& ours,
                                       const StoreProgress& progress) const {
  return {fmt::format("UPDATE {} SET batch = $5, positions = $6, noted_at = clock_timestamp() "
                      "WHERE table_name = $1 AND journal = $2 AND epoch = $3 AND batch = $4 "
                      "RETURNING batch",
                      progress_),
          {postgres_text(name_), postgres_text(progress.journal), integer(progress.epoch),
           integer(ours.batch), integer(progress.batch), postgres_text(progress.positions)}};
}

PostgresStatement end_predecessors(const std::string& journal, std::uint64_t epoch) {
  // A name is looked into only where it is one of ours.
  return {
      "SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity "
      "WHERE usename = session_user AND CASE WHEN application_name ~ "
      "('^wordstream ' || $1 || ' [0-9]+$') "
      "THEN split_part(application_name, ' ', 3)::numeric < $2 ELSE false END",
      {postgres_text(journal), integer(epoch)}};
}

PostgresStatement end_backend(int backend, const std::string& application) {
  return {
      "SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity "
      "WHERE usename = session_user AND pid = $1::int8 AND application_name = $2",
      {postgres_integer(backend), postgres_text(application)}};
}

}  // namespace wordstream
