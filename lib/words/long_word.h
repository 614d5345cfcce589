// Words that fit into no cell: a cell has some bits of their hash, and where in their table their
// bytes are.
#pragma once

#include <cstdint>
#include <string_view>

namespace wordstream {

struct LongCell {
  std::uint64_t place;  // of the word's length and bytes, and 1; 0: the cell is free
  std::uint32_t hash;
  std::uint32_t count;

  bool is_free() const { return place == 0; }
  /// Not zero where there may be a byte that is none of ASCII's.
  std::uint64_t high_bits() const { return place; }
};

/// A long word as it is looked for. Its bytes must stay until it is counted.
struct LongWord {
  std::string_view bytes;
  std::uint32_t hash;
};

}  // namespace wordstream
