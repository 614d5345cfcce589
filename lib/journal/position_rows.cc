#include "journal/position_rows.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "base/check.h"
#include "journal/meta_row.h"
#include "journal/row_checksum.h"

namespace wordstream {
namespace {

std::uint32_t checksum_of(const Position& position) {
  RowChecksum sum("position");
  sum.text(position.stream->name).text(position.stream->title).number(position.offset);
  sum.number(static_cast<std::uint64_t>(position.place)).text(position.proof);
  return sum.value();
}

Position position_of(const Rows& row) {
  return {
      std::make_shared<const Stream>(Stream{std::string(row.bytes(0)), std::string(row.bytes(1))}),
      row.number(2), static_cast<Position::Place>(row.number(3)), std::string(row.bytes(4))};
}

Status write_position(Statements& statements, const Position& position) {
  return statements.run("REPLACE INTO position VALUES (?, ?, ?, ?, ?, ?)",
                        Blob{position.stream->name}, position.stream->title, position.offset,
                        static_cast<std::uint64_t>(position.place), Blob{position.proof},
                        checksum_of(position));
}

}  // namespace

Result<Positions> read_positions(Statements& statements, std::uint64_t count) {
  Result<Rows> rows =
      statements.query("SELECT stream, title, byte_offset, place, proof, checksum FROM position");
  if (!rows) return fail(rows);
  Positions positions;
  Result<bool> row = rows->next();
  for (; row && *row; row = rows->next()) {
    Position position = position_of(*rows);
    if (position.stream->name.empty() || rows->number(5) != checksum_of(position)) {
      return fail_damaged(statements, fmt::format("the position in {}", position.stream->title));
    }
    positions.set(std::move(position));
  }
  if (!row) return fail(row);
  if (positions.by_name().size() != count) return fail_damaged(statements, "the list of positions");
  return positions;
}

Status write_moves(Statements& statements, const Positions& known, const Positions& change,
                   std::uint64_t& count) {
  for (const auto& [name, position] : change.by_name()) {
    WS_CHECK(!name.empty(), "journaling a position in a stream that has a name");
    const bool is_known = known.find(name) != nullptr;
    Status written;
    if (position) {
      written = write_position(statements, *position);
      if (!is_known) ++count;
    } else if (is_known) {
      written = statements.run("DELETE FROM position WHERE stream = ?", Blob{name});
      --count;
    }
    if (!written) return written;
  }
  return {};
}

}  // namespace wordstream
