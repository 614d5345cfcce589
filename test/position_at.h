// Where lines of a block leave their stream, for tests that look at one stream.
#pragma once

#include <cstddef>
#include <optional>

#include "model/block.h"

namespace wordstream {

/// Behind the line that ends at `to` when the one before it has ended at `from`; nothing where no
/// stream has a place there.
inline std::optional<Position> position_at(const Block& block, std::size_t from, std::size_t to) {
  Positions moves;
  block.add_moves(from, to, moves);
  for (const auto& [name, position] : moves.by_name()) {
    if (position) return position;
  }
  return std::nullopt;
}

}  // namespace wordstream
