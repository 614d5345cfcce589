#include "journal/sink_rows.h"

#include <fmt/format.h>

#include <string>

#include "journal/meta_row.h"
#include "journal/row_checksum.h"

namespace wordstream {
namespace {

std::uint32_t checksum_of(const SinkRecord& sink) {
  RowChecksum sum("sink");
  sum.text(sink.name).number(sink.mark.applied).text(sink.mark.place).text(sink.mark.title);
  sum.number(sink.formats.size());
  for (const FormatSpan& span : sink.formats)
    sum.number(span.first_batch).text(span.format).number(span.top);
  return sum.value();
}

}  // namespace

Result<std::vector<FormatSpan>> read_formats(Statements& statements, const std::string& sink) {
  Result<Rows> rows = statements.query(
      "SELECT first_batch, format, top FROM sink_format WHERE sink = ? ORDER BY first_batch", sink);
  if (!rows) return fail(rows);
  std::vector<FormatSpan> formats;
  Result<bool> row = rows->next();
  for (; row && *row; row = rows->next())
    formats.push_back({rows->number(0), std::string(rows->bytes(1)), rows->number(2)});
  if (!row) return fail(row);
  return formats;
}

namespace {

Result<SinkRecord> read_sink(Statements& statements, const Rows& row) {
  SinkRecord sink;
  sink.name = row.bytes(0);
  sink.mark = {row.number(1), std::string(row.bytes(2)), std::string(row.bytes(3))};
  Result<std::vector<FormatSpan>> formats = read_formats(statements, sink.name);
  if (!formats) return fail(formats);
  sink.formats = std::move(*formats);
  if (sink.formats.empty() || row.number(4) != checksum_of(sink))
    return fail_damaged(statements, fmt::format("the sink {}", sink.name));
  return sink;
}

}  // namespace

Result<std::vector<SinkRecord>> read_sinks(Statements& statements, std::uint64_t count) {
  Result<Rows> rows =
      statements.query("SELECT name, applied, mark, title, checksum FROM sink ORDER BY name");
  if (!rows) return fail(rows);
  std::vector<SinkRecord> sinks;
  Result<bool> row = rows->next();
  for (; row && *row; row = rows->next()) {
    Result<SinkRecord> sink = read_sink(statements, *rows);
    if (!sink) return fail(sink);
    sinks.push_back(std::move(*sink));
  }
  if (!row) return fail(row);
  if (sinks.size() != count) return fail_damaged(statements, "the list of sinks");
  return sinks;
}

Status write_mark(Statements& statements, const SinkRecord& sink) {
  const SinkMark& mark = sink.mark;
  return statements.run("REPLACE INTO sink VALUES (?, ?, ?, ?, ?)", sink.name, mark.applied,
                        Blob{mark.place}, mark.title, checksum_of(sink));
}

Status write_sink(Statements& statements, const SinkRecord& sink) {
  Status status = statements.run("DELETE FROM sink_format WHERE sink = ?", sink.name);
  for (auto span = sink.formats.begin(); status && span != sink.formats.end(); ++span) {
    status = statements.run("INSERT INTO sink_format VALUES (?, ?, ?, ?)", sink.name,
                            span->first_batch, span->format, span->top);
  }
  return status ? write_mark(statements, sink) : status;
}

Status remove_sink(Statements& statements, const SinkRecord& sink) {
  Status removed = statements.run("DELETE FROM sink_format WHERE sink = ?", sink.name);
  return removed ? statements.run("DELETE FROM sink WHERE name = ?", sink.name) : removed;
}

}  // namespace wordstream
