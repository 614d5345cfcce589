// Whole numbers in as few bytes as they need (LEB128): seven bits a byte, the least first; the high
// bit says that another byte follows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace wordstream {

/// No number takes more.
inline constexpr std::size_t kVarintBytesMax = 10;

/// Writes a number to where there is room for it. Returns the place behind it.
inline char* write_varint(char* to, std::uint64_t value) {
  for (; value > 0x7f; value >>= 7) *to++ = static_cast<char>((value & 0x7f) | 0x80);
  *to++ = static_cast<char>(value);
  return to;
}

inline void append_varint(std::string& out, std::uint64_t value) {
  std::array<char, kVarintBytesMax> bytes;
  out.append(bytes.data(), write_varint(bytes.data(), value));
}

/// Reads a number and moves `at` behind it. Requires: append_varint wrote what stands there.
inline std::uint64_t read_varint(const char*& at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at++);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
}

/// The same for bytes that may be anything, up to `end`: none where no number of 64 bits stands.
inline std::optional<std::uint64_t> read_varint(const char*& at, const char* end) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && at != end; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at++);
    const std::uint64_t bits = byte & 0x7f;
    if (bits << shift >> shift != bits) return std::nullopt;
    value |= bits << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

}  // namespace wordstream
