#include "engine/line_counter.h"

#include "words/case_fold.h"
#include "words/splitter.h"

namespace wordstream {

void LineCounter::count(std::string_view lines, Tally& tally) {
  if (config_.lower) {
    fold_case(lines, folded_);
    lines = folded_;
  }
  if (!tally.words) tally.words = spare_tables_.take(hash_key_);
  WordTable& words = *tally.words;
  for_each_line(lines, [&](std::string_view line) {
    ++tally.line_count;
    for_each_word(line, config_.split, [&](std::string_view word, std::uint64_t times) {
      words.add_later(word, times);
    });
  });
  words.settle();
}

}  // namespace wordstream
