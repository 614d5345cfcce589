#include "engine/line_counter.h"

#include "text/case_fold.h"
#include "words/count_words.h"

namespace wordstream {

void LineCounter::count(std::string_view lines, Tally& tally) {
  if (run_.config.lower) lines = fold_case(lines, folded_);
  if (!tally.words) {
    tally.words = run_.spare_tables.lend(run_.hash_key);
    tally.words->expect(last_shape_);
  }
  const std::size_t known_count = tally.words->size();
  tally.line_count += count_words(lines, run_.config.split, *tally.words);
  run_.memory.add_words(tally.words->size() - known_count);
  last_shape_ = tally.words->shape();
}

}  // namespace wordstream
