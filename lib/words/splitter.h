// Bytes to words: where lines end, and where the words in them begin and end.
//
// Lines end at LF, CR or CRLF. The three ways to split are those of the programs that people know:
// Scala's and Python's split(" "), and awk's fields. Sources: the documentation of
// java.lang.String.split, of Python's str.split, and of POSIX awk. Pure functions, any thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"

namespace wordstream {

enum class SplitMode {
  Space,       ///< at every single space; empty words but the trailing ones are words
  Python,      ///< at every single space; every empty word is a word
  Whitespace,  ///< at runs of space, tab, VT and FF; no empty words
};

/// The place behind the last line end in `bytes`; 0 when there is none.
inline std::size_t end_of_last_line(std::string_view bytes) {
  const std::size_t behind_lf = bytes.rfind('\n') + 1;  // 0 for none: npos + 1
  const std::size_t cr = bytes.substr(behind_lf).rfind('\r');
  return cr == std::string_view::npos ? behind_lf : behind_lf + cr + 1;
}

/// The length of the first line in `bytes` without its end; npos when it does not end there.
inline std::size_t line_length(std::string_view bytes) {
  const std::size_t lf = bytes.find('\n');
  const std::size_t cr = bytes.substr(0, lf).find('\r');
  return std::min(lf, cr);
}

/// The length of a line's end at the beginning of `bytes`: 2 for CRLF, else 1.
inline std::size_t line_end_length(std::string_view bytes) {
  return bytes.substr(0, 2) == "\r\n" ? 2 : 1;
}

namespace split_detail {

/// split(" ") of one line. `visit(word, times)`: runs of empty words come as one call.
template <class Visit>
void split_at_spaces(std::string_view line, bool keep_trailing, Visit& visit) {
  std::uint64_t empty_count = 0;
  std::size_t begin = 0;
  while (begin <= line.size()) {
    const std::size_t end = std::min(line.find(' ', begin), line.size());
    if (end == begin) {
      ++empty_count;
    } else {
      if (empty_count != 0) visit(std::string_view(), empty_count);
      empty_count = 0;
      visit(line.substr(begin, end - begin), std::uint64_t{1});
    }
    begin = end + 1;
  }
  // Without a single space there is nothing to drop: an empty line is one empty word.
  if (empty_count != 0 && (keep_trailing || line.empty())) visit(std::string_view(), empty_count);
}

inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f'; }

template <class Visit>
void split_at_blanks(std::string_view line, Visit& visit) {
  std::size_t at = 0;
  while (true) {
    while (at < line.size() && is_blank(line[at])) ++at;
    if (at == line.size()) return;
    const std::size_t begin = at;
    while (at < line.size() && !is_blank(line[at])) ++at;
    visit(line.substr(begin, at - begin), std::uint64_t{1});
  }
}

}  // namespace split_detail

/// Calls `visit(word, times)` for every word of one line; the line comes without its end.
template <class Visit>
void for_each_word(std::string_view line, SplitMode mode, Visit&& visit) {
  switch (mode) {
    case SplitMode::Space:
      return split_detail::split_at_spaces(line, false, visit);
    case SplitMode::Python:
      return split_detail::split_at_spaces(line, true, visit);
    case SplitMode::Whitespace:
      return split_detail::split_at_blanks(line, visit);
  }
}

/// Calls `visit(line)` for every line of `lines`, without the ends. Requires: `lines` is empty or
/// ends in a line end.
template <class Visit>
void for_each_line(std::string_view lines, Visit&& visit) {
  while (!lines.empty()) {
    const std::size_t length = line_length(lines);
    WS_CHECK(length != std::string_view::npos, "cutting whole lines");
    const std::string_view line = lines.substr(0, length);
    lines.remove_prefix(length);
    lines.remove_prefix(line_end_length(lines));
    visit(line);
  }
}

}  // namespace wordstream
