#include "words/word_table.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "text/utf8.h"
#include "words/order.h"

namespace wordstream {
namespace {

/// So many words are looked for together: their cells are under way from memory at the same time.
constexpr std::size_t kGroupWords = 256;

/// Not initialised: only what was written is read.
template <class Word>
using Group = std::array<Word, kGroupWords>;

template <class Cell>
void prefetch(Cell& cell) {
  __builtin_prefetch(&cell, 1);
}

/// A busy scan is faster than the hardware's own prefetching.
constexpr std::size_t kScanBytes = 4096;

/// Whether all words of a line are ASCII, and none comes so often. Without a branch for each.
template <class Line>
bool is_plain_and_below(const Line& line, std::uint64_t count) {
  std::uint32_t max = 0;
  std::uint64_t high_bits = 0;
  for (const auto& cell : line) {
    max = std::max(max, cell.count);
    high_bits |= cell.high_bits();
  }
  return high_bits == 0 && max < count;
}

}  // namespace

WordTable::WordTable(HashKey key) : hash_(key) {}

void WordTable::add_words(std::string_view text, std::span<const std::uint32_t> edges) {
  total_ += edges.size() / 2;
  while (!edges.empty()) {
    const std::size_t size = std::min(edges.size(), 2 * kGroupWords);
    add_group(text.data(), edges.first(size));
    edges = edges.subspan(size);
  }
}

/// Most words are short: whether one is, costs no branch. Of the others it is noted which they are.
void WordTable::add_group(const char* text, std::span<const std::uint32_t> edges) {
  const WordHash hash = hash_;  // in registers, as what follows
  const CellLines cells = short_.lines();
  const std::size_t word_count = edges.size() / 2;
  Group<Awaited<ShortCell, ShortWord>> shorts;
  Group<std::uint32_t> others;
  std::size_t short_count = 0;
  for (std::size_t i = 0; i < word_count; ++i) {
    const std::size_t size = edges[2 * i + 1] - edges[2 * i];
    const bool is_short = size <= ShortWord::kSizeMax;
    const ShortWord word = ShortWord::load(text + edges[2 * i], is_short ? size : 0);
    ShortCell& home = cells.home(hash(word));
    prefetch(home);
    shorts[short_count] = {word, &home};
    others[i - short_count] = static_cast<std::uint32_t>(i);
    short_count += is_short ? 1 : 0;
  }
  count_all(short_, shorts.data(), short_count);
  if (short_count < word_count) {
    add_longer(text, edges, std::span(others).first(word_count - short_count));
  }
}

void WordTable::add_longer(const char* text, std::span<const std::uint32_t> edges,
                           std::span<const std::uint32_t> which) {
  Group<Awaited<MiddleCell, MiddleWord>> middles;
  Group<Place> longs;
  std::size_t middle_count = 0;
  std::size_t long_count = 0;
  for (const std::uint32_t i : which) {
    const char* const at = text + edges[2 * i];
    const std::size_t size = edges[2 * i + 1] - edges[2 * i];
    if (size <= MiddleWord::kSizeMax) [[likely]] {
      const MiddleWord word = MiddleWord::load(at, size);
      MiddleCell& home = middle_.lines().home(hash_(word));
      prefetch(home);
      middles[middle_count++] = {word, &home};
    } else {
      longs[long_count++] = {at, size};
    }
  }
  count_all(middle_, middles.data(), middle_count);
  if (long_count != 0) add_long(std::span(longs).first(long_count));
}

void WordTable::add_long(std::span<const Place> places) {
  Group<std::uint32_t> hashes;
  for (std::size_t i = 0; i < places.size(); ++i) {
    hashes[i] = long_word({places[i].at, places[i].size}).hash;
    prefetch(long_.lines().home(hashes[i]));
  }
  for (const std::uint32_t hash : std::span(hashes).first(places.size())) {
    const LongCell& cell = long_.lines().home(hash);
    if (cell.hash == hash) __builtin_prefetch(bytes_.data() + cell.place);
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    count(long_, LongWord{{places[i].at, places[i].size}, hashes[i]}, 1);
  }
}

/// Counts each of them once more. Nearly all stand in their home cells.
template <class Cells, class Cell, class Word>
[[gnu::always_inline]] inline void WordTable::count_all(Cells& cells,
                                                        const Awaited<Cell, Word>* words,
                                                        std::size_t size) {
  const CellLines<Cell> lines = cells.lines();
  for (std::size_t i = 0; i < size; ++i) {
    Cell& home = *words[i].home;
    if (home.holds(words[i].word)) [[likely]] {
      if (++home.count == 0) [[unlikely]]
        spill(bytes_of(home), 1);
      continue;
    }
    count_elsewhere(cells, words[i].word, 1);
    if (cells.lines() == lines) continue;
    // The table has grown: home is elsewhere for all that are left.
    while (++i < size) count(cells, words[i].word, 1);
  }
}

/// Counts a word that does not stand in its home cell, or is new.
template <class Cells, class Word>
[[gnu::noinline]] void WordTable::count_elsewhere(Cells& cells, const Word& word,
                                                  std::uint64_t times) {
  const std::uint64_t hash = hash_of(word);
  const auto lines = cells.lines();
  const bool is_home_free = lines.home(hash).is_free();
  const auto is_it = [&](const auto& each) { return is(each, word); };
  auto* cell = is_home_free ? nullptr : lines.find_beyond_home(hash, is_it);
  if (cell == nullptr) {
    cell = &cells.enter(hash, [this](const auto& each) { return hash_of(each); });
    write(word, *cell);
  }
  add_to(*cell, times);
}

template <class Cells, class Word>
void WordTable::count(Cells& cells, const Word& word, std::uint64_t times) {
  auto& home = cells.lines().home(hash_of(word));
  if (!is(home, word)) return count_elsewhere(cells, word, times);
  add_to(home, times);
}

template <class Cell>
void WordTable::add_to(Cell& cell, std::uint64_t times) {
  const std::uint64_t sum = cell.count + (times & 0xffff'ffff);
  cell.count = static_cast<std::uint32_t>(sum);
  if (const std::uint64_t carry = (times >> 32U) + (sum >> 32U); carry != 0) [[unlikely]] {
    spill(bytes_of(cell), carry);
  }
}

std::string_view WordTable::bytes_of(const LongCell& cell) const {
  const char* const at = bytes_.data() + cell.place - 1;
  std::uint32_t length = 0;
  std::memcpy(&length, at, sizeof length);
  return {at + sizeof length, length};
}

void WordTable::write(const LongWord& word, LongCell& cell) {
  cell = {bytes_.size() + 1, word.hash, 0};
  const auto length = static_cast<std::uint32_t>(word.bytes.size());
  const auto* const length_bytes = reinterpret_cast<const char*>(&length);
  bytes_.insert(bytes_.end(), length_bytes, length_bytes + sizeof length);
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

void WordTable::add(std::string_view word, std::uint64_t times) {
  total_ += times;
  if (word.size() <= ShortWord::kSizeMax) {
    count(short_, ShortWord::copy(word), times);
  } else if (word.size() <= MiddleWord::kSizeMax) {
    count(middle_, MiddleWord::copy(word), times);
  } else {
    count(long_, long_word(word), times);
  }
}

/// Counts words of one kind, each so often, a group at a time.
template <class Cells, class Word>
class WordTable::Adder {
 public:
  Adder(WordTable& table, Cells& cells) : table_(table), cells_(cells) {}

  void add(const Word& word, std::uint64_t times) {
    prefetch(cells_.lines().home(table_.hash_of(word)));
    group_[size_++] = {word, times};
    if (size_ == group_.size()) count();
  }

  void count() {
    for (const Counted& each : std::span(group_).first(std::exchange(size_, 0))) {
      table_.count(cells_, each.word, each.times);
    }
  }

 private:
  struct Counted {
    Word word;
    std::uint64_t times;
  };

  WordTable& table_;
  Cells& cells_;
  Group<Counted> group_;
  std::size_t size_ = 0;
};

/// Those of all kinds.
class WordTable::Adders {
 public:
  explicit Adders(WordTable& table)
      : shorts_(table, table.short_), middles_(table, table.middle_), longs_(table, table.long_) {}

  void add(const ShortWord& word, std::uint64_t times) { shorts_.add(word, times); }
  void add(const MiddleWord& word, std::uint64_t times) { middles_.add(word, times); }
  void add(const LongWord& word, std::uint64_t times) { longs_.add(word, times); }
  void count() {
    shorts_.count();
    middles_.count();
    longs_.count();
  }

 private:
  Adder<ShortCells, ShortWord> shorts_;
  Adder<MiddleCells, MiddleWord> middles_;
  Adder<LongCells, LongWord> longs_;
};

void WordTable::add_all(const WordCounts& counts) {
  Adders adders(*this);
  counts.for_each([&](const WordCount& row) {
    if (row.word.size() <= ShortWord::kSizeMax) {
      adders.add(ShortWord::copy(row.word), row.count);
    } else if (row.word.size() <= MiddleWord::kSizeMax) {
      adders.add(MiddleWord::copy(row.word), row.count);
    } else {
      adders.add(long_word(row.word), row.count);
    }
  });
  adders.count();
  total_ += counts.total();
}

void WordTable::add_all(const WordTable& table) {
  Adders adders(*this);
  table.short_.for_each([&](const ShortCell& cell) { adders.add(cell.word(), cell.count); });
  table.middle_.for_each([&](const MiddleCell& cell) { adders.add(cell.word(), cell.count); });
  table.long_.for_each([&](const LongCell& cell) {
    adders.add(LongWord{table.bytes_of(cell), cell.hash}, cell.count);
  });
  adders.count();
  for (const auto& [word, high] : table.spilled_) spill(word, high);
  total_ += table.total_;
}

std::size_t WordTable::size() const { return short_.size() + middle_.size() + long_.size(); }

WordTable::Shape WordTable::shape() const { return {short_.size(), middle_.size(), long_.size()}; }

void WordTable::expect(const Shape& shape) {
  const auto hash_of_cell = [this](const auto& cell) { return hash_of(cell); };
  short_.reserve(shape.short_count, hash_of_cell);
  middle_.reserve(shape.middle_count, hash_of_cell);
  long_.reserve(shape.long_count, hash_of_cell);
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
  add_cells(short_);
  add_cells(middle_);
  long_.for_each([&](const LongCell& cell) {
    const std::string_view word = bytes_of(cell);
    builder.add(word, whole_count(word, cell.count));
  });
  return std::move(builder).build();
}

// All but a few lines of cells are turned away by one comparison: the first ten of 400,000 words
// take a seventh of the time that packing all of them does.
WordCounts WordTable::pack_head(std::size_t row_count_max) const {
  TopRows top(row_count_max + 1);
  std::vector<WordCount> others;
  const auto offer = [&](std::string_view word, std::uint32_t low) {
    const WordCount row{word, whole_count(word, low)};
    reads_as_itself(word) ? top.offer(row) : others.push_back(row);
  };
  const auto look_at = [&](const auto& cells) {
    std::uint64_t count_min = 0;
    for (std::size_t at = 0; at < cells.lines().line_count(); ++at) {
      const auto line = cells.lines().line(at);
      __builtin_prefetch(line.data() + kScanBytes / sizeof line[0]);
      if (is_plain_and_below(line, count_min) && spilled_.empty()) [[likely]]
        continue;
      for (const auto& cell : line) {
        if (!cell.is_free()) offer(bytes_of(cell), cell.count);
      }
      count_min = std::max<std::uint64_t>(top.count_min(), 1);
    }
  };
  look_at(short_);
  look_at(middle_);
  look_at(long_);
  WordCounts::Builder builder;
  for (const WordCount& row : std::move(top).rows()) builder.add(row.word, row.count);
  for (const WordCount& row : others) builder.add(row.word, row.count);
  return std::move(builder).build_head(size(), total_);
}

void WordTable::clear() {
  short_.clear();
  middle_.clear();
  long_.clear();
  bytes_.clear();
  spilled_.clear();
  total_ = 0;
}

std::size_t WordTable::byte_count() const {
  return sizeof *this + short_.byte_count() + middle_.byte_count() + long_.byte_count() +
         bytes_.capacity();
}

std::size_t WordTable::look_count() const {
  const auto hash_of_cell = [this](const auto& cell) { return hash_of(cell); };
  return short_.look_count(hash_of_cell) + middle_.look_count(hash_of_cell) +
         long_.look_count(hash_of_cell);
}

}  // namespace wordstream
