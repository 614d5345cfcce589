// What a stream of bytes should be counted as, said as simply as it can be said. Made of nothing
// that it judges.
#pragma once

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "words/splitter.h"

namespace wordstream::simulation {

using Counts = std::map<std::string, std::uint64_t>;

/// The lines of a stream, the last one without an end included, cut at `line_bytes_max`.
inline std::vector<std::string> lines_of(std::string_view bytes, std::size_t line_bytes_max) {
  std::vector<std::string> lines(1);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\n' && i > 0 && bytes[i - 1] == '\r') continue;
    if (bytes[i] == '\n' || bytes[i] == '\r') {
      lines.emplace_back();
    } else if (lines.back().size() < line_bytes_max) {
      lines.back() += bytes[i];
    }
  }
  if (lines.back().empty()) lines.pop_back();
  return lines;
}

inline std::vector<std::string> words_of(const std::string& line, SplitMode mode, bool lower) {
  std::vector<std::string> words(1);
  for (const char c : line) {
    const bool blank = mode != SplitMode::Whitespace
                           ? c == ' '
                           : std::string_view(" \t\v\f").find(c) != std::string_view::npos;
    if (blank) words.emplace_back();
    if (!blank) words.back() += lower ? static_cast<char>(std::tolower(c)) : c;
  }
  if (mode == SplitMode::Whitespace) std::erase(words, "");
  if (mode == SplitMode::Space && !line.empty()) {
    while (!words.empty() && words.back().empty()) words.pop_back();
  }
  return words;
}

}  // namespace wordstream::simulation
