#include "journal/opening_rows.h"

#include "journal/meta_row.h"
#include "journal/row_checksum.h"

namespace wordstream {
namespace {

std::uint32_t checksum_of(std::uint64_t epoch) {
  return RowChecksum("opening").number(epoch).value();
}

}  // namespace

Result<std::vector<std::uint64_t>> read_openings(Statements& statements, std::uint64_t count) {
  Result<Rows> rows = statements.query("SELECT epoch, checksum FROM opening ORDER BY epoch");
  if (!rows) return fail(rows);
  std::vector<std::uint64_t> epochs;
  Result<bool> row = rows->next();
  for (; row && *row; row = rows->next()) {
    epochs.push_back(rows->number(0));
    if (rows->number(1) != checksum_of(epochs.back()))
      return fail_damaged(statements, "the list of openings");
  }
  if (!row) return fail(row);
  if (epochs.size() != count) return fail_damaged(statements, "the list of openings");
  return epochs;
}

Status add_opening(Statements& statements, std::uint64_t epoch, std::uint64_t& count) {
  if (count == kOpeningsMax) {
    Status removed =
        statements.run("DELETE FROM opening WHERE epoch = (SELECT min(epoch) FROM opening)");
    if (!removed) return removed;
    --count;
  }
  ++count;
  return statements.run("INSERT INTO opening VALUES (?, ?)", epoch, checksum_of(epoch));
}

}  // namespace wordstream
