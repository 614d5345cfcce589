// How words are found in tables: by a keyed hash, and short ones by a number that is the word.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "words/inline_word.h"

namespace wordstream {

/// The key of the hash. Drawn anew by each process, so that no sender can choose words that
/// collide.
using HashKey = std::array<std::uint64_t, 2>;

/// Words up to this long are told apart by a number, without looking at their bytes.
inline constexpr std::size_t kShortWordBytes = 8;

namespace detail {

template <class T>
std::uint64_t load(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

/// The 128-bit product folded to 64: every bit of the result hangs on every bit of both factors.
inline std::uint64_t fold_multiply(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace detail

/// The bytes of a word of at most 8 bytes as a number that no other word of its length has.
inline std::uint64_t short_word_number(std::string_view word) {
  using detail::load;
  const char* const at = word.data();
  const std::size_t size = word.size();
  if (size == 8) return load<std::uint64_t>(at);
  // Two loads that may overlap cover any length without a loop.
  if (size >= 4) return load<std::uint32_t>(at) | load<std::uint32_t>(at + size - 4) << 32;
  if (size == 0) return 0;
  return load<std::uint8_t>(at) | load<std::uint8_t>(at + size / 2) << 8 |
         load<std::uint8_t>(at + size - 1) << 16;
}

class WordHash {
 public:
  explicit WordHash(HashKey key)
      : key_{key[0] ^ kSalt[0], key[1] ^ kSalt[1], key[0] ^ kSalt[2], key[1] ^ kSalt[3]} {}

  /// The key that is none: with it the hash is what anybody could compute. For tests.
  static constexpr HashKey key_of_zeros() { return {kSalt[0], kSalt[1]}; }

  /// One multiplication or two: with the key unknown it is as hard to make words collide as with
  /// rounds of AES, and as fast on every processor.
  std::uint64_t operator()(const ShortWord& word) const {
    return detail::fold_multiply(word.head[0] ^ key_[0], word.tail ^ key_[1]);
  }
  std::uint64_t operator()(const MiddleWord& word) const {
    return detail::fold_multiply(word.head[0] ^ key_[0], word.head[1] ^ key_[1]) ^
           detail::fold_multiply(word.head[2] ^ key_[2], word.tail ^ key_[3]);
  }

  /// A keyed hash built of folded multiplications (the construction of wyhash and of ahash).
  /// Without the key nobody can tell which words meet in one cell.
  std::uint64_t operator()(std::string_view word) const {
    using detail::fold_multiply, detail::load;
    std::uint64_t state = key_[0] ^ word.size();
    if (word.size() <= kShortWordBytes) {
      state = fold_multiply(short_word_number(word) ^ key_[1], state);
    } else {
      const char* at = word.data();
      std::size_t left = word.size();
      for (; left > 16; left -= 16, at += 16) {
        state =
            fold_multiply(load<std::uint64_t>(at) ^ key_[1], load<std::uint64_t>(at + 8) ^ state);
      }
      // The last 16 bytes, or what there is of them, from both ends.
      const char* const first = left < 8 ? at + left - 8 : at;
      state = fold_multiply(load<std::uint64_t>(first) ^ key_[1],
                            load<std::uint64_t>(at + left - 8) ^ state);
    }
    return fold_multiply(state ^ key_[0], key_[1] | 1);
  }

 private:
  /// Mixed into every key (the first digits of pi): a multiplication by a small number spreads
  /// nothing, and keys chosen by hand or by a seed are small.
  static constexpr std::array<std::uint64_t, 4> kSalt{0x243f6a8885a308d3, 0x13198a2e03707344,
                                                      0xa4093822299f31d0, 0x082efa98ec4e6c89};

  std::array<std::uint64_t, 4> key_;
};

}  // namespace wordstream
