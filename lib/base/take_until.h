// Takes text apart from its front, as URIs and lists are.
#pragma once

#include <algorithm>
#include <string_view>

namespace wordstream {

/// Takes off everything up to `end`, which goes, too; all of it where that does not come.
inline std::string_view take_until(std::string_view& text, char end) {
  const std::string_view piece = text.substr(0, text.find(end));
  text.remove_prefix(std::min(piece.size() + 1, text.size()));
  return piece;
}

}  // namespace wordstream
