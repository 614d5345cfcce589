#include "text/utf8.h"

#include <cstdint>
#include <cstring>

#include "base/check.h"

namespace wordstream {
namespace {

/// What a first byte asks for: how many bytes in all (0: it begins nothing), and the range of the
/// second. All others are 80 to BF.
struct Lead {
  std::size_t length;
  unsigned char second_min;
  unsigned char second_max;
};

// The ranges shut out overlong forms (E0, F0) and what lies beyond U+10FFFF (F4). They do not shut
// out surrogates (ED A0 and up): Java takes all three bytes of one before it refuses it.
constexpr Lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {1, 0x80, 0xBF};
  if (byte < 0xC2) return {0, 0x80, 0xBF};
  if (byte < 0xE0) return {2, 0x80, 0xBF};
  if (byte < 0xE1) return {3, 0xA0, 0xBF};
  if (byte < 0xF0) return {3, 0x80, 0xBF};
  if (byte < 0xF1) return {4, 0x90, 0xBF};
  if (byte < 0xF4) return {4, 0x80, 0xBF};
  if (byte < 0xF5) return {4, 0x80, 0x8F};
  return {0, 0x80, 0xBF};
}

constexpr bool is_surrogate(char32_t code) { return code >= 0xD800 && code <= 0xDFFF; }

DecodedChar malformed(std::size_t length) { return {kReplacement, length, false}; }

}  // namespace

// What Java replaces at once is the longest beginning of a character, at least one byte.
DecodedChar decode_char(std::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes.front());
  const Lead lead = lead_of(first);
  if (lead.length == 0) return malformed(1);
  if (lead.length == 1) return {first, 1, true};
  // The first byte of n carries 7 - n bits, every other 6.
  char32_t code = first & (0x7FU >> lead.length);
  for (std::size_t at = 1; at < lead.length; ++at) {
    if (at == bytes.size()) return malformed(at);
    const auto byte = static_cast<unsigned char>(bytes[at]);
    const unsigned min = at == 1 ? lead.second_min : 0x80;
    const unsigned max = at == 1 ? lead.second_max : 0xBF;
    if (byte < min || byte > max) return malformed(at);
    code = code << 6 | (byte & 0x3FU);
  }
  if (is_surrogate(code)) return malformed(lead.length);
  return {code, lead.length, true};
}

std::size_t ascii_length(std::string_view bytes) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  std::size_t at = 0;
  for (; bytes.size() - at >= sizeof kHighBits; at += sizeof kHighBits) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes.data() + at, sizeof eight);
    if ((eight & kHighBits) != 0) break;
  }
  while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x80) ++at;
  return at;
}

bool is_valid_utf8(std::string_view bytes) {
  while (true) {
    bytes.remove_prefix(ascii_length(bytes));
    if (bytes.empty()) return true;
    const DecodedChar decoded = decode_char(bytes);
    if (!decoded.is_valid) return false;
    bytes.remove_prefix(decoded.length);
  }
}

std::string replace_invalid(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const DecodedChar decoded = decode_char(bytes);
    text.append(decoded.is_valid ? bytes.substr(0, decoded.length) : kReplacementText);
    bytes.remove_prefix(decoded.length);
  }
  return text;
}

bool reads_as_itself(std::string_view bytes) {
  const std::string_view rest = bytes.substr(ascii_length(bytes));
  return rest.empty() ||
         (is_valid_utf8(rest) && rest.find(kReplacementText) == std::string_view::npos);
}

void append_utf8(std::string& out, char32_t code) {
  WS_CHECK(code <= 0x10FFFF && !is_surrogate(code), "writing a character as UTF-8");
  const auto tail = [code](unsigned shift) {
    return static_cast<char>(0x80 | ((code >> shift) & 0x3F));
  };
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.append({static_cast<char>(0xC0 | code >> 6), tail(0)});
  } else if (code < 0x10000) {
    out.append({static_cast<char>(0xE0 | code >> 12), tail(6), tail(0)});
  } else {
    out.append({static_cast<char>(0xF0 | code >> 18), tail(12), tail(6), tail(0)});
  }
}

}  // namespace wordstream
