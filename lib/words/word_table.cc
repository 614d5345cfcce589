#include "words/word_table.h"

#include <cstring>

#include "base/check.h"

namespace wordstream {
namespace {

constexpr std::size_t kCellCountMin = 1024;
/// Words up to this long are told apart by a number, without looking at their bytes.
constexpr std::size_t kShortWordBytes = 8;

/// Mixed into every key (the first digits of pi): a multiplication by a small number spreads
/// nothing, and keys chosen by hand or by a seed are small.
constexpr HashKey kKeySalt{0x243f6a8885a308d3, 0x13198a2e03707344};

template <class T>
std::uint64_t load(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

/// The bytes of a word of at most 8 bytes as a number that no other word of its length has.
std::uint64_t load_short(std::string_view word) {
  const char* const at = word.data();
  const std::size_t size = word.size();
  if (size == 8) return load<std::uint64_t>(at);
  // Two loads that may overlap cover any length without a loop.
  if (size >= 4) return load<std::uint32_t>(at) | load<std::uint32_t>(at + size - 4) << 32;
  if (size == 0) return 0;
  return load<std::uint8_t>(at) | load<std::uint8_t>(at + size / 2) << 8 |
         load<std::uint8_t>(at + size - 1) << 16;
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
  if (word.size() <= kShortWordBytes) {
    state = fold_multiply(load_short(word) ^ key[1], state);
  } else {
    const char* at = word.data();
    std::size_t left = word.size();
    for (; left > 16; left -= 16, at += 16) {
      state = fold_multiply(load<std::uint64_t>(at) ^ key[1], load<std::uint64_t>(at + 8) ^ state);
    }
    // The last 16 bytes, or what there is of them, from both ends.
    const char* const first = left < 8 ? at + left - 8 : at;
    state = fold_multiply(load<std::uint64_t>(first) ^ key[1],
                          load<std::uint64_t>(at + left - 8) ^ state);
  }
  return fold_multiply(state ^ key[0], key[1] | 1);
}

}  // namespace

WordTable::WordTable(HashKey key)
    : key_{key[0] ^ kKeySalt[0], key[1] ^ kKeySalt[1]}, cells_(kCellCountMin) {}

void WordTable::add(std::string_view word, std::uint64_t times) {
  add_later(word, times);
  settle();
}

void WordTable::add_later(std::string_view word, std::uint64_t times) {
  const std::uint64_t hash = hash_of(word, key_);
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
  const std::uint64_t key = is_short ? load_short(word) : pending.hash;
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
    std::size_t at = hash_of(word_of(cell), key_) & mask;
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
