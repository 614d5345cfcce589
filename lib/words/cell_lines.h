// Cells in lines of the processor's cache, and which of them a hash means.
//
// A hash names a home cell. A search looks at that, then along its line, then at the lines behind
// it, up to the first that has a free cell: so a search that leaves a line has seen it full, and
// cells may change places within a line.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace wordstream {

/// A view of cells that others own: of two numbers, which stay in registers while cells are
/// written. There is always a free cell.
template <class Cell>
class CellLines {
 public:
  static constexpr std::size_t kLineCells = 64 / sizeof(Cell);
  static_assert(64 % sizeof(Cell) == 0, "a line of the cache has whole cells");

  CellLines() = default;
  /// Requires: `cell_count` is a power of two, and kLineCells at least.
  CellLines(Cell* cells, std::size_t cell_count) : cells_(cells), mask_(cell_count - 1) {}

  bool operator==(const CellLines&) const = default;

  std::size_t cell_count() const { return mask_ + 1; }
  std::size_t line_count() const { return cell_count() / kLineCells; }
  std::span<Cell> cells() const { return {cells_, cell_count()}; }
  std::span<Cell, kLineCells> line(std::size_t at) const {
    return std::span<Cell, kLineCells>(cells_ + at * kLineCells, kLineCells);
  }
  bool is_full(std::size_t at) const { return std::ranges::none_of(line(at), &Cell::is_free); }

  Cell& home(std::uint64_t hash) const { return cells_[hash & mask_]; }

  /// The cell for which `is_it(cell)` holds, which is not the home cell; null where there is none.
  /// Where it is in the home's line, and comes more often than what stands in the home cell, it
  /// stands there from now on (counting is 1.1 to 1.3 times as fast).
  template <class IsIt>
  Cell* find_beyond_home(std::uint64_t hash, IsIt&& is_it) const {
    std::size_t at = line_of(hash);
    for (Cell& cell : line(at)) {
      if (is_it(cell)) return move_home(cell, home(hash));
    }
    while (is_full(at)) {
      at = behind(at);
      for (Cell& cell : line(at)) {
        if (is_it(cell)) return &cell;
      }
    }
    return nullptr;
  }

  /// The first free cell that a search comes to.
  Cell& free_cell(std::uint64_t hash) const {
    if (home(hash).is_free()) return home(hash);
    for (std::size_t at = line_of(hash);; at = behind(at)) {
      for (Cell& cell : line(at)) {
        if (cell.is_free()) return cell;
      }
    }
  }

  /// How many cells a search for `cell` looks at.
  std::size_t look_count(const Cell& cell, std::uint64_t hash) const {
    if (&cell == &home(hash)) return 1;
    const auto at = static_cast<std::size_t>(&cell - cells_);
    const std::size_t full_lines = (at / kLineCells - line_of(hash)) & (line_count() - 1);
    return 1 + full_lines * kLineCells + at % kLineCells + 1;
  }

 private:
  std::size_t line_of(std::uint64_t hash) const { return (hash & mask_) / kLineCells; }
  std::size_t behind(std::size_t at) const { return (at + 1) & (line_count() - 1); }

  static Cell* move_home(Cell& cell, Cell& home) {
    if (cell.count <= home.count) return &cell;
    std::swap(cell, home);
    return &home;
  }

  Cell* cells_ = nullptr;
  std::size_t mask_ = 0;  // the number of cells, less one
};

}  // namespace wordstream
