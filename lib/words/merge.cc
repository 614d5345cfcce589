#include "words/merge.h"

#include "words/word_table.h"

namespace wordstream {

std::shared_ptr<const WordCounts> merge(std::span<const std::shared_ptr<const WordCounts>> tables,
                                        HashKey key) {
  if (tables.size() == 1) return tables.front();
  WordTable merged(key);
  for (const auto& table : tables) merged.add_all(*table);
  return std::make_shared<const WordCounts>(merged.pack());
}

}  // namespace wordstream
