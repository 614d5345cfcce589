PRAGMA page_size = 16384;
PRAGMA auto_vacuum = 2;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
  only              INTEGER PRIMARY KEY CHECK (only = 1),
  journal_id        BLOB    NOT NULL,
  job               TEXT    NOT NULL,
  epoch             INTEGER NOT NULL,
  began_ms          INTEGER NOT NULL,
  first_kept        INTEGER NOT NULL,
  last_batch        INTEGER NOT NULL,
  last_end_ms       INTEGER,
  stream            BLOB,
  byte_offset       INTEGER,
  place             INTEGER,
  sink_count        INTEGER NOT NULL,
  base_number       INTEGER NOT NULL,
  base_through      INTEGER NOT NULL,
  base_chunk_count  INTEGER NOT NULL,
  checksum          INTEGER NOT NULL
) STRICT;
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
CREATE TABLE sink (
  name      TEXT PRIMARY KEY,
  applied   INTEGER NOT NULL,
  device    INTEGER,
  inode     INTEGER,
  length    INTEGER,
  checksum  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
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
CREATE VIEW journal AS SELECT
  lower(hex(journal_id)) AS id,
  strftime('%Y-%m-%d %H:%M:%f', began_ms / 1000.0, 'unixepoch') AS began_utc,
  epoch, job, last_batch,
  strftime('%Y-%m-%d %H:%M:%f', last_end_ms / 1000.0, 'unixepoch') AS last_end_utc,
  base_through
FROM meta;
CREATE VIEW positions AS SELECT
  CASE WHEN CAST(stream AS TEXT) GLOB '*[^ -~]*' THEN hex(stream) ELSE CAST(stream AS TEXT) END
    AS stream,
  byte_offset,
  CASE place WHEN 0 THEN 'behind a line' WHEN 1 THEN 'behind a CR'
    WHEN 2 THEN 'inside a line' WHEN 3 THEN 'inside a cut line' END AS place
FROM meta WHERE stream IS NOT NULL;
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
  (SELECT CASE top WHEN -1 THEN format ELSE format || ', top ' || top END FROM sink_format
    WHERE sink_format.sink = sink.name ORDER BY first_batch DESC LIMIT 1) AS format,
  length AS file_bytes, inode, device
FROM sink;
COMMIT;
PRAGMA application_id = 2003792484;
PRAGMA user_version = 1;
