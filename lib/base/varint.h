// Whole numbers in as few bytes as they need (LEB128): seven bits a byte, the least first; the high
// bit says that another byte follows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace wordstream {

inline void append_varint(std::string& out, std::uint64_t value) {
  while (value > 0x7f) {
    out.push_back(static_cast<char>((value & 0x7f) | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
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
