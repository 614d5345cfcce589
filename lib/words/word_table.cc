#include "words/word_table.h"

#include <cstring>

namespace wordstream {
namespace {

constexpr std::size_t kCellCountMin = 1024;

std::uint64_t load(const char* from, std::size_t length) {
  std::uint64_t value = 0;
  // The empty word may have no bytes at all to point to, and memcpy must not be given nullptr.
  if (length != 0) std::memcpy(&value, from, length);
  return value;
}

/// The 128-bit product folded to 64: every bit of the result hangs on every bit of both factors.
std::uint64_t fold_multiply(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// A keyed hash built of folded multiplications (the construction of wyhash and of ahash). Without
/// the key nobody can tell which words meet in one cell.
std::uint64_t hash_of(std::string_view word, const HashKey& key) {
  std::uint64_t state = key[0] ^ word.size();
  const char* at = word.data();
  std::size_t left = word.size();
  for (; left > 16; left -= 16, at += 16) {
    state = fold_multiply(load(at, 8) ^ key[1], load(at + 8, 8) ^ state);
  }
  const std::uint64_t low = left > 8 ? load(at, 8) : load(at, left);
  const std::uint64_t high = left > 8 ? load(at + 8, left - 8) : 0;
  state = fold_multiply(low ^ key[1], high ^ state);
  return fold_multiply(state ^ key[0], key[1] | 1);
}

}  // namespace

WordTable::WordTable(HashKey key) : key_(key), cells_(kCellCountMin) {}

void WordTable::add(std::string_view word, std::uint64_t times) {
  const std::uint64_t hash = hash_of(word, key_);
  Cell& cell = cell_for(word, hash);
  if (cell.count == 0) {
    cell.hash = hash;
    cell.offset = bytes_.size();
    cell.length = word.size();
    bytes_.insert(bytes_.end(), word.begin(), word.end());
    ++size_;
  }
  cell.count += times;
  // At most half full: a search then sees 1.5 cells on average.
  if (size_ * 2 > cells_.size()) grow();
}

WordTable::Cell& WordTable::cell_for(std::string_view word, std::uint64_t hash) {
  const std::size_t mask = cells_.size() - 1;
  std::size_t at = hash & mask;
  while (true) {
    Cell& cell = cells_[at];
    if (cell.count == 0 || (cell.hash == hash && word_of(cell) == word)) return cell;
    at = (at + 1) & mask;
  }
}

void WordTable::grow() {
  std::vector<Cell> old(cells_.size() * 2);
  old.swap(cells_);
  const std::size_t mask = cells_.size() - 1;
  for (const Cell& cell : old) {
    if (cell.count == 0) continue;
    std::size_t at = cell.hash & mask;
    while (cells_[at].count != 0) at = (at + 1) & mask;
    cells_[at] = cell;
  }
}

WordCounts WordTable::pack() const {
  WordCounts::Builder builder;
  for (const Cell& cell : cells_) {
    if (cell.count != 0) builder.add(word_of(cell), cell.count);
  }
  return std::move(builder).build();
}

void WordTable::clear() {
  cells_.assign(cells_.size(), Cell{});
  size_ = 0;
  bytes_.clear();
}

}  // namespace wordstream
