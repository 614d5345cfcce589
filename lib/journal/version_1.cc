#include "journal/version_1.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/units.h"
#include "base/varint.h"
#include "journal/row_checksum.h"
#include "journal/sink_rows.h"

namespace wordstream {
namespace {

/// The form of a file's mark (sink/file_mark.h).
constexpr std::uint64_t kMarkForm = 1;

/// What it knew of a sink's file.
struct File {
  std::uint64_t device;
  std::uint64_t inode;
  std::uint64_t length;
};

std::string mark_of(const File& file) {
  std::string mark;
  for (const std::uint64_t number : {kMarkForm, file.device, file.inode, file.length}) {
    append_varint(mark, number);
  }
  return mark;
}

std::uint32_t checksum_of(const MetaRow& row, const std::optional<Position>& position) {
  RowChecksum sum("meta");
  sum.text({reinterpret_cast<const char*>(row.id.bytes.data()), row.id.bytes.size()});
  sum.text(row.job).number(row.epoch).number(number_of(row.began));
  sum.number(row.first_kept).number(row.last_batch);
  sum.maybe(row.last_end ? std::optional(number_of(*row.last_end)) : std::nullopt);
  sum.number(position ? 1 : 0);
  if (position) {
    sum.text(position->stream->name).number(position->offset);
    sum.number(static_cast<std::uint64_t>(position->place));
  }
  sum.number(row.sink_count);
  sum.number(row.base_number).number(row.base_through).number(row.base_chunk_count);
  return sum.value();
}

std::uint32_t checksum_of(const SinkRecord& sink, const std::optional<File>& file) {
  RowChecksum sum("sink");
  sum.text(sink.name).number(sink.mark.applied).number(file ? 1 : 0);
  if (file) sum.number(file->device).number(file->inode).number(file->length);
  sum.number(sink.formats.size());
  for (const FormatSpan& span : sink.formats)
    sum.number(span.first_batch).text(span.format).number(span.top);
  return sum.value();
}

Result<SinkRecord> read_sink_1(Statements& statements, const Rows& row) {
  SinkRecord sink;
  sink.name = row.bytes(0);
  sink.mark.applied = row.number(1);
  std::optional<File> file;
  if (!row.is_null(2)) file = File{row.number(2), row.number(3), row.number(4)};
  Result<std::vector<FormatSpan>> formats = read_formats(statements, sink.name);
  if (!formats) return fail(formats);
  sink.formats = std::move(*formats);
  if (sink.formats.empty() || row.number(5) != checksum_of(sink, file))
    return fail_damaged(statements, fmt::format("the sink {}", sink.name));
  // A database was said to show tsv. It has rows and no format.
  if (sink.name.starts_with("sqlite:"))
    for (FormatSpan& span : sink.formats) span.format.clear();
  if (file) {
    sink.mark.place = mark_of(*file);
    sink.mark.title = counted(file->length, "byte");
  }
  return sink;
}

}  // namespace

Result<MetaRow> read_meta_1(Statements& statements, Positions& positions) {
  Result<Rows> rows = statements.query(
      "SELECT journal_id, job, epoch, began_ms, first_kept, last_batch, last_end_ms,"
      " sink_count, base_number, base_through, base_chunk_count, stream, byte_offset, place,"
      " checksum FROM meta");
  if (!rows) return fail(rows);
  const Result<bool> found = rows->next();
  if (!found) return fail(found);
  if (!*found) return fail_damaged(statements, "its first row");
  MetaRow row;
  const std::string_view id = rows->bytes(0);
  std::copy_n(id.begin(), std::min(id.size(), row.id.bytes.size()), row.id.bytes.begin());
  row.job = rows->bytes(1);
  row.epoch = rows->number(2);
  row.began = label_of(rows->number(3));
  row.first_kept = rows->number(4);
  row.last_batch = rows->number(5);
  if (!rows->is_null(6)) row.last_end = label_of(rows->number(6));
  row.sink_count = rows->number(7);
  row.base_number = rows->number(8);
  row.base_through = rows->number(9);
  row.base_chunk_count = rows->number(10);
  std::optional<Position> position;
  if (!rows->is_null(11)) {
    auto stream = std::make_shared<const Stream>(Stream{std::string(rows->bytes(11)), ""});
    position = {std::move(stream), rows->number(12),
                static_cast<Position::Place>(rows->number(13))};
  }
  if (rows->number(14) != checksum_of(row, position))
    return fail_damaged(statements, "its first row");
  if (position) positions.set(std::move(*position));
  return row;
}

Result<std::vector<SinkRecord>> read_sinks_1(Statements& statements, std::uint64_t count) {
  Result<Rows> rows = statements.query(
      "SELECT name, applied, device, inode, length, checksum FROM sink ORDER BY name");
  if (!rows) return fail(rows);
  std::vector<SinkRecord> sinks;
  Result<bool> row = rows->next();
  for (; row && *row; row = rows->next()) {
    Result<SinkRecord> sink = read_sink_1(statements, *rows);
    if (!sink) return fail(sink);
    sinks.push_back(std::move(*sink));
  }
  if (!row) return fail(row);
  if (sinks.size() != count) return fail_damaged(statements, "the list of sinks");
  return sinks;
}

}  // namespace wordstream
