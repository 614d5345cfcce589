#include "journal/batch_rows.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "journal/meta_row.h"
#include "journal/row_checksum.h"

namespace wordstream {
namespace {

std::uint64_t number_of(Millis step) { return static_cast<std::uint64_t>(step.count()); }
Millis step_of(std::uint64_t number) { return Millis(static_cast<std::int64_t>(number)); }

std::uint32_t checksum_of(const BatchRow& row) {
  RowChecksum sum("batch");
  sum.number(row.id).number(number_of(row.interval.start)).number(number_of(row.interval.end));
  sum.number(row.interval.is_partial).number(row.is_open).number(row.ends_run);
  sum.number(row.line_count).number(row.byte_count).number(row.word_count).number(row.row_count);
  sum.number(row.slice_count).number(row.chunk_count);
  if (row.interval.clock_step != Millis(0)) sum.number(number_of(row.interval.clock_step));
  return sum.value();
}

std::uint32_t checksum_of(std::uint64_t batch, std::uint64_t slice, std::uint64_t chunk,
                          std::string_view bytes) {
  return RowChecksum("counts").number(batch).number(slice).number(chunk).text(bytes).value();
}

bool has_words(const SliceRecord& slice) { return slice.counts && !slice.counts->empty(); }

std::uint64_t chunk_count_of(const SliceRecord& slice) {
  return (slice.counts->packed().size() + kChunkBytesMax - 1) / kChunkBytesMax;
}

Status write_counts(Statements& statements, const BatchRow& batch, std::string_view bytes) {
  const std::uint64_t slice = batch.slice_count;  // it is the last one
  for (std::uint64_t number = 1; !bytes.empty(); ++number) {
    const std::string_view chunk = bytes.substr(0, kChunkBytesMax);
    bytes.remove_prefix(chunk.size());
    Status written =
        statements.run("INSERT INTO counts VALUES (?, ?, ?, ?, ?)", batch.id, slice, number,
                       checksum_of(batch.id, slice, number, chunk), Blob{chunk});
    if (!written) return written;
  }
  return {};
}

/// Zero where the batch has none.
Result<Millis> read_clock_step(Statements& statements, std::uint64_t batch) {
  // One that is only looked into may be of a time before there was this table.
  const auto table_count =
      statements.number("SELECT count(*) FROM sqlite_schema WHERE name = 'clock_step'");
  if (!table_count) return fail(table_count);
  if (*table_count == 0) return Millis(0);
  Result<Rows> rows = statements.query("SELECT step_ms FROM clock_step WHERE batch = ?", batch);
  if (!rows) return fail(rows);
  const Result<bool> found = rows->next();
  if (!found) return fail(found);
  return *found ? step_of(rows->number(0)) : Millis(0);
}

std::string batch_name(std::uint64_t id) { return fmt::format("batch {}", id); }

/// Reads the chunks of a batch, in their order, and puts those of a slice together.
class SliceReader {
 public:
  SliceReader(const Statements& statements, const BatchRow& batch)
      : statements_(statements), batch_(batch) {}

  Status take(std::uint64_t slice, std::uint64_t chunk, std::uint64_t sum, std::string_view bytes) {
    ++chunk_count_;
    if (slice != slice_) {
      if (Status ended = end_slice(); !ended) return ended;
      slice_ = slice;
      chunk_ = 0;
    }
    if (slice != slices_.size() + 1 || chunk != ++chunk_ ||
        sum != checksum_of(batch_.id, slice, chunk, bytes)) {
      return fail_damaged(statements_,
                          fmt::format("batch {}, slice {}, chunk {}", batch_.id, slice, chunk));
    }
    packed_.append(bytes);
    return {};
  }

  Result<StoredBatch> finish() {
    if (slice_ != 0) {
      if (const Status ended = end_slice(); !ended) return fail(ended);
    }
    if (slices_.size() != batch_.slice_count || chunk_count_ != batch_.chunk_count)
      return fail_damaged(statements_, batch_name(batch_.id) + ", of which a part is missing,");
    return StoredBatch{batch_.id,      batch_.interval, batch_.line_count, batch_.byte_count,
                       batch_.is_open, batch_.ends_run, std::move(slices_)};
  }

 private:
  Status end_slice() {
    if (slice_ == 0) return {};
    std::optional<WordCounts> counts = WordCounts::parse(std::exchange(packed_, {}));
    if (!counts)
      return fail_damaged(statements_, fmt::format("batch {}, slice {}", batch_.id, slice_));
    slices_.push_back(std::make_shared<const WordCounts>(std::move(*counts)));
    return {};
  }

