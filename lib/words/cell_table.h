// Cells that are found by a hash (words/cell_lines.h), in huge pages that grow with them. What a
// cell is, and whether it is the one looked for, others know.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "env/huge_pages.h"
#include "words/cell_lines.h"

namespace wordstream {

/// `Cell` is trivial, has a count, is free when all its bytes are zero, and says so with is_free().
template <class Cell>
class CellTable {
 public:
  using Lines = CellLines<Cell>;

  CellTable() { allocate(kCellCountMin); }

  std::size_t size() const { return size_; }
  std::size_t byte_count() const { return pages_.byte_count(); }

  /// Where cells are looked for, until the table grows.
  Lines lines() const { return lines_; }

  /// A free cell for a cell that is to be new; `hash_of(cell)` as it was for the others.
  template <class HashOf>
  Cell& enter(std::uint64_t hash, HashOf&& hash_of) {
    if (size_ == size_max_) double_room(hash_of);
    ++size_;
    return lines_.free_cell(hash);
  }

  /// Makes room for so many cells in all.
  template <class HashOf>
  void reserve(std::size_t size, HashOf&& hash_of) {
    if (size <= size_max_) return;
    if (size_ == 0) return allocate(cell_count_for(size));
    while (size > size_max_) double_room(hash_of);
  }

  /// Frees all cells. Keeps the memory, unless most of it was of no use.
  void clear() {
    const std::size_t fitting = cell_count_for(size_);
    size_ = 0;
    if (fitting * kWasteMax < lines_.cell_count()) return allocate(fitting);
    std::ranges::fill(lines_.cells(), Cell{});
  }

  /// All cells, the free ones too.
  std::span<const Cell> cells() const { return lines_.cells(); }

  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const Cell& cell : cells()) {
      if (!cell.is_free()) visit(cell);
    }
  }

  /// How many cells are looked at, in all, when each is looked for once.
  template <class HashOf>
  std::size_t look_count(HashOf&& hash_of) const {
    std::size_t looks = 0;
    for_each([&](const Cell& cell) { looks += lines_.look_count(cell, hash_of(cell)); });
    return looks;
  }

 private:
  static constexpr std::size_t kCellCountMin = 1024;
  /// Fuller tables are grown.
  static constexpr std::size_t kEighthsMax = 5;
  /// A table that was not even filled to the sixteenth of that gives its memory back.
  static constexpr std::size_t kWasteMax = 16;

  static std::size_t cell_count_for(std::size_t size) {
    return std::max(kCellCountMin, std::bit_ceil(size * 8 / kEighthsMax + 1));
  }

  void allocate(std::size_t cell_count) {
    pages_ = HugePages();
    pages_ = HugePages(cell_count * sizeof(Cell));
    take_pages(cell_count);
  }

  void take_pages(std::size_t cell_count) {
    lines_ = Lines(reinterpret_cast<Cell*>(pages_.data()), cell_count);
    size_max_ = cell_count / 8 * kEighthsMax;
  }

  /// Grows in place: the cells of a line stay in it, or go to the one as far into the new half.
  /// Each line is emptied whole before its cells are put back, and comes behind all from which
  /// cells have overflowed into it: a search would else end at a cell that has become free.
  template <class HashOf>
  void double_room(HashOf&& hash_of) {
    const std::size_t old_count = lines_.line_count();
    std::size_t at = 0;
    while (lines_.is_full(at)) ++at;  // nothing overflows from this one
    pages_.grow(lines_.cell_count() * 2 * sizeof(Cell));
    take_pages(lines_.cell_count() * 2);
    for (std::size_t left = old_count; left > 0; --left) {
      at = (at + 1) % old_count;
      const auto line = lines_.line(at);
      std::array<Cell, Lines::kLineCells> cells;
      std::ranges::copy(line, cells.begin());
      std::ranges::fill(line, Cell{});
      for (const Cell& cell : cells) {
        if (!cell.is_free()) lines_.free_cell(hash_of(cell)) = cell;
      }
    }
  }

  HugePages pages_;
  Lines lines_;
  std::size_t size_ = 0;
  std::size_t size_max_ = 0;
};

}  // namespace wordstream
