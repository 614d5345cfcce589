#include "words/word_table.h"

#include "base/check.h"

namespace wordstream {
namespace {

constexpr std::size_t kCellCountMin = 1024;

}  // namespace

WordTable::WordTable(HashKey key) : hash_(key), cells_(kCellCountMin) {}

void WordTable::add(std::string_view word, std::uint64_t times) {
  add_later(word, times);
  settle();
}

void WordTable::add_later(std::string_view word, std::uint64_t times) {
  const std::uint64_t hash = hash_(word);
  __builtin_prefetch(&cells_[hash & (cells_.size() - 1)]);
  pending_[pending_count_++] = Pending{word, hash, times};
  if (pending_count_ == pending_.size()) settle();
}

void WordTable::settle() {
  for (std::size_t i = 0; i < pending_count_; ++i) count(pending_[i]);
  pending_count_ = 0;
}

void WordTable::count(const Pending& pending) {
  const std::string_view word = pending.word;
  const bool is_short = word.size() <= kShortWordBytes;
  const std::uint64_t key = is_short ? short_word_number(word) : pending.hash;
  const std::size_t mask = cells_.size() - 1;
  std::size_t at = pending.hash & mask;
  for (; cells_[at].count != 0; at = (at + 1) & mask) {
    const Cell& cell = cells_[at];
    const bool may_be = cell.key == key && cell.length == word.size();
    if (may_be && (is_short || word_of(cell) == word)) break;
  }
  Cell& cell = cells_[at];
  if (cell.count == 0) {
    cell = Cell{key, 0, bytes_.size(), word.size()};
    bytes_.insert(bytes_.end(), word.begin(), word.end());
    ++size_;
  }
  cell.count += pending.times;
  // At most half full: a search then sees 1.5 cells on average.
  if (size_ * 2 > cells_.size()) grow();
}

void WordTable::grow() {
  std::vector<Cell> old(cells_.size() * 2);
  old.swap(cells_);
  const std::size_t mask = cells_.size() - 1;
  for (const Cell& cell : old) {
    if (cell.count == 0) continue;
    std::size_t at = hash_(word_of(cell)) & mask;
    while (cells_[at].count != 0) at = (at + 1) & mask;
    cells_[at] = cell;
  }
}

WordCounts WordTable::pack() const {
  WS_CHECK(pending_count_ == 0, "packing a table");
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
