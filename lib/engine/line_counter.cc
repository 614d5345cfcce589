#include "engine/line_counter.h"

#include "text/case_fold.h"
#include "words/count_words.h"

namespace wordstream {

void LineCounter::count(std::string_view lines, Tally& tally) {
  if (config_.lower) lines = fold_case(lines, folded_);
  if (!tally.words) {
    tally.words = spare_tables_.take(hash_key_);
    tally.words->expect(last_shape_);
  }
  const std::size_t known_count = tally.words->size();
  tally.line_count += count_words(lines, config_.split, *tally.words);
  memory_.add_words(tally.words->size() - known_count);
  last_shape_ = tally.words->shape();
}

}  // namespace wordstream
