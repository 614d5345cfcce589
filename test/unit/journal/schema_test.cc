// What a learner sees who opens a stopped journal with sqlite3.
#include "journal/schema.h"

#include <sstream>
#include <string>

#include "catch.h"
#include "unit/journal/checkpoint.h"

using namespace wordstream;

namespace {

/// A journal of a closed and an open batch, and two sinks.
void fill(Checkpoint& checkpoint) {
  Opening opening = checkpoint.opening();
  opening.sinks = {{"stdout", "print", 10}, {"file:/out", "tsv", static_cast<std::size_t>(-1)}};
  const auto journal = checkpoint.open(opening);
  Record record = batch(1, counts("to=2 be=1"));
  record.positions.set(position(9));
  record.marks = {{1, SinkMark{1, "place", "3 bytes of inode 2"}}};
  write(*journal, record);
  write(*journal, open_slice(2, counts("or=1")));
}

}  // namespace

TEST_CASE("the view of positions tells where the source goes on", "[journal]") {
  Checkpoint checkpoint;
  checkpoint.open().reset();
  const char* sql = "SELECT stream || ' ' || byte_offset || ' ' || place FROM positions";
  CHECK(checkpoint.query(sql).empty());
  fill(checkpoint);
  CHECK(checkpoint.query(sql) == "file:/x 9 behind a line\n");
  Position strange = position(1, Position::Place::InsideLine);
  strange.stream = std::make_shared<const Stream>(Stream{"\x01\xff", ""});
  Positions change(strange);
  change.set_over({"x", ""});
  write(*checkpoint.open(), {.positions = change});
  CHECK(checkpoint.query(sql) == "01FF 1 inside a line\n");
}

TEST_CASE("the view of batches has their times as text", "[journal]") {
  Checkpoint checkpoint;
  fill(checkpoint);
  CHECK(checkpoint.query("SELECT id || ' ' || start_utc || ' ' || end_utc || ' ' || state || ' ' "
                         "|| words || ' ' || different_words FROM batches ORDER BY id") ==
        "1 2013-01-01 02:47:10.000 2013-01-01 02:47:11.000 closed 3 2\n"
        "2 2013-01-01 02:47:11.000 2013-01-01 02:47:12.000 open 1 1\n");
}

TEST_CASE("the view of marks tells what waits for a sink", "[journal]") {
  Checkpoint checkpoint;
  fill(checkpoint);
  CHECK(checkpoint.query(
            "SELECT sink || ' ' || applied || ' ' || pending || ' ' || format || ' ' "
            "|| coalesce(file_bytes, '-') || ' ' || coalesce(mark, '-') FROM marks ORDER BY "
            "sink") ==
        "file:/out 1 0 tsv 3 3 bytes of inode 2\n"
        "stdout 0 1 print, top 10 - -\n");
}

TEST_CASE("the view of the journal tells whose it is", "[journal]") {
  Checkpoint checkpoint;
  fill(checkpoint);
  CHECK(checkpoint.query("SELECT id || ' ' || job || ' ' || epoch || ' ' || last_batch FROM "
                         "journal") == "01020300000000000000000000000000 job 1 2\n");
}

TEST_CASE("a journal is laid out as its version says", "[journal]") {
  Checkpoint checkpoint;
  checkpoint.open().reset();
  CHECK(checkpoint.query("PRAGMA application_id") == "2003792484\n");
  CHECK(checkpoint.query("PRAGMA user_version") == "2\n");
  CHECK(checkpoint.query("PRAGMA page_size") == "16384\n");
  CHECK(checkpoint.query("PRAGMA auto_vacuum") == "2\n");
  CHECK(checkpoint.query("PRAGMA journal_mode") == "delete\n");
}

TEST_CASE("docs/formats.md explains every column of every table", "[journal]") {
  const std::string all = cli::read_file(WORDSTREAM_SOURCE_DIR "/docs/formats.md");
  const std::string docs = all.substr(all.find("### Its tables"));
  Checkpoint checkpoint;
  checkpoint.open().reset();
  std::istringstream columns(checkpoint.query(
      "SELECT t.name || ' ' || c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c "
      "WHERE t.type = 'table'"));
  int column_count = 0;
  for (std::string table, column; columns >> table >> column; ++column_count) {
    const std::size_t row = docs.find("\n| `" + table + "` |");
    INFO(table << "." << column);
    REQUIRE(row != std::string::npos);
    const std::string text = docs.substr(row + 1, docs.find('\n', row + 1) - row);
    CHECK(text.find("`" + column + "`") != std::string::npos);
  }
  CHECK(column_count > 40);
}
