#include "journal/base_rows.h"

#include <fmt/format.h>

#include "journal/meta_row.h"
#include "journal/row_checksum.h"

namespace wordstream {
namespace {

std::uint32_t checksum_of(std::uint64_t number, std::uint64_t chunk, std::string_view bytes) {
  return RowChecksum("base").number(number).number(chunk).text(bytes).value();
}

}  // namespace

Status write_base_chunk(Statements& statements, std::uint64_t number, std::uint64_t chunk,
                        std::string_view bytes) {
  return statements.run("INSERT INTO base VALUES (?, ?, ?, ?)", number, chunk,
                        checksum_of(number, chunk, bytes), Blob{bytes});
}

Status remove_bases_but(Statements& statements, std::uint64_t number) {
  return statements.run("DELETE FROM base WHERE number <> ?", number);
}

Status read_base_chunks(Statements& statements, std::uint64_t number, std::uint64_t chunk_count,
                        const std::function<void(std::string_view chunk)>& visit) {
  Result<Rows> rows = statements.query(
      "SELECT chunk, checksum, bytes FROM base WHERE number = ? ORDER BY chunk", number);
  if (!rows) return fail(rows);
  std::uint64_t read_count = 0;
  Result<bool> row = rows->next();
  for (; row && *row; row = rows->next()) {
    const std::uint64_t chunk = rows->number(0);
    if (chunk != ++read_count || rows->number(1) != checksum_of(number, chunk, rows->bytes(2)))
      return fail_damaged(statements, fmt::format("the base, chunk {}", chunk));
    visit(rows->bytes(2));
  }
  if (!row) return fail(row);
  if (read_count != chunk_count)
    return fail_damaged(statements, "the base, of which a part is missing,");
  return {};
}

}  // namespace wordstream
