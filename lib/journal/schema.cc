#include "journal/schema.h"

#include <fmt/format.h>

namespace wordstream {
namespace {

// Never change these, nor what they stand for.
constexpr std::uint64_t kApplicationId = 0x776f7264;  // "word"
constexpr std::uint64_t kVersion = 2;

// The tables that are what they were in version 1.
constexpr const char* kLastingTables = R"sql(
CREATE TABLE batch (
  id           INTEGER PRIMARY KEY,
  start_ms     INTEGER NOT NULL,
  end_ms       INTEGER NOT NULL,
  is_partial   INTEGER NOT NULL,
  is_open      INTEGER NOT NULL,
  ends_run     INTEGER NOT NULL,
  line_count   INTEGER NOT NULL,
  byte_count   INTEGER NOT NULL,
  word_count   INTEGER NOT NULL,
  row_count    INTEGER NOT NULL,
  slice_count  INTEGER NOT NULL,
  chunk_count  INTEGER NOT NULL,
  checksum     INTEGER NOT NULL
) STRICT;

CREATE TABLE counts (
  batch     INTEGER NOT NULL,
  slice     INTEGER NOT NULL,
  chunk     INTEGER NOT NULL,
  checksum  INTEGER NOT NULL,
  bytes     BLOB    NOT NULL,
  PRIMARY KEY (batch, slice, chunk)
) STRICT;

CREATE TABLE sink_format (
  sink         TEXT    NOT NULL,
  first_batch  INTEGER NOT NULL,
  format       TEXT    NOT NULL,
  top          INTEGER NOT NULL,
  PRIMARY KEY (sink, first_batch)
) STRICT, WITHOUT ROWID;

CREATE TABLE base (
  number    INTEGER NOT NULL,
  chunk     INTEGER NOT NULL,
  checksum  INTEGER NOT NULL,
  bytes     BLOB    NOT NULL,
  PRIMARY KEY (number, chunk)
) STRICT;
)sql";

constexpr const char* kTables = R"sql(
CREATE TABLE meta (
  only              INTEGER PRIMARY KEY CHECK (only = 1),
  journal_id        BLOB    NOT NULL,
  job               TEXT    NOT NULL,
  epoch             INTEGER NOT NULL,
  began_ms          INTEGER NOT NULL,
  first_kept        INTEGER NOT NULL,
  last_batch        INTEGER NOT NULL,
  last_end_ms       INTEGER,
  opening_count     INTEGER NOT NULL,
  position_count    INTEGER NOT NULL,
  sink_count        INTEGER NOT NULL,
  base_number       INTEGER NOT NULL,
  base_through      INTEGER NOT NULL,
  base_chunk_count  INTEGER NOT NULL,
  checksum          INTEGER NOT NULL
) STRICT;

CREATE TABLE opening (
  epoch     INTEGER PRIMARY KEY,
  checksum  INTEGER NOT NULL
) STRICT;

CREATE TABLE position (
  stream       BLOB    PRIMARY KEY,
  title        TEXT    NOT NULL,
  byte_offset  INTEGER NOT NULL,
  place        INTEGER NOT NULL,
  proof        BLOB    NOT NULL,
  checksum     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sink (
  name      TEXT PRIMARY KEY,
  applied   INTEGER NOT NULL,
  mark      BLOB    NOT NULL,
  title     TEXT    NOT NULL,
  checksum  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

// Without it are journals of this version that were written before 0.2 was finished.
constexpr const char* kClockSteps = R"sql(
CREATE TABLE IF NOT EXISTS clock_step (
  batch    INTEGER PRIMARY KEY,
  step_ms  INTEGER NOT NULL
) STRICT;
)sql";

constexpr const char* kViews = R"sql(
CREATE VIEW journal AS SELECT
  lower(hex(journal_id)) AS id,
  strftime('%Y-%m-%d %H:%M:%f', began_ms / 1000.0, 'unixepoch') AS began_utc,
  epoch, job, last_batch,
  strftime('%Y-%m-%d %H:%M:%f', last_end_ms / 1000.0, 'unixepoch') AS last_end_utc,
  base_through
FROM meta;

CREATE VIEW positions AS SELECT
  CASE title WHEN '' THEN hex(stream) ELSE title END AS stream,
  byte_offset,
  CASE place WHEN 0 THEN 'behind a line' WHEN 1 THEN 'behind a CR'
    WHEN 2 THEN 'inside a line' WHEN 3 THEN 'inside a cut line'
    WHEN 4 THEN 'at a record' END AS place
FROM position;

CREATE VIEW batches AS SELECT
  id,
  strftime('%Y-%m-%d %H:%M:%f', start_ms / 1000.0, 'unixepoch') AS start_utc,
  strftime('%Y-%m-%d %H:%M:%f', end_ms / 1000.0, 'unixepoch') AS end_utc,
  CASE is_open WHEN 1 THEN 'open' ELSE 'closed' END AS state,
  line_count AS lines, byte_count AS bytes, word_count AS words, row_count AS different_words,
  start_ms, end_ms
FROM batch;

CREATE VIEW marks AS SELECT
  name AS sink,
  applied,
  (SELECT count(*) FROM batch WHERE id > applied AND NOT is_open) AS pending,
  (SELECT CASE WHEN top = -1 THEN nullif(format, '') WHEN format = '' THEN 'top ' || top
    ELSE format || ', top ' || top END FROM sink_format
    WHERE sink_format.sink = sink.name ORDER BY first_batch DESC LIMIT 1) AS format,
  CASE WHEN name LIKE 'file:%' AND title <> '' THEN CAST(title AS INTEGER) END AS file_bytes,
  CASE title WHEN '' THEN NULL ELSE title END AS mark
FROM sink;
)sql";

tl::unexpected<Error> fail_foreign(const std::string& path) {
  return fail(
      ErrorCode::BadData,
      fmt::format("{} is a database, but no journal of wordstream; name another checkpoint", path));
}

}  // namespace

