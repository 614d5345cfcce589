// Words that fit into no cell: a cell has their hash, and where in their table their bytes are.
#pragma once

#include <cstdint>
#include <string_view>

namespace wordstream {

struct LongCell {
  std::uint64_t hash;
  std::uint64_t offset;  // of the word's bytes
  std::uint32_t length;  // 0: the cell is free
  std::uint32_t count;

  bool is_free() const { return length == 0; }
};

/// A long word as it is looked for. Its bytes must stay until it is counted.
struct LongWord {
  std::string_view bytes;
  std::uint64_t hash;
};

}  // namespace wordstream
