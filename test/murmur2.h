// The partition of a key as Kafka's own clients choose it: MurmurHash2 of Austin Appleby, 32 bits,
// with their seed, the sign taken away. Source: Kafka 4.x, the default partitioner's documentation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wordstream {

inline std::uint32_t murmur2(std::string_view key) {
  constexpr std::uint32_t kFactor = 0x5bd1e995;
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(key[i]));
  };
  const auto whole = key.size() / 4 * 4;
  std::uint32_t hash = 0x9747b28c ^ static_cast<std::uint32_t>(key.size());
  for (std::size_t i = 0; i < whole; i += 4) {
    std::uint32_t word = byte(i) | byte(i + 1) << 8 | byte(i + 2) << 16 | byte(i + 3) << 24;
    word *= kFactor;
    word ^= word >> 24;
    hash = hash * kFactor ^ word * kFactor;
  }
  if (whole < key.size()) {
    for (std::size_t i = whole; i < key.size(); ++i) hash ^= byte(i) << (i - whole) * 8;
    hash *= kFactor;
  }
  hash ^= hash >> 13;
  hash *= kFactor;
  return hash ^ hash >> 15;
}

/// Of so many.
inline std::int32_t partition_of(std::string_view key, std::size_t partition_count) {
  return static_cast<std::int32_t>((murmur2(key) & 0x7fffffff) % partition_count);
}

}  // namespace wordstream
