#include "text/json_text.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "base/byte_set.h"
#include "text/utf8.h"
#include "text/visible.h"

namespace wordstream {
namespace {

/// The letter behind the backslash where JSON has one for `code`; 0 where it has none.
constexpr char letter_of(char32_t code) {
  switch (code) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

/// All bytes of the characters that may have to be escaped; the rest just goes through.
constexpr ByteSet kSpecial = [] {
  std::array<char, 256> bytes{};
  std::size_t count = 0;
  for (int byte = 0; byte < 256; ++byte) {
    const bool is_special = byte < 0x20 || byte >= 0x7F || byte == '"' || byte == '\\';
    if (is_special) bytes[count++] = static_cast<char>(byte);
  }
  return ByteSet({bytes.data(), count});
}();

bool must_escape(char32_t code, bool for_terminal) {
  return code < 0x20 || code == '"' || code == '\\' || (for_terminal && is_control(code));
}

void append_escape(std::string& out, char32_t code) {
  if (const char letter = letter_of(code); letter != 0) {
    out.append({'\\', letter});
  } else {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<std::uint32_t>(code));
  }
}

}  // namespace

void append_json(std::string& out, std::string_view text, bool for_terminal) {
  while (true) {
    const std::size_t plain = kSpecial.length_before(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return;
    const DecodedChar decoded = decode_char(text);
    if (must_escape(decoded.code, for_terminal)) {
      append_escape(out, decoded.code);
    } else {
      out.append(text.substr(0, decoded.length));
    }
    text.remove_prefix(decoded.length);
  }
}

std::string quoted_json(std::string_view text) {
  std::string quoted = "\"";
  append_json(quoted, is_valid_utf8(text) ? std::string(text) : replace_invalid(text), true);
  return quoted + '"';
}

}  // namespace wordstream
