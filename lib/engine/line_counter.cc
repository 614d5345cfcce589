#include "engine/line_counter.h"

namespace wordstream {

void LineCounter::count(std::string_view lines, bool has_cut, Tally& tally) {
  if (!tally.words) {
    tally.words = run_.spare_tables.lend(run_.hash_key);
    tally.words->expect(last_shape_);
  }
  const std::size_t known_count = tally.words->size();
  tally.lines += keys_.count(lines, has_cut, *tally.words);
  run_.memory.add_words(tally.words->size() - known_count);
  last_shape_ = tally.words->shape();
}

}  // namespace wordstream
