#include "words/word_table.h"

#include <type_traits>
#include <utility>

namespace wordstream {
namespace {

/// A table that is larger does not stay in the second-level cache.
constexpr std::size_t kSmallBytesMax = 3 << 20;

}  // namespace

WordTable::WordTable(HashKey key) : hash_(key) {}

bool WordTable::is_large() const {
  return short_.cells.byte_count() + middle_.cells.byte_count() + long_.cells.byte_count() +
             bytes_.size() >
         kSmallBytesMax;
}

void WordTable::add_words(std::string_view text, std::span<const std::uint32_t> edges) {
  if (is_large()) {
    take_each(text, edges, [&](auto& kind, const auto& word) { wait(kind, word, 1); });
    count_all_waiting();
  } else {
    take_each(text, edges,
              [&](auto& kind, const auto& word) { count(kind, word, hash_of(word), 1); });
  }
}

/// Calls `take(kind, word)` for every word.
template <class Take>
void WordTable::take_each(std::string_view text, std::span<const std::uint32_t> edges, Take take) {
  for (std::size_t i = 0; i < edges.size(); i += 2) {
    const char* const word = text.data() + edges[i];
    const std::size_t size = edges[i + 1] - edges[i];
    if (size <= ShortWord::kSizeMax) {
      take(short_, ShortWord::load(word, size));
    } else if (size <= MiddleWord::kSizeMax) {
      take(middle_, MiddleWord::load(word, size));
    } else {
      take(long_, LongWord{{word, size}, hash_({word, size})});
    }
  }
}

// Inlined by force, so that a word on its way to its cell stays in registers.
template <class Kind, class Word>
[[gnu::always_inline]] inline void WordTable::count(Kind& kind, Word word, std::uint64_t hash,
                                                    std::uint64_t times) {
  auto* const cell = kind.cells.find(hash, [&](const auto& each) { return is(each, word); });
  if (cell == nullptr) [[unlikely]]
    return enter(kind, word, hash, times);
  const std::uint64_t high = times >> 32U;
  const std::uint64_t sum = cell->count + (times & 0xffff'ffff);
  cell->count = static_cast<std::uint32_t>(sum);
  if (const std::uint64_t carry = high + (sum >> 32U); carry != 0) [[unlikely]] {
    spill(bytes_of(*cell), carry);
  }
}

/// Counts a word that is new.
template <class Kind, class Word>
[[gnu::noinline]] void WordTable::enter(Kind& kind, Word word, std::uint64_t hash,
                                        std::uint64_t times) {
  auto& cell = kind.cells.enter(hash, [this](const auto& each) { return hash_of(each); });
  write(word, cell);
  cell.count = static_cast<std::uint32_t>(times);
  if (times >> 32U != 0) spill(bytes_of(cell), times >> 32U);
}

void WordTable::write(const LongWord& word, LongCell& cell) {
  cell = {word.hash, bytes_.size(), static_cast<std::uint32_t>(word.bytes.size()), 0};
  bytes_.insert(bytes_.end(), word.bytes.begin(), word.bytes.end());
}

void WordTable::spill(std::string_view word, std::uint64_t high) {
  spilled_[std::string(word)] += high;
}

std::uint64_t WordTable::whole_count(std::string_view word, std::uint32_t low) const {
  if (spilled_.empty()) return low;
  const auto high = spilled_.find(std::string(word));
  return high == spilled_.end() ? low : high->second << 32U | low;
}

/// Has the word's cell fetched from memory, and counts it some words later.
template <class Kind, class Word>
void WordTable::wait(Kind& kind, const Word& word, std::uint32_t times) {
  const std::uint64_t hash = hash_of(word);
  kind.cells.prefetch(hash);
  kind.waiting[kind.waiting_count++] = {word, times, hash};
  if (kind.waiting_count == kind.waiting.size()) count_waiting(kind);
}

template <class Kind>
void WordTable::count_waiting(Kind& kind) {
  const auto waiting = std::span(kind.waiting).first(std::exchange(kind.waiting_count, 0));
  if constexpr (std::is_same_v<typename Kind::Word, LongWord>) {
    for (const auto& each : waiting) {
      const LongCell& cell = kind.cells.home(each.hash);
      if (cell.hash == each.hash) __builtin_prefetch(bytes_of(cell).data());
    }
  }
  for (const auto& each : waiting) count(kind, each.word, each.hash, each.times);
}

void WordTable::count_all_waiting() {
  count_waiting(short_);
  count_waiting(middle_);
  count_waiting(long_);
}

void WordTable::add(std::string_view word, std::uint64_t times) {
  if (word.size() <= ShortWord::kSizeMax) {
    const ShortWord copy = ShortWord::copy(word);
    count(short_, copy, hash_(copy), times);
  } else if (word.size() <= MiddleWord::kSizeMax) {
    const MiddleWord copy = MiddleWord::copy(word);
    count(middle_, copy, hash_(copy), times);
  } else {
    const LongWord view{word, hash_(word)};
    count(long_, view, view.hash, times);
  }
}

void WordTable::add_all(const WordCounts& counts) {
  counts.for_each([&](const WordCount& row) {
    if (row.count >> 32U != 0) return add(row.word, row.count);
    const auto times = static_cast<std::uint32_t>(row.count);
    if (row.word.size() <= ShortWord::kSizeMax) {
      wait(short_, ShortWord::copy(row.word), times);
    } else if (row.word.size() <= MiddleWord::kSizeMax) {
      wait(middle_, MiddleWord::copy(row.word), times);
    } else {
      wait(long_, LongWord{row.word, hash_(row.word)}, times);
    }
  });
  count_all_waiting();
}

void WordTable::add_all(const WordTable& table) {
  table.short_.cells.for_each(
      [&](const ShortCell& cell) { wait(short_, cell.word(), cell.count); });
  table.middle_.cells.for_each(
      [&](const MiddleCell& cell) { wait(middle_, cell.word(), cell.count); });
  table.long_.cells.for_each([&](const LongCell& cell) {
    wait(long_, LongWord{table.bytes_of(cell), cell.hash}, cell.count);
  });
  count_all_waiting();
  for (const auto& [word, high] : table.spilled_) spill(word, high);
}

std::size_t WordTable::size() const {
  return short_.cells.size() + middle_.cells.size() + long_.cells.size();
}

WordTable::Shape WordTable::shape() const {
  return {short_.cells.size(), middle_.cells.size(), long_.cells.size()};
}

void WordTable::expect(const Shape& shape) {
  const auto hash_of_cell = [this](const auto& cell) { return hash_of(cell); };
  short_.cells.reserve(shape.short_count, hash_of_cell);
  middle_.cells.reserve(shape.middle_count, hash_of_cell);
  long_.cells.reserve(shape.long_count, hash_of_cell);
}

WordCounts WordTable::pack() const {
  WordCounts::Builder builder(size());
  // Half the cells are free, and which of them nobody can guess.
  const auto add_cells = [&]<class Cell>(const CellTable<Cell>& cells) {
    for (const Cell& cell : cells.cells()) {
      const bool is_word = !cell.is_free();
      const std::string_view word(cell.data(), is_word ? cell.word().size() : 0);
      const bool may_have_spilled = is_word && !spilled_.empty();
      const std::uint64_t count = may_have_spilled ? whole_count(word, cell.count) : cell.count;
      builder.add_inline<sizeof(Cell)>(word.data(), word.size(), count, is_word);
    }
  };
  add_cells(short_.cells);
  add_cells(middle_.cells);
  long_.cells.for_each([&](const LongCell& cell) {
    const std::string_view word = bytes_of(cell);
    builder.add(word, whole_count(word, cell.count));
  });
  return std::move(builder).build();
}

void WordTable::clear() {
  short_.cells.clear();
  middle_.cells.clear();
  long_.cells.clear();
  bytes_.clear();
  spilled_.clear();
}

std::size_t WordTable::byte_count() const {
  return sizeof *this + short_.cells.byte_count() + middle_.cells.byte_count() +
         long_.cells.byte_count() + bytes_.capacity();
}

std::size_t WordTable::look_count() const {
  const auto hash_of_cell = [this](const auto& cell) { return hash_of(cell); };
  return short_.cells.look_count(hash_of_cell) + middle_.cells.look_count(hash_of_cell) +
         long_.cells.look_count(hash_of_cell);
}

}  // namespace wordstream
