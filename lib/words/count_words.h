// Text to counts: the hot loop, made of the splitter and the table.
#pragma once

#include <cstdint>
#include <string_view>

#include "words/splitter.h"
#include "words/word_table.h"

namespace wordstream {

/// Counts the words of whole lines. Returns how many lines there are. Requires: as Splitter.
std::uint64_t count_words(std::string_view lines, SplitMode mode, WordTable& table);

}  // namespace wordstream
