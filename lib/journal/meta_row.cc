#include "journal/meta_row.h"

#include <fmt/format.h>

#include <algorithm>

#include "journal/row_checksum.h"

namespace wordstream {
namespace {

std::string_view bytes_of(const JournalId& id) {
  return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

std::uint32_t checksum_of(const MetaRow& row) {
  RowChecksum sum("meta");
  sum.text(bytes_of(row.id)).text(row.job).number(row.epoch).number(number_of(row.began));
  sum.number(row.first_kept).number(row.last_batch);
  sum.maybe(row.last_end ? std::optional(number_of(*row.last_end)) : std::nullopt);
  sum.number(row.opening_count).number(row.position_count).number(row.sink_count);
  sum.number(row.base_number).number(row.base_through).number(row.base_chunk_count);
  return sum.value();
}

MetaRow row_of(const Rows& rows) {
  MetaRow row;
  const std::string_view id = rows.bytes(0);
  std::copy_n(id.begin(), std::min(id.size(), row.id.bytes.size()), row.id.bytes.begin());
  row.job = rows.bytes(1);
  row.epoch = rows.number(2);
  row.began = label_of(rows.number(3));
  row.first_kept = rows.number(4);
  row.last_batch = rows.number(5);
  if (!rows.is_null(6)) row.last_end = label_of(rows.number(6));
  row.opening_count = rows.number(7);
  row.position_count = rows.number(8);
  row.sink_count = rows.number(9);
  row.base_number = rows.number(10);
  row.base_through = rows.number(11);
  row.base_chunk_count = rows.number(12);
  return row;
}

}  // namespace

Result<MetaRow> read_meta(Statements& statements) {
  Result<Rows> rows = statements.query(
      "SELECT journal_id, job, epoch, began_ms, first_kept, last_batch, last_end_ms,"
      " opening_count, position_count, sink_count, base_number, base_through, base_chunk_count,"
      " checksum FROM meta");
  if (!rows) return fail(rows);
  const Result<bool> found = rows->next();
  if (!found) return fail(found);
  if (!*found) return fail_damaged(statements, "its first row");
  MetaRow row = row_of(*rows);
  if (rows->number(13) != checksum_of(row)) return fail_damaged(statements, "its first row");
  return row;
}

Result<std::uint64_t> read_epoch(Statements& statements) {
  return statements.number("SELECT epoch FROM meta");
}

Status write_meta(Statements& statements, const MetaRow& row) {
  using Number = std::optional<std::uint64_t>;
  return statements.run("REPLACE INTO meta VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        Blob{bytes_of(row.id)}, row.job, row.epoch, number_of(row.began),
                        row.first_kept, row.last_batch,
                        row.last_end ? Number(number_of(*row.last_end)) : Number(),
                        row.opening_count, row.position_count, row.sink_count, row.base_number,
                        row.base_through, row.base_chunk_count, checksum_of(row));
}

tl::unexpected<Error> fail_damaged(const Statements& statements, std::string_view what) {
  return fail_with_advice(
      {ErrorCode::BadData, fmt::format("{}: {} is not what was written", statements.path(), what)});
}

}  // namespace wordstream
