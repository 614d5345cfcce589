#include "text/width.h"

#include <unicode/uchar.h>

#include <cstdint>

#include "text/utf8.h"

namespace wordstream {
namespace {

// Marks that stand on another character, and format characters such as the zero-width joiner.
constexpr std::uint32_t kWithoutWidth = U_GC_MN_MASK | U_GC_ME_MASK | U_GC_CF_MASK;

constexpr char32_t kSoftHyphen = 0xAD;

/// The vowels and finals of Korean syllables that are written letter by letter: they are drawn into
/// the square of the first consonant, which is wide.
bool is_inner_jamo(char32_t code) {
  return (code >= 0x1160 && code <= 0x11FF) || (code >= 0xD7B0 && code <= 0xD7FF);
}

// Marks take no columns, so that any number of them would fit. More than this is only sent by who
// wants to be a nuisance.
constexpr std::size_t kBytesPerColumnMax = 32;

/// The longest beginning of `text` that takes at most `columns`.
std::string_view beginning(std::string_view text, std::size_t columns) {
  std::size_t taken = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const DecodedChar decoded = decode_char(rest);
    const std::size_t before = text.size() - rest.size();
    taken += column_count(decoded.code);
    if (taken > columns || before + decoded.length > columns * kBytesPerColumnMax) {
      return text.substr(0, before);
    }
    rest.remove_prefix(decoded.length);
  }
  return text;
}

}  // namespace

std::size_t column_count(char32_t code) {
  if (code < 0x7F) return 1;
  // A format character by its category, but terminals draw it.
  if (code == kSoftHyphen) return 1;
  const auto character = static_cast<UChar32>(code);
  if ((U_GET_GC_MASK(character) & kWithoutWidth) != 0 || is_inner_jamo(code)) return 0;
  const int width = u_getIntPropertyValue(character, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

std::size_t column_count(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const DecodedChar decoded = decode_char(text);
    columns += column_count(decoded.code);
    text.remove_prefix(decoded.length);
  }
  return columns;
}

std::string cut_to_columns(std::string_view text, std::size_t columns, std::string_view ellipsis) {
  if (beginning(text, columns).size() == text.size()) return std::string(text);
  const std::string_view mark = beginning(ellipsis, columns);
  return std::string(beginning(text, columns - column_count(mark))).append(mark);
}

}  // namespace wordstream
