// ASCII without its capitals.
#pragma once

#include <string>
#include <string_view>

namespace wordstream {

/// Whatever the locale is; other bytes stay as they are.
inline std::string in_small_letters(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace wordstream
