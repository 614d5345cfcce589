#include "text/visible.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "text/utf8.h"

namespace wordstream {
namespace {

bool is_c0_or_delete(char32_t code) { return code < 0x20 || code == 0x7F; }
bool is_c1(char32_t code) { return code >= 0x80 && code <= 0x9F; }

/// Marks (ALM, LRM, RLM), embeddings and overrides, isolates.
bool turns_text(char32_t code) {
  return code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

/// How many bytes at the beginning are ASCII that a terminal just shows.
std::size_t plain_length(std::string_view bytes) {
  std::size_t length = 0;
  while (length < bytes.size() && bytes[length] >= 0x20 && bytes[length] < 0x7F) ++length;
  return length;
}

void append_shown(std::string& out, char32_t code) {
  const auto number = static_cast<std::uint32_t>(code);
  if (code <= 0xFF) {
    fmt::format_to(std::back_inserter(out), "\\x{:02x}", number);
  } else {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", number);
  }
}

void append_malformed(std::string& out, std::string_view bytes) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_c1(byte)) {
      append_shown(out, byte);
    } else {
      out.push_back(c);
    }
  }
}

}  // namespace

bool is_control(char32_t code) { return is_c0_or_delete(code) || is_c1(code) || turns_text(code); }

void append_visible(std::string& out, std::string_view bytes) {
  while (true) {
    const std::size_t plain = plain_length(bytes);
    out.append(bytes.substr(0, plain));
    bytes.remove_prefix(plain);
    if (bytes.empty()) return;
    const DecodedChar decoded = decode_char(bytes);
    const std::string_view taken = bytes.substr(0, decoded.length);
    if (!decoded.is_valid) {
      append_malformed(out, taken);
    } else if (is_control(decoded.code)) {
      append_shown(out, decoded.code);
    } else {
      out.append(taken);
    }
    bytes.remove_prefix(decoded.length);
  }
}

std::string visible(std::string_view bytes) {
  std::string shown;
  append_visible(shown, bytes);
  return shown;
}

}  // namespace wordstream
