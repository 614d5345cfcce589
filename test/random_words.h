// Words as nobody types them, by a seed: separators, quotes, control characters, characters of all
// lengths, and bytes that are no UTF-8.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>

namespace wordstream {

using namespace std::string_view_literals;

/// A word of up to `piece_count_max` pieces; often a short one, so that words repeat.
inline std::string random_word(std::mt19937_64& random, std::size_t piece_count_max) {
  static constexpr std::array kPieces{
      "a"sv,          "B"sv,    "7"sv,    " "sv,      "\0"sv,       "\t"sv,          "\n"sv,
      "\r"sv,         "\\"sv,   "\""sv,   "'"sv,      ","sv,        "\b"sv,          "\f"sv,
      "\x1b[2J"sv,    "\x7f"sv, "é"sv,    "\u202e"sv, "\u009b"sv,   "\ufffd"sv,      "€"sv,
      "\U0001F600"sv, "\x80"sv, "\x9b"sv, "\xff"sv,   "\xe2\x82"sv, "\xed\xa0\x80"sv};
  std::string word;
  for (std::size_t left = random() % (piece_count_max + 1); left > 0; --left)
    word += kPieces[random() % kPieces.size()];
  return word;
}

/// `word_count` such words, counted.
inline std::map<std::string, std::uint64_t> random_counts(std::uint64_t seed,
                                                          std::size_t word_count) {
  std::mt19937_64 random(seed);
  std::map<std::string, std::uint64_t> counts;
  for (; word_count > 0; --word_count) counts[random_word(random, 4)] += 1 + random() % 5;
  return counts;
}

}  // namespace wordstream
