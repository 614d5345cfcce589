#include "text/python_repr.h"

#include <fmt/format.h>
#include <unicode/uchar.h>

#include <cstdint>
#include <iterator>

#include "base/check.h"
#include "text/utf8.h"

namespace wordstream {
namespace {

// What str.isprintable() refuses: the general categories C* and Z*, but for the space.
constexpr std::uint32_t kUnprintable = U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CS_MASK | U_GC_CO_MASK |
                                       U_GC_CN_MASK | U_GC_ZL_MASK | U_GC_ZP_MASK | U_GC_ZS_MASK;

bool is_printable(char32_t code) {
  if (code < 0x7F) return code >= ' ';
  return (U_GET_GC_MASK(static_cast<UChar32>(code)) & kUnprintable) == 0;
}

void append_escaped(std::string& out, char32_t code) {
  const auto number = static_cast<std::uint32_t>(code);
  const auto into = std::back_inserter(out);
  if (code == '\t') {
    out.append("\\t");
  } else if (code == '\n') {
    out.append("\\n");
  } else if (code == '\r') {
    out.append("\\r");
  } else if (code <= 0xFF) {
    fmt::format_to(into, "\\x{:02x}", number);
  } else if (code <= 0xFFFF) {
    fmt::format_to(into, "\\u{:04x}", number);
  } else {
    fmt::format_to(into, "\\U{:08x}", number);
  }
}

}  // namespace

void append_python_repr(std::string& out, std::string_view text) {
  // Double quotes only where they save escaping a single one.
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  out.push_back(quote);
  while (!text.empty()) {
    const DecodedChar decoded = decode_char(text);
    WS_CHECK(decoded.is_valid, "showing text as Python does");
    const char32_t code = decoded.code;
    if (code == '\\' || code == static_cast<unsigned char>(quote)) out.push_back('\\');
    if (is_printable(code)) {
      out.append(text.substr(0, decoded.length));
    } else {
      append_escaped(out, code);
    }
    text.remove_prefix(decoded.length);
  }
  out.push_back(quote);
}

}  // namespace wordstream