  const Statements& statements_;
  const BatchRow& batch_;
  std::uint64_t slice_ = 0;  // whose chunks are being put together; 0: none yet
  std::uint64_t chunk_ = 0;  // its last one
  std::uint64_t chunk_count_ = 0;
  std::string packed_;
  std::vector<std::shared_ptr<const WordCounts>> slices_;
};

}  // namespace

BatchRow with_slice(BatchRow batch, const SliceRecord& slice) {
  batch.interval = slice.interval;
  batch.is_open = !slice.closes;
  batch.ends_run = slice.ends_run;
  batch.line_count += slice.line_count;
  batch.byte_count += slice.byte_count;
  if (has_words(slice)) {
    batch.word_count += slice.counts->total();
    batch.row_count += slice.counts->size();
    batch.slice_count += 1;
    batch.chunk_count += chunk_count_of(slice);
  }
  return batch;
}

Status write_batch(Statements& statements, const BatchRow& batch, const SliceRecord& slice) {
  if (has_words(slice)) {
    Status written = write_counts(statements, batch, slice.counts->packed());
    if (!written) return written;
  }
  if (const Millis step = batch.interval.clock_step; step != Millis(0)) {
    Status written =
        statements.run("REPLACE INTO clock_step VALUES (?, ?)", batch.id, number_of(step));
    if (!written) return written;
  }
  return statements.run("REPLACE INTO batch VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        batch.id, number_of(batch.interval.start), number_of(batch.interval.end),
                        batch.interval.is_partial, batch.is_open, batch.ends_run, batch.line_count,
                        batch.byte_count, batch.word_count, batch.row_count, batch.slice_count,
                        batch.chunk_count, checksum_of(batch));
}

Status remove_batches(Statements& statements, std::uint64_t through) {
  Status removed = statements.run("DELETE FROM counts WHERE batch <= ?", through);
  if (removed) removed = statements.run("DELETE FROM clock_step WHERE batch <= ?", through);
  return removed ? statements.run("DELETE FROM batch WHERE id <= ?", through) : removed;
}

Status check_batches(Statements& statements, std::uint64_t first, std::uint64_t last) {
  Result<Rows> rows = statements.query("SELECT count(*), min(id), max(id) FROM batch");
  if (!rows) return fail(rows);
  if (const Result<bool> found = rows->next(); !found) return fail(found);
  const std::uint64_t count = rows->number(0);
  if (count == last + 1 - first &&
      (count == 0 || (rows->number(1) == first && rows->number(2) == last)))
    return {};
  return fail_damaged(statements, fmt::format("the list of batches, {} to {},", first, last));
}

Result<BatchRow> read_batch(Statements& statements, std::uint64_t id) {
  Result<Rows> rows = statements.query(
      "SELECT id, start_ms, end_ms, is_partial, is_open, ends_run, line_count, byte_count,"
      " word_count, row_count, slice_count, chunk_count, checksum FROM batch WHERE id = ?",
      id);
  if (!rows) return fail(rows);
  const Result<bool> found = rows->next();
  if (!found) return fail(found);
  if (!*found) return fail_damaged(statements, batch_name(id));
  BatchRow row;
  row.id = rows->number(0);
  row.interval = {label_of(rows->number(1)), label_of(rows->number(2)), rows->number(3) != 0};
  row.is_open = rows->number(4) != 0;
  row.ends_run = rows->number(5) != 0;
  row.line_count = rows->number(6);
  row.byte_count = rows->number(7);
  row.word_count = rows->number(8);
  row.row_count = rows->number(9);
  row.slice_count = rows->number(10);
  row.chunk_count = rows->number(11);
  const std::uint64_t sum = rows->number(12);
  if (sum == checksum_of(row)) return row;
  // It is that of its step, too, which few batches have.
  const Result<Millis> step = read_clock_step(statements, id);
  if (!step) return fail(step);
  row.interval.clock_step = *step;
  if (sum != checksum_of(row)) return fail_damaged(statements, batch_name(id));
  return row;
}

Result<StoredBatch> read_slices(Statements& statements, const BatchRow& batch) {
  Result<Rows> rows = statements.query(
      "SELECT slice, chunk, checksum, bytes FROM counts WHERE batch = ? ORDER BY slice, chunk",
      batch.id);
  if (!rows) return fail(rows);
  SliceReader reader(statements, batch);
  Result<bool> row = rows->next();
  for (; row && *row; row = rows->next()) {
    const Status taken =
        reader.take(rows->number(0), rows->number(1), rows->number(2), rows->bytes(3));
    if (!taken) return fail(taken);
  }
  if (!row) return fail(row);
  return reader.finish();
}

}  // namespace wordstream
