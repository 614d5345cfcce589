#include "words/case_fold.h"

#include <fmt/format.h>
#include <unicode/uchar.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "words/utf8.h"

namespace wordstream {
namespace {

/// ASCII is looked at and folded in bites that stay in the first-level cache.
constexpr std::size_t kAsciiBytesMax = 4096;

char folded_ascii(char c) {
  return static_cast<char>(c + ((c >= 'A' && c <= 'Z') ? 'a' - 'A' : 0));
}

// Steps of a fixed width: only such a loop is vectorised at -O2.
void fold_ascii(char* at, std::size_t size) {
  constexpr std::size_t kStep = 32;
  for (; size >= kStep; size -= kStep, at += kStep) {
    for (std::size_t i = 0; i < kStep; ++i) at[i] = folded_ascii(at[i]);
  }
  for (std::size_t i = 0; i < size; ++i) at[i] = folded_ascii(at[i]);
}

void append_folded_ascii(std::string& out, std::string_view ascii) {
  out.append(ascii);
  fold_ascii(out.data() + (out.size() - ascii.size()), ascii.size());
}

void append_folded(std::string& out, std::string_view bytes, const DecodedChar& decoded) {
  const char32_t code = decoded.code;
  const auto folded =
      static_cast<char32_t>(u_foldCase(static_cast<UChar32>(code), U_FOLD_CASE_DEFAULT));
  if (!decoded.is_valid || folded == code) {
    out.append(bytes.substr(0, decoded.length));
  } else {
    append_utf8(out, folded);
  }
}

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

}  // namespace

void fold_case(std::string_view bytes, std::string& out) {
  out.clear();
  while (!bytes.empty()) {
    const std::size_t ascii = ascii_length(bytes.substr(0, kAsciiBytesMax));
    append_folded_ascii(out, bytes.substr(0, ascii));
    bytes.remove_prefix(ascii);
    while (!bytes.empty() && !is_ascii(bytes.front())) {
      const DecodedChar decoded = decode_char(bytes);
      append_folded(out, bytes, decoded);
      bytes.remove_prefix(decoded.length);
    }
  }
}

std::string unicode_version() {
  std::array<std::uint8_t, U_MAX_VERSION_LENGTH> version{};
  u_getUnicodeVersion(version.data());
  return fmt::format("{}.{}", version[0], version[1]);
}

}  // namespace wordstream
