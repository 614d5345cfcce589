// Nothing damaged is ever half used.
#include <fmt/format.h>

#include "catch.h"
#include "journal/inspection.h"
#include "unit/journal/checkpoint.h"

using namespace wordstream;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// The bytes of a journal of two closed batches, the clock set before one, and an open one, with a
/// base, a position and marks.
std::string make_whole() {
  Checkpoint checkpoint;
  auto journal = checkpoint.open();
  Record first = batch(1, counts("to=2 be=1"));
  first.positions.set(position(5));
  first.slice->interval.clock_step = Millis(1000);
  write(*journal, first);
  write(*journal, open_slice(2, many_counts(1'500'000)));
  write(*journal, batch(2, counts("or=1")));
  Record third = open_slice(3, counts("not=1"));
  third.marks = {{0, SinkMark{1, "place", "title"}}};
  write(*journal, third);
  REQUIRE(journal->begin_base(1).has_value());
  REQUIRE(journal->add_to_base("the first").has_value());
  REQUIRE(journal->add_to_base("the second").has_value());
  REQUIRE(journal->switch_base().has_value());
  journal.reset();
  return cli::read_file(checkpoint.path());
}

const std::string& whole() {
  static const std::string bytes = make_whole();
  return bytes;
}

/// Puts it into a checkpoint.
void fill(Checkpoint& checkpoint) {
  REQUIRE(checkpoint.storage().make_directory(checkpoint.directory()).has_value());
  checkpoint.folder().write("state/journal.db", whole());
}

/// Opens a journal and reads all of it; the first error, or none.
Status read_all(Checkpoint& checkpoint) {
  const auto journal = checkpoint.try_open(checkpoint.opening());
  if (!journal) return fail(journal);
  for (std::uint64_t id = (*journal)->first_kept(); id <= (*journal)->last_batch(); ++id) {
    const Result<StoredBatch> stored = (*journal)->read(id);
    if (!stored) return fail(stored);
  }
  return (*journal)->read_base([](std::string_view) {});
}

void check_refused(Checkpoint& checkpoint, std::string_view what) {
  const auto inspection = inspect_journal(checkpoint.storage(), checkpoint.directory());
  REQUIRE_FALSE(inspection.has_value());
  CHECK(inspection.error().code == ErrorCode::BadData);
  const Status status = read_all(checkpoint);
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().code == ErrorCode::BadData);
  CAPTURE(status.error().message);
  CHECK(has(status.error().message, checkpoint.path()));
  CHECK(has(status.error().message, what));
}

struct Damage {
  const char* sql;
  const char* what;  // as it is named
};

}  // namespace

TEST_CASE("an undamaged journal is read", "[journal]") {
  Checkpoint checkpoint;
  fill(checkpoint);
  CHECK(inspect_journal(checkpoint.storage(), checkpoint.directory()).has_value());
  CHECK(read_all(checkpoint).has_value());
}

TEST_CASE("a value that was changed in any column is found", "[journal]") {
  struct Table {
    const char* name;
    const char* row;
    std::vector<const char*> columns;
  };
  const Table table = GENERATE(values<Table>(
      {{"meta",
        "only = 1",
        {"epoch", "began_ms", "first_kept", "last_batch", "last_end_ms", "opening_count",
         "position_count", "sink_count", "base_number", "base_through", "base_chunk_count",
         "checksum"}},
       {"batch",
        "id = 2",
        {"start_ms", "end_ms", "is_partial", "is_open", "ends_run", "line_count", "byte_count",
         "word_count", "row_count", "slice_count", "chunk_count", "checksum"}},
       {"clock_step", "batch = 1", {"batch", "step_ms"}},
       {"counts", "batch = 2 AND slice = 1 AND chunk = 2", {"batch", "slice", "chunk", "checksum"}},
       {"position", "stream = x'78'", {"byte_offset", "place", "checksum"}},
       {"sink", "applied = 1", {"applied", "checksum"}},
       {"sink_format", "sink = 'stdout'", {"first_batch", "top"}},
       {"base", "chunk = 2", {"number", "chunk", "checksum"}}}));
  for (const char* column : table.columns) {
    Checkpoint checkpoint;
    fill(checkpoint);
    checkpoint.run(
        fmt::format("UPDATE {0} SET {1} = 7 - {1} WHERE {2}", table.name, column, table.row));
    INFO(table.name << "." << column);
    check_refused(checkpoint, "");
  }
}

