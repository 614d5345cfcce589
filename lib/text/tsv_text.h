// A word as tab separated values have it: tab, LF, CR and backslash in it are \t \n \r \\. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/byte_set.h"

namespace wordstream {

inline constexpr ByteSet kTsvEscaped("\t\n\r\\");

/// What stands for one of them.
std::string_view tsv_escape(char c);

/// Appends a word; `append` is given what needs no escape, whole characters.
template <class Append>
void append_tsv(std::string& out, std::string_view word, Append&& append) {
  while (true) {
    const std::string_view stretch = word.substr(0, kTsvEscaped.length_before(word));
    append(stretch);
    word.remove_prefix(stretch.size());
    if (word.empty()) return;
    out.append(tsv_escape(word.front()));
    word.remove_prefix(1);
  }
}

/// The word that is written so; it may be in `room`. Nothing where a backslash means nothing.
std::optional<std::string_view> parse_tsv(std::string_view text, std::string& room);

}  // namespace wordstream
