#include "text/percent.h"

#include <fmt/format.h>

#include <cctype>

namespace wordstream {

std::string percent_decoded(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto digit = [&](std::size_t at) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      if (at >= text.size()) return kDigits.npos;
      return kDigits.find(static_cast<char>(std::tolower(static_cast<unsigned char>(text[at]))));
    };
    const std::size_t high = digit(1);
    const std::size_t low = digit(2);
    const bool is_code = text.front() == '%' && high != text.npos && low != text.npos;
    result += is_code ? static_cast<char>(16 * high + low) : text.front();
    text.remove_prefix(is_code ? 3 : 1);
  }
  return result;
}

std::string percent_encoded(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                          std::string_view("-._~,:[]$@").find(c) != std::string_view::npos ||
                          static_cast<unsigned char>(c) >= 0x80;
    result += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return result;
}

}  // namespace wordstream
