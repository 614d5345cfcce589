#include "text/tsv_text.h"

#include <cstddef>

namespace wordstream {

std::string_view tsv_escape(char c) {
  switch (c) {
    case '\t':
      return "\\t";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    default:
      return "\\\\";
  }
}

std::optional<std::string_view> parse_tsv(std::string_view text, std::string& room) {
  std::size_t backslash = text.find('\\');
  if (backslash == text.npos) return text;
  room.clear();
  for (; backslash != text.npos; backslash = text.find('\\')) {
    room += text.substr(0, backslash);
    constexpr std::string_view kEscaped = "tnr\\";
    constexpr std::string_view kMeant = "\t\n\r\\";
    const std::string_view letter = text.substr(backslash + 1, 1);
    const std::size_t which = letter.empty() ? kEscaped.npos : kEscaped.find(letter);
    if (which == kEscaped.npos) return std::nullopt;
    room += kMeant[which];
    text.remove_prefix(backslash + 2);
  }
  return room += text;
}

}  // namespace wordstream
