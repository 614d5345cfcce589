// Words as people have them, in any script: letters and digits, and what stands between them in a
// word.
//
// A word begins with a letter or a decimal digit (Unicode's general categories L and Nd) and goes
// on through these and marks (M). Within it there may be ' U+2019 U+02BC, - U+2010 U+2011, ZWJ,
// ZWNJ and the soft hyphen. All else parts words, bytes that are not UTF-8 too. Scripts without
// spaces, as Han, kana and Thai, are one word a run. Pure, any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace wordstream {

/// Adds where words begin and end in `text` to `edges`, in turn.
void find_letter_words(std::string_view text, std::vector<std::uint32_t>& edges);

}  // namespace wordstream
