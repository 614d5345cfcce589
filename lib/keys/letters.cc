#include "keys/letters.h"

#include <unicode/uchar.h>

#include <array>
#include <cstddef>
#include <utility>

#include "text/utf8.h"

namespace wordstream {
namespace {

enum class Part : std::uint8_t {
  Gap,
  Letter,  ///< or a decimal digit
  Mark,    ///< goes on with a word
  Joint    ///< does where more of the word comes
};

Part part_of_ascii(unsigned char c) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  if (is_letter) return Part::Letter;
  return c == '\'' || c == '-' ? Part::Joint : Part::Gap;
}

const std::array<Part, 128>& ascii_parts() {
  static const std::array<Part, 128> parts = [] {
    std::array<Part, 128> made{};
    for (std::size_t c = 0; c < made.size(); ++c) {
      made[c] = part_of_ascii(static_cast<unsigned char>(c));
    }
    return made;
  }();
  return parts;
}

Part part_of(char32_t code) {
  switch (code) {
    case 0x2019:  // right single quotation mark
    case 0x02BC:  // modifier letter apostrophe
    case 0x2010:  // hyphen
    case 0x2011:  // non-breaking hyphen
    case 0x200C:  // zero width non-joiner
    case 0x200D:  // zero width joiner
    case 0x00AD:  // soft hyphen
      return Part::Joint;
    default:
      break;
  }
  const std::uint32_t mask = U_GET_GC_MASK(static_cast<UChar32>(code));
  if ((mask & (U_GC_L_MASK | U_GC_ND_MASK)) != 0) return Part::Letter;
  return (mask & U_GC_M_MASK) != 0 ? Part::Mark : Part::Gap;
}

}  // namespace

void find_letter_words(std::string_view text, std::vector<std::uint32_t>& edges) {
  const std::array<Part, 128>& ascii = ascii_parts();
  const auto is_ascii_letter = [&ascii](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < ascii.size() && ascii[byte] == Part::Letter;
  };
  bool is_in_word = false;
  std::size_t end = 0;  // behind what belongs to the word for sure
  for (std::size_t at = 0; at < text.size();) {
    // Most of most texts is runs of letters.
    const std::size_t begin = at;
    while (at < text.size() && is_ascii_letter(text[at])) ++at;
    if (at != begin) {
      if (!std::exchange(is_in_word, true)) edges.push_back(static_cast<std::uint32_t>(begin));
      end = at;
      continue;
    }
    const auto byte = static_cast<unsigned char>(text[at]);
    std::size_t length = 1;
    Part part = Part::Gap;
    if (byte < ascii.size()) {
      part = ascii[byte];
    } else {
      const DecodedChar decoded = decode_char(text.substr(at));
      length = decoded.length;
      if (decoded.is_valid) part = part_of(decoded.code);
    }
    if (part == Part::Letter && !is_in_word) {
      edges.push_back(static_cast<std::uint32_t>(at));
      is_in_word = true;
    } else if (part == Part::Gap && is_in_word) {
      edges.push_back(static_cast<std::uint32_t>(end));
      is_in_word = false;
    }
    at += length;
    if (part == Part::Letter || part == Part::Mark) end = at;
  }
  if (is_in_word) edges.push_back(static_cast<std::uint32_t>(end));
}

}  // namespace wordstream
