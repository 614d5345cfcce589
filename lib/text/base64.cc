#include "text/base64.h"

#include <cstddef>
#include <cstdint>

namespace wordstream {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kGroupBytes = 3;
constexpr std::size_t kGroupDigits = 4;

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view group = bytes.substr(0, kGroupBytes);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < kGroupBytes; ++i) {
      bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
    }
    // A group of n bytes fills n + 1 digits.
    for (std::size_t i = 0; i < kGroupDigits; ++i) {
      out.push_back(i <= group.size() ? kDigits[bits >> (18 - 6 * i) & 63] : '=');
    }
    bytes.remove_prefix(group.size());
  }
}

}  // namespace wordstream
