// Short words as a few numbers: their bytes, zeros behind them, and their length. Two are the same
// when the numbers are, so that comparing and hashing know neither loops nor branches.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "text/padding.h"

namespace wordstream {

static_assert(std::endian::native == std::endian::little, "words stand in numbers byte by byte");

/// Words of up to 8 * kHeads + 3 bytes.
template <std::size_t kHeads>
struct InlineWord {
  static constexpr std::size_t kSizeMax = 8 * kHeads + 3;
  static_assert(8 * kHeads + 4 <= kTextPadding);

  std::array<std::uint64_t, kHeads> head;  ///< the first bytes
  std::uint32_t tail;  ///< three bytes more, and the length and 1: never zero, NULs or not

  /// The word at `text`, of at most kSizeMax bytes. Requires: kTextPadding bytes are readable.
  static InlineWord load(const char* text, std::size_t size) {
    InlineWord word;
    std::memcpy(word.head.data(), text, sizeof word.head);
    std::memcpy(&word.tail, text + sizeof word.head, sizeof word.tail);
    word.truncate(size);
    return word;
  }

  /// The same of bytes that stand anywhere.
  static InlineWord copy(std::string_view bytes) {
    std::array<char, 8 * kHeads + 4> padded{};
    std::memcpy(padded.data(), bytes.data(), bytes.size());
    return load(padded.data(), bytes.size());
  }

  std::size_t size() const { return (tail >> 24U) - 1; }

 private:
  /// What is left of the bytes of a word of some size, and what notes its size.
  struct Cut {
    std::array<std::uint64_t, kHeads> head;
    std::uint32_t tail;
    std::uint32_t size;
  };
  static constexpr auto kCuts = [] {
    std::array<Cut, kSizeMax + 1> cuts{};
    for (std::size_t size = 0; size <= kSizeMax; ++size) {
      for (std::size_t at = 0; at < size; ++at) {
        if (at < 8 * kHeads) {
          cuts[size].head[at / 8] |= std::uint64_t{0xff} << at % 8 * 8;
        } else {
          cuts[size].tail |= std::uint32_t{0xff} << at % 8 * 8;
        }
      }
      cuts[size].size = static_cast<std::uint32_t>(size + 1) << 24U;
    }
    return cuts;
  }();

  /// Zeros everything behind `size` bytes, and notes the size.
  void truncate(std::size_t size) {
    const Cut& by = kCuts[size];
    for (std::size_t i = 0; i < kHeads; ++i) head[i] &= by.head[i];
    tail = (tail & by.tail) | by.size;
  }
};

/// Such a word and its count: 16 bytes, or 32, and a line of the cache holds four, or two.
template <std::size_t kHeads>
struct InlineCell {
  std::array<std::uint64_t, kHeads> head;
  std::uint32_t tail;  // 0: the cell is free
  std::uint32_t count;

  bool is_free() const { return tail == 0; }
  /// Not zero where a byte is none of ASCII's.
  std::uint64_t high_bits() const {
    std::uint64_t bits = tail & 0x80'8080U;  // the uppermost byte is the size
    for (const std::uint64_t part : head) bits |= part & 0x8080'8080'8080'8080U;
    return bits;
  }
  /// Without a branch for each part (a comparison of arrays would be a call).
  bool holds(const InlineWord<kHeads>& word) const {
    std::uint64_t difference = tail ^ word.tail;
    for (std::size_t i = 0; i < kHeads; ++i) difference |= head[i] ^ word.head[i];
    return difference == 0;
  }
  InlineWord<kHeads> word() const { return {head, tail}; }
  const char* data() const { return reinterpret_cast<const char*>(head.data()); }
  std::string_view bytes() const { return {data(), word().size()}; }
};

using ShortWord = InlineWord<1>;
using MiddleWord = InlineWord<3>;
using ShortCell = InlineCell<1>;
using MiddleCell = InlineCell<3>;
static_assert(sizeof(ShortCell) == 16 && sizeof(MiddleCell) == 32);

}  // namespace wordstream
