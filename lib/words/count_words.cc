#include "words/count_words.h"

namespace wordstream {

std::uint64_t count_words(std::string_view lines, SplitMode mode, WordTable& table) {
  Splitter splitter(lines, mode);
  while (splitter.next()) table.add_words(lines, splitter.edges());
  if (splitter.empty_count() != 0) table.add("", splitter.empty_count());
  return splitter.line_count();
}

}  // namespace wordstream
