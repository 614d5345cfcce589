// How many columns text takes on a terminal. By ICU's tables, not by wcwidth: that asks the locale,
// and knows nothing where it is C. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wordstream {

/// 2 for wide characters (Chinese, Japanese, Korean, emoji), 0 for what is drawn over the character
/// before it (combining marks, joiners), else 1. Requires: `code` is no control character.
std::size_t column_count(char32_t code);

/// Of a whole text. Requires: it is valid UTF-8 without control characters.
std::size_t column_count(std::string_view text);

/// `text` if it fits into `columns`, else as much of its beginning as does with `ellipsis` behind
/// it, whole characters with their marks; less of the ellipsis where not even that fits. Requires:
/// as column_count() of both.
std::string cut_to_columns(std::string_view text, std::size_t columns, std::string_view ellipsis);

}  // namespace wordstream
