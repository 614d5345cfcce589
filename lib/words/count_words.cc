#include "words/count_words.h"

#include <cstddef>

namespace wordstream {

std::uint64_t count_words(std::string_view lines, SplitMode mode, WordTable& table) {
  Splitter splitter(lines, mode);
  while (splitter.next()) {
    const std::span<const std::uint32_t> edges = splitter.edges();
    for (std::size_t i = 0; i < edges.size(); i += 2) {
      table.add_later(lines.substr(edges[i], edges[i + 1] - edges[i]), 1);
    }
    table.settle();
  }
  if (splitter.empty_count() != 0) table.add("", splitter.empty_count());
  return splitter.line_count();
}

}  // namespace wordstream