TEST_CASE("damage is named", "[journal]") {
  const Damage damage = GENERATE(values<Damage>({
      {"UPDATE meta SET job = 'joy'", "its first row is not what was written"},
      {"UPDATE meta SET journal_id = zeroblob(16)", "its first row"},
      {"UPDATE position SET stream = x'00'", "the position in file:/x"},
      {"UPDATE position SET title = ''", "the position in "},
      {"UPDATE position SET proof = x'00'", "the position in file:/x"},
      {"DELETE FROM position", "the list of positions"},
      {"UPDATE opening SET epoch = 7", "the list of openings"},
      {"DELETE FROM opening", "the list of openings"},
      {"UPDATE sink SET mark = x'00'", "the sink stdout"},
      {"UPDATE sink SET title = ''", "the sink stdout"},
      {"DELETE FROM meta", "its first row"},
      {"DELETE FROM batch WHERE id = 1", "the list of batches, 1 to 3,"},
      {"DELETE FROM batch WHERE id = 2", "the list of batches"},
      {"UPDATE batch SET id = 4 WHERE id = 3", "the list of batches"},
      {"UPDATE batch SET line_count = 7 WHERE id = 2", "batch 2"},
      {"DELETE FROM clock_step", "batch 1 is not what was written"},
      {"DROP TABLE clock_step", "batch 1 is not what was written"},
      {"UPDATE counts SET bytes = x'0261620163' WHERE batch = 1", "batch 1, slice 1, chunk 1"},
      {"UPDATE counts SET checksum = 0 WHERE batch = 2 AND slice = 1 AND chunk = 2",
       "batch 2, slice 1, chunk 2"},
      {"DELETE FROM counts WHERE batch = 1", "batch 1, of which a part is missing,"},
      {"DELETE FROM counts WHERE batch = 2 AND chunk = 2", "batch 2"},
      {"DELETE FROM counts WHERE batch = 2 AND slice = 2", "batch 2"},
      {"DELETE FROM counts WHERE batch = 2 AND slice = 1", "batch 2"},
      {"UPDATE sink SET name = 'stdin'", "the sink stdin"},
      {"DELETE FROM sink", "the list of sinks"},
      {"UPDATE sink_format SET format = 'csv'", "the sink stdout"},
      {"DELETE FROM sink_format", "the sink stdout"},
      {"UPDATE base SET bytes = x'00' WHERE chunk = 2", "the base, chunk 2"},
      {"DELETE FROM base WHERE chunk = 1", "the base, chunk 2"},
      {"DELETE FROM base WHERE chunk = 2", "the base, of which a part is missing,"},
      {"DROP TABLE counts", "no such table: counts"},
  }));
  Checkpoint checkpoint;
  fill(checkpoint);
  checkpoint.run(damage.sql);
  INFO(damage.sql);
  check_refused(checkpoint, damage.what);
}

TEST_CASE("a chunk that is missing is found where the one before it ends with a word",
          "[journal]") {
  WordCounts::Builder builder;  // sixteen bytes a word
  for (std::size_t size = 0; size <= kChunkBytesMax; size += 16)
    builder.add(fmt::format("{:014}", size), 1);
  const auto table = std::make_shared<const WordCounts>(std::move(builder).build());
  Checkpoint checkpoint;
  write(*checkpoint.open(), batch(1, table));
  REQUIRE(checkpoint.query("SELECT length(bytes) FROM counts") == "1048576\n16\n");
  checkpoint.run("DELETE FROM counts WHERE chunk = 2");
  check_refused(checkpoint, "batch 1, of which a part is missing,");
}

TEST_CASE("bytes flipped anywhere in the file are found, or do no harm", "[journal]") {
  Checkpoint checkpoint;
  fill(checkpoint);
  std::size_t found_count = 0;
  for (std::size_t offset = 7; offset < whole().size(); offset += 24'973) {
    std::string bytes = whole();
    for (std::size_t at = offset; at < offset + 40 && at < bytes.size(); ++at)
      bytes[at] = static_cast<char>(~bytes[at]);
    checkpoint.folder().write("state/journal.db", bytes);
    const Status status = read_all(checkpoint);
    CAPTURE(offset);
    if (status) continue;
    ++found_count;
    CHECK(status.error().code == ErrorCode::BadData);
  }
  CHECK(found_count > 40);  // most of the file is counts
}

TEST_CASE("a journal that was cut short is refused", "[journal]") {
  Checkpoint checkpoint;
  fill(checkpoint);
  for (const std::size_t size :
       {whole().size() - 16'384, whole().size() / 2, std::size_t{16'384}}) {
    checkpoint.folder().write("state/journal.db", whole().substr(0, size));
    const Status status = read_all(checkpoint);
    REQUIRE_FALSE(status.has_value());
    CHECK(status.error().code == ErrorCode::BadData);
  }
}
