#include "engine/line_counter.h"

#include <cstdint>

namespace wordstream {

void LineCounter::count(std::string_view lines, const CutLines& cut, Tally& tally) {
  WordTable& words = words_of(tally);
  const std::size_t known_count = words.size();
  const bool is_timed = run_.config.keys.expression_count() != 0 && !has_told_slow_;
  const SteadyTime begin = is_timed ? run_.clock.steady() : SteadyTime{};
  const LineTotals totals = keys_.count(lines, cut, words);
  if (is_timed) tell_slow(lines.size(), run_.clock.steady() - begin);
  note(totals, words.size() - known_count, tally);
}

void LineCounter::add(const Counted& counted, Tally& tally) {
  WordTable& words = words_of(tally);
  const std::size_t known_count = words.size();
  words.add_all(counted.words);
  note({counted.line_count, counted.left_out_count, counted.keyless_count},
       words.size() - known_count, tally);
}

WordTable& LineCounter::words_of(Tally& tally) {
  if (!tally.words) {
    tally.words = run_.spare_tables.lend(run_.hash_key);
    tally.words->expect(last_shape_);
  }
  return *tally.words;
}

void LineCounter::note(const LineTotals& lines, std::size_t new_word_count, Tally& tally) {
  tally.lines += lines;
  if (!has_told_) tell_nothing(lines);
  run_.memory.add_words(new_word_count);
  last_shape_ = tally.words->shape();
}

/// An expression may be slow at any time: what it costs depends on the text.
void LineCounter::tell_slow(std::size_t bytes, Nanos spent) {
  constexpr Nanos kSpan = std::chrono::seconds(1);
  constexpr double kBytesPerSecondTold = 10e6;
  timed_bytes_ += bytes;
  timed_span_ += spent;
  if (timed_span_ < kSpan) return;
  const double rate =
      static_cast<double>(timed_bytes_) / std::chrono::duration<double>(timed_span_).count();
  timed_bytes_ = 0;
  timed_span_ = Nanos{0};
  if (rate >= kBytesPerSecondTold) return;
  has_told_slow_ = true;
  run_.observer.on(event::SlowExpressions{static_cast<std::uint64_t>(rate)});
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
