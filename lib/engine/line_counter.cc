#include "engine/line_counter.h"

#include <cstdint>

namespace wordstream {

void LineCounter::count(std::string_view lines, const CutLines& cut, Tally& tally) {
  if (!tally.words) {
    tally.words = run_.spare_tables.lend(run_.hash_key);
    tally.words->expect(last_shape_);
  }
  const std::size_t known_count = tally.words->size();
  const LineTotals totals = keys_.count(lines, cut, *tally.words);
  tally.lines += totals;
  if (!has_told_) tell_nothing(totals);
  run_.memory.add_words(tally.words->size() - known_count);
  last_shape_ = tally.words->shape();
}

/// Whoever selects what is not there wants to know before the batch is over, which may take a day.
void LineCounter::tell_nothing(const LineTotals& lines) {
  constexpr std::uint64_t kLinesTold = 1000;
  first_lines_ += lines;
  const std::uint64_t looked_at = first_lines_.line_count - first_lines_.left_out_count;
  const bool is_nothing = looked_at == first_lines_.keyless_count;
  if (is_nothing && looked_at < kLinesTold) return;
  has_told_ = true;
  if (is_nothing) run_.observer.on(event::NothingSelected{looked_at});
}

}  // namespace wordstream
