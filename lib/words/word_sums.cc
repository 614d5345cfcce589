#include "words/word_sums.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/check.h"

namespace wordstream {
namespace {

constexpr std::size_t kSlotCountMin = 1024;
constexpr std::size_t kNumbersPerWord = 64;  // bits of is_fresh_
/// So many words are looked up together: fetches from memory for one overlap those for the others.
constexpr std::size_t kGroupSize = 64;
/// Fewer dead than this are not worth a renumbering.
constexpr std::size_t kDeadCountMin = 4096;
constexpr std::size_t kDeadBytesMin = 64 * 1024;
constexpr std::size_t kEntryCountMax = std::size_t{1} << 31;

}  // namespace

WordSums::WordSums(HashKey key) : hash_(key), index_(kSlotCountMin) { group_.reserve(kGroupSize); }

NumberedCounts WordSums::add(const WordCounts& counts) {
  counts.for_each([&](const WordCount& row) {
    const std::uint64_t hash = hash_(row.word);
    __builtin_prefetch(&index_[hash & (index_.size() - 1)]);
    group_.push_back(Pending{row, hash});
    if (group_.size() == kGroupSize) add_group();
  });
  add_group();
  return take_fresh();
}

void WordSums::add_group() {
  for (const Pending& pending : group_) {
    const Slot& slot = index_[pending.hash & (index_.size() - 1)];
    if (slot.next_number != 0) __builtin_prefetch(&entries_[slot.next_number - 1]);
  }
  for (const Pending& pending : group_) {
    const WordNumber number = number_of(pending);
    entries_[number].sum += pending.row.count;
    fresh_[number] += pending.row.count;
    is_fresh_[number / kNumbersPerWord] |= std::uint64_t{1} << number % kNumbersPerWord;
  }
  group_.clear();
}

/// The batch that was added, in the order of the numbers.
NumberedCounts WordSums::take_fresh() {
  NumberedCounts::Builder builder;
  for (std::size_t i = 0; i < is_fresh_.size(); ++i) {
    for (std::uint64_t bits = std::exchange(is_fresh_[i], 0); bits != 0; bits &= bits - 1) {
      const std::size_t number =
          i * kNumbersPerWord + static_cast<std::size_t>(std::countr_zero(bits));
      builder.add(static_cast<WordNumber>(number), std::exchange(fresh_[number], 0));
    }
  }
  return std::move(builder).build();
}

WordNumber WordSums::number_of(const Pending& pending) {
  const std::string_view word = pending.row.word;
  const bool is_short = word.size() <= kShortWordBytes;
  const std::uint64_t key = is_short ? short_word_number(word) : pending.hash;
  const auto tag = static_cast<std::uint32_t>(pending.hash);
  const std::size_t mask = index_.size() - 1;
  for (std::size_t at = tag & mask; index_[at].next_number != 0; at = (at + 1) & mask) {
    if (index_[at].tag != tag) continue;
    const WordNumber number = index_[at].next_number - 1;
    const Entry& entry = entries_[number];
    const bool may_be = entry.key == key && entry.length == word.size();
    if (may_be && (is_short || word_of(entry) == word)) return number;
  }
  return enter(Entry{key, 0, bytes_.size(), static_cast<std::uint32_t>(word.size()), tag}, word);
}

/// Gives a new word a number.
WordNumber WordSums::enter(const Entry& entry, std::string_view word) {
  if (free_.empty()) {
    WS_CHECK(entries_.size() < kEntryCountMax, "numbering words");
    free_.push_back(static_cast<WordNumber>(entries_.size()));
    entries_.emplace_back();
    fresh_.push_back(0);
    is_fresh_.resize(entries_.size() / kNumbersPerWord + 1);
  }
  const WordNumber number = free_.back();
  free_.pop_back();
  entries_[number] = entry;
  bytes_.insert(bytes_.end(), word.begin(), word.end());
  // At most half full: a search then sees 1.5 slots on average.
  if (size() * 2 > index_.size()) fill_index(index_.size() * 2);
  insert(entry.tag, number);
  return number;
}

/// Builds the index anew of all words that are alive.
void WordSums::fill_index(std::size_t slot_count) {
  index_.assign(slot_count, Slot{});
  index_.shrink_to_fit();
  for (std::size_t number = 0; number < entries_.size(); ++number) {
    const Entry& entry = entries_[number];
    if (entry.sum != 0) insert(entry.tag, static_cast<WordNumber>(number));
  }
}

void WordSums::insert(std::uint32_t tag, WordNumber number) {
  const std::size_t mask = index_.size() - 1;
  std::size_t at = tag & mask;
  while (index_[at].next_number != 0) at = (at + 1) & mask;
  index_[at] = Slot{tag, number + 1};
}

/// Frees the word's slot and moves up those behind it that would not be found any more.
void WordSums::erase(std::uint32_t tag, WordNumber number) {
  const std::size_t mask = index_.size() - 1;
  std::size_t hole = tag & mask;
  while (index_[hole].next_number != number + 1) hole = (hole + 1) & mask;
  for (std::size_t at = (hole + 1) & mask; index_[at].next_number != 0; at = (at + 1) & mask) {
    const std::size_t home = index_[at].tag & mask;
    if (((at - home) & mask) < ((at - hole) & mask)) continue;
    index_[hole] = index_[at];
    hole = at;
  }
  index_[hole] = Slot{};
}

void WordSums::subtract(const NumberedCounts& counts) {
  counts.for_each([&](WordNumber number, std::uint64_t count) {
    Entry& entry = entries_[number];
    WS_CHECK(entry.sum >= count, "taking a batch out of a window");
    if (entry.sum == count) {
      forget(number);
    } else {
      entry.sum -= count;
    }
  });
}

void WordSums::forget(WordNumber number) {
  Entry& entry = entries_[number];
  WS_CHECK(entry.sum != 0, "forgetting a word");
  entry.sum = 0;
  erase(entry.tag, number);
  free_.push_back(number);
  dead_byte_count_ += entry.length;
  const std::size_t living_byte_count = bytes_.size() - dead_byte_count_;
  if (dead_byte_count_ > kDeadBytesMin && dead_byte_count_ * 2 > living_byte_count) compact_bytes();
}

/// Gives back the memory of the bytes of the dead.
void WordSums::compact_bytes() {
  std::vector<char> bytes;
  bytes.reserve(bytes_.size() - dead_byte_count_);
  for (Entry& entry : entries_) {
    if (entry.sum == 0) continue;
    const std::string_view word = word_of(entry);
    entry.offset = bytes.size();
    bytes.insert(bytes.end(), word.begin(), word.end());
  }
  bytes_ = std::move(bytes);
  dead_byte_count_ = 0;
}

bool WordSums::is_sparse() const {
  return free_.size() > kDeadCountMin && free_.size() * 2 > size();
}

std::vector<WordNumber> WordSums::renumber() {
  std::vector<WordNumber> numbers(entries_.size(), kNoWord);
  std::vector<Entry> living;
  living.reserve(size());
  for (std::size_t number = 0; number < entries_.size(); ++number) {
    if (entries_[number].sum == 0) continue;
    numbers[number] = static_cast<WordNumber>(living.size());
    living.push_back(entries_[number]);
  }
  entries_ = std::move(living);
  free_ = {};
  fresh_ = std::vector<std::uint64_t>(entries_.size());
  is_fresh_ = std::vector<std::uint64_t>(entries_.size() / kNumbersPerWord + 1);
  compact_bytes();
  fill_index(std::max(kSlotCountMin, std::bit_ceil(size() * 2)));
  return numbers;
}

WordCounts WordSums::pack() const {
  WordCounts::Builder builder;
  for (const Entry& entry : entries_) {
    if (entry.sum != 0) builder.add(word_of(entry), entry.sum);
  }
  return std::move(builder).build();
}

WordCounts WordSums::pack(const NumberedCounts& counts) const {
  WordCounts::Builder builder;
  counts.for_each([&](WordNumber number, std::uint64_t) {
    builder.add(word_of(entries_[number]), entries_[number].sum);
  });
  return std::move(builder).build();
}

std::size_t WordSums::byte_count() const {
  return index_.capacity() * sizeof(Slot) + entries_.capacity() * sizeof(Entry) +
         bytes_.capacity() + free_.capacity() * sizeof(WordNumber) +
         fresh_.capacity() * sizeof(std::uint64_t);
}

}  // namespace wordstream
