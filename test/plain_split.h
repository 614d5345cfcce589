// Lines and words in the plainest way there is: what the splitter is compared with.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "words/splitter.h"

namespace wordstream {

/// Calls `visit(line)` for every line of whole lines, without the ends.
template <class Visit>
void for_each_line(std::string_view lines, Visit&& visit) {
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find_first_of("\r\n"));
    lines.remove_prefix(line.size());
    lines.remove_prefix(lines.substr(0, 2) == "\r\n" ? 2 : 1);
    visit(line);
  }
}

/// The words of a line, each with its place in the text that the line is from.
inline std::vector<std::string_view> plain_words(std::string_view line, SplitMode mode) {
  std::vector<std::string_view> words;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= line.size(); ++at) {
    const std::string_view gaps = mode == SplitMode::Whitespace ? " \t\v\f" : " ";
    if (at < line.size() && gaps.find(line[at]) == std::string_view::npos) continue;
    words.push_back(line.substr(begin, at - begin));
    begin = at + 1;
  }
  if (mode == SplitMode::Whitespace) std::erase(words, "");
  if (mode == SplitMode::Space && !line.empty()) {
    while (!words.empty() && words.back().empty()) words.pop_back();
  }
  return words;
}

}  // namespace wordstream
