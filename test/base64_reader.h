// Base64 read back, for tests: slow, plain, and not made of what it tests.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wordstream {

inline std::string read_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  unsigned bit_count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<unsigned>(kDigits.find(c));
    bit_count += 6;
    if (bit_count < 8) continue;
    bit_count -= 8;
    bytes.push_back(static_cast<char>(bits >> bit_count & 0xFF));
  }
  return bytes;
}

}  // namespace wordstream
