#include "words/order.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <numeric>
#include <string_view>
#include <utility>

namespace wordstream {
namespace {

/// So many rows more than are asked for are kept before the last of them are thrown away.
constexpr std::size_t kSpareRowsMin = 256;

bool comes_before(const WordCount& a, const WordCount& b) {
  return a.count != b.count ? a.count > b.count : a.word < b.word;
}

/// Where a row stands, and a number to sort it by.
struct Place {
  std::uint64_t key;
  std::size_t row;
};

std::uint32_t load_big_endian(const char* from) {
  std::uint32_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return __builtin_bswap32(value);
}
static_assert(std::endian::native == std::endian::little);

/// The first eight bytes of a word, or zeros behind them, as a number that is ordered as they are.
/// Most words are told apart by it, without a look at their bytes, which are all over the memory.
std::uint64_t prefix_of(std::string_view word) {
  if (word.size() < 4) {
    std::uint64_t prefix = 0;
    unsigned shift = 64;
    for (const char c : word)
      prefix |= std::uint64_t{static_cast<unsigned char>(c)} << (shift -= 8);
    return prefix;
  }
  // Two loads that may overlap: no loop, and nothing is read behind the word.
  const std::size_t size = std::min(word.size(), sizeof(std::uint64_t));
  const std::uint64_t last = load_big_endian(word.data() + size - 4);
  return std::uint64_t{load_big_endian(word.data())} << 32U |
         (last << (64 - 8 * size) & 0xffff'ffff);
}

/// Sorts by the keys, a byte at a time, the lowest first; places with the same key stay as they
/// were to each other. A byte that all keys have in common costs nothing.
void sort_by_key(std::vector<Place>& places) {
  constexpr std::size_t kKeyBytes = sizeof(Place::key);
  if (places.empty()) return;
  const auto byte_of = [](const Place& place, std::size_t at) {
    return static_cast<std::uint8_t>(place.key >> (8 * at));
  };
  std::array<std::array<std::size_t, 256>, kKeyBytes> counts{};
  for (const Place& place : places) {
    for (std::size_t at = 0; at < kKeyBytes; ++at) ++counts[at][byte_of(place, at)];
  }
  std::vector<Place> sorted(places.size());
  for (std::size_t at = 0; at < kKeyBytes; ++at) {
    auto& offsets = counts[at];
    if (offsets[byte_of(places.front(), at)] == places.size()) continue;
    std::exclusive_scan(offsets.begin(), offsets.end(), offsets.begin(), std::size_t{0});
    for (const Place& place : places) sorted[offsets[byte_of(place, at)]++] = place;
    places.swap(sorted);
  }
}

/// Sorts those with the same key, which begin alike, by the whole words.
void sort_within_keys(std::vector<Place>& places, const std::vector<WordCount>& rows) {
  for (auto begin = places.begin(); begin != places.end();) {
    const auto end = std::find_if(begin, places.end(),
                                  [&](const Place& place) { return place.key != begin->key; });
    if (end - begin > 1) {
      std::sort(begin, end, [&](const Place& a, const Place& b) {
        return rows[a.row].word < rows[b.row].word;
      });
    }
    begin = end;
  }
}

std::vector<Place> places_by_word(const std::vector<WordCount>& rows) {
  std::vector<Place> places;
  places.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    places.push_back({prefix_of(rows[row].word), row});
  }
  sort_by_key(places);
  sort_within_keys(places, rows);
  return places;
}

void put_in_order(std::vector<WordCount>& rows, const std::vector<Place>& places) {
  std::vector<WordCount> ordered;
  ordered.reserve(rows.size());
  for (const Place& place : places) ordered.push_back(rows[place.row]);
  rows = std::move(ordered);
}

}  // namespace

void TopRows::take(const WordCount& row) {
  if (row.count == last_.count && !(row.word < last_.word)) return;
  rows_.push_back(row);
  if (rows_.size() / 2 >= row_count_max_ && rows_.size() >= kSpareRowsMin) drop_least();
}

/// Throws away all rows that are not among the first.
void TopRows::drop_least() {
  if (rows_.size() <= row_count_max_) return;
  const auto end = rows_.begin() + static_cast<std::ptrdiff_t>(row_count_max_);
  std::nth_element(rows_.begin(), end - 1, rows_.end(), comes_before);
  rows_.erase(end, rows_.end());
  last_ = rows_.back();
}

std::vector<WordCount> TopRows::rows() && {
  drop_least();
  order_by_count(rows_);
  return std::move(rows_);
}

std::vector<WordCount> rows_by_count(const WordCounts& counts, std::size_t row_count_max) {
  TopRows top(row_count_max);
  counts.for_each([&](const WordCount& row) { top.offer(row); });
  return std::move(top).rows();
}

void order_by_count(std::vector<WordCount>& rows) {
  std::vector<Place> places = places_by_word(rows);
  for (Place& place : places) place.key = ~rows[place.row].count;
  sort_by_key(places);
  put_in_order(rows, places);
}

void order_by_word(std::vector<WordCount>& rows) { put_in_order(rows, places_by_word(rows)); }

}  // namespace wordstream
