// Cells that are found by a hash: open addressing, one cell after the other, in huge pages. What a
// cell is, and whether it is the one looked for, others know.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "env/huge_pages.h"

namespace wordstream {

/// `Cell` is trivial, free when all its bytes are zero, and says so with is_free().
template <class Cell>
class CellTable {
 public:
  CellTable() { allocate(kCellCountMin); }

  std::size_t size() const { return size_; }
  std::size_t byte_count() const { return pages_.byte_count(); }

  /// The cell for which `is_it(cell)` holds; null where there is none.
  template <class IsIt>
  Cell* find(std::uint64_t hash, IsIt&& is_it) {
    for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
      Cell& cell = cells_[at];
      if (is_it(cell)) return &cell;
      if (cell.is_free()) return nullptr;
    }
  }

  /// The first cell to be looked at, which has been asked for some time before.
  const Cell& home(std::uint64_t hash) const { return cells_[hash & mask_]; }
  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&home(hash), 1); }

  /// A free cell for a cell that is to be new; `hash_of(cell)` as it was for the others.
  template <class HashOf>
  Cell& enter(std::uint64_t hash, HashOf&& hash_of) {
    if (size_ == size_max_) rebuild((mask_ + 1) * 2, hash_of);
    ++size_;
    return find_free(hash);
  }

  /// Makes room for so many cells in all.
  template <class HashOf>
  void reserve(std::size_t size, HashOf&& hash_of) {
    if (size > size_max_) rebuild(cell_count_for(size), hash_of);
  }

  /// Frees all cells. Keeps the memory, unless most of it was of no use.
  void clear() {
    const std::size_t fitting = cell_count_for(size_);
    size_ = 0;
    if (fitting * kWasteMax < mask_ + 1) return allocate(fitting);
    std::fill_n(cells_, mask_ + 1, Cell{});
  }

  /// All cells, the free ones too.
  std::span<const Cell> cells() const { return {cells_, mask_ + 1}; }

  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const Cell& cell : cells()) {
      if (!cell.is_free()) visit(cell);
    }
  }

  /// How many cells are looked at, in all, when each word is looked for once.
  template <class HashOf>
  std::size_t look_count(HashOf&& hash_of) const {
    std::size_t looks = 0;
    for_each([&](const Cell& cell) {
      const auto at = static_cast<std::size_t>(&cell - cells_);
      looks += 1 + ((at - hash_of(cell)) & mask_);
    });
    return looks;
  }

 private:
  static constexpr std::size_t kCellCountMin = 1024;
  /// Fuller tables are grown. At 5/8 a search sees 1.8 cells on average, just after growing 1.2.
  static constexpr std::size_t kEighthsMax = 5;
  /// A table that was not even filled to the sixteenth of that gives its memory back.
  static constexpr std::size_t kWasteMax = 16;

  static std::size_t cell_count_for(std::size_t size) {
    return std::max(kCellCountMin, std::bit_ceil(size * 8 / kEighthsMax + 1));
  }

  Cell& find_free(std::uint64_t hash) {
    std::size_t at = hash & mask_;
    while (!cells_[at].is_free()) at = (at + 1) & mask_;
    return cells_[at];
  }

  void allocate(std::size_t cell_count) {
    pages_ = HugePages();
    pages_ = HugePages(cell_count * sizeof(Cell));
    cells_ = reinterpret_cast<Cell*>(pages_.data());
    mask_ = cell_count - 1;
    size_max_ = cell_count / 8 * kEighthsMax;
  }

  template <class HashOf>
  void rebuild(std::size_t cell_count, HashOf&& hash_of) {
    const HugePages old_pages = std::move(pages_);
    const Cell* const old = cells_;
    const std::size_t old_count = mask_ + 1;
    allocate(cell_count);
    std::for_each(old, old + old_count, [&](const Cell& cell) {
      if (!cell.is_free()) find_free(hash_of(cell)) = cell;
    });
  }

  HugePages pages_;
  Cell* cells_ = nullptr;
  std::size_t mask_ = 0;  // the number of cells, a power of two, less one
  std::size_t size_ = 0;
  std::size_t size_max_ = 0;
};

}  // namespace wordstream
