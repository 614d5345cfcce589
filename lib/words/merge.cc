#include "words/merge.h"

#include "words/word_table.h"

namespace wordstream {

std::shared_ptr<const WordCounts> merge(std::span<const std::shared_ptr<const WordCounts>> tables,
                                        HashKey key) {
  if (tables.size() == 1) return tables.front();
  WordTable merged(key);
  for (const auto& table : tables) {
    table->for_each([&](const WordCount& row) { merged.add_later(row.word, row.count); });
    merged.settle();
  }
  return std::make_shared<const WordCounts>(merged.pack());
}

}  // namespace wordstream