Result<Schema> find_schema(Statements& statements) {
  const auto application = statements.number("PRAGMA application_id");
  if (!application) return fail(application);
  const auto version = statements.number("PRAGMA user_version");
  if (!version) return fail(version);
  if (*application == kApplicationId && *version == kVersion) return Schema::Journal;
  if (*application == kApplicationId && *version == 1) return Schema::Version1;
  if (*application == kApplicationId) {
    return fail(ErrorCode::BadData,
                fmt::format("{} is a journal of version {}, and this program knows version {}; "
                            "use the program that wrote it, or name another checkpoint",
                            statements.path(), *version, kVersion));
  }
  const auto table_count = statements.number("SELECT count(*) FROM sqlite_schema");
  if (!table_count) return fail(table_count);
  if (*application != 0 || *version != 0 || *table_count != 0) {
    return fail_foreign(statements.path());
  }
  return Schema::None;
}

Status set_pragmas(Statements& statements) {
  // EXCLUSIVE: the rollback journal stays, and its end is a synced write of zeros: with NORMAL it
  // would be an unlink that a power loss may take back, and the commit with it.
  // secure_delete: zeroing what is pruned would cost as much as writing it.
  // cache: a second of different words is a few MB; what does not fit is synced twice.
  // temp_store: nothing of ours in /tmp.
  return statements.execute(
      "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;"
      "PRAGMA secure_delete = OFF; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;"
      "PRAGMA trusted_schema = OFF");
}

Status prepare_file(Statements& statements) {
  return statements.execute("PRAGMA page_size = 16384; PRAGMA auto_vacuum = INCREMENTAL");
}

Status create_schema(Statements& statements) {
  return statements.execute(
      fmt::format("{}{}{}{}PRAGMA application_id = {}; PRAGMA user_version = {}", kLastingTables,
                  kTables, kClockSteps, kViews, kApplicationId, kVersion));
}

Status replace_tables_1(Statements& statements) {
  return statements.execute(
      fmt::format("DROP VIEW journal; DROP VIEW positions; DROP VIEW batches; DROP VIEW marks;"
                  "DROP TABLE meta; DROP TABLE sink;{}{}{}PRAGMA user_version = {}",
                  kTables, kClockSteps, kViews, kVersion));
}

Status add_clock_steps(Statements& statements) { return statements.execute(kClockSteps); }

}  // namespace wordstream
