#include "window/running_totals.h"

#include <map>
#include <memory>
#include <utility>

#include "base/varint.h"

namespace wordstream {
namespace {

std::shared_ptr<const WordCounts> share(WordCounts counts) {
  return std::make_shared<const WordCounts>(std::move(counts));
}

}  // namespace

RunningTotals::RunningTotals(Rows rows, std::optional<Millis> idle_after, HashKey key,
                             std::optional<Label> began)
    : rows_(rows), idle_after_(idle_after), sums_(key), began_(began) {}

void RunningTotals::take(const Batch& batch) {
  const Interval& interval = batch.interval;
  if (!began_) began_ = interval.start;
  relabel_seen(interval.clock_step);
  // Behind a leap forward the start may be before the end of the last batch: whoever is given the
  // batches again, without empty ones, would not drop what that one has.
  drop_idle(interval.clock_step > Millis(0) ? interval.end : interval.start);
  NumberedCounts changed = sums_.add(*batch.counts);
  emission_.emplace().interval = {*began_, interval.end};
  emission_->changed = share(rows_.changed ? sums_.pack(changed) : WordCounts());
  if (idle_after_) note_seen(interval.end, std::move(changed));
  drop_idle(interval.end);
  emission_->counts = share(rows_.all ? sums_.pack() : WordCounts());
}

std::optional<Emission> RunningTotals::next() { return std::exchange(emission_, std::nullopt); }

void RunningTotals::note_seen(Label end, NumberedCounts counts) {
  if (counts.empty()) return;
  last_seen_.resize(sums_.number_count());
  counts.for_each([&](WordNumber number, std::uint64_t) { last_seen_[number] = end; });
  seen_.push_back(Seen{end, std::move(counts)});
}

/// Labels words as if the clock had been set before they were seen. Without this an hour's leap
/// would be an hour's silence.
void RunningTotals::relabel_seen(Millis step) {
  if (step == Millis(0)) return;
  for (Label& label : last_seen_) label += step;
  for (Seen& seen : seen_) seen.end += step;
}

void RunningTotals::drop_idle(Label now) {
  if (!idle_after_) return;
  for (; !seen_.empty() && seen_.front().end + *idle_after_ <= now; seen_.pop_front()) {
    const Seen& oldest = seen_.front();
    oldest.counts.for_each([&](WordNumber number, std::uint64_t) {
      if (last_seen_[number] != oldest.end) return;
      sums_.forget(number);
      // Less the steps two batches may end at once: a word that is in both is forgotten once.
      last_seen_[number] = Label();
    });
  }
  if (!sums_.is_sparse()) return;
  const std::vector<WordNumber> numbers = sums_.renumber();
  for (std::size_t old = 0; old < last_seen_.size(); ++old) {
    if (numbers[old] != WordSums::kNoWord) last_seen_[numbers[old]] = last_seen_[old];
  }
  last_seen_.resize(sums_.size());
  last_seen_.shrink_to_fit();
  for (Seen& seen : seen_) seen.counts = seen.counts.renumbered(numbers);
}

std::string RunningTotals::save() const {
  const WordCounts totals = sums_.pack();
  std::string saved;
  append_varint(saved, totals.packed().size());
  saved += totals.packed();
  if (!idle_after_) return saved;
  // A word that has died has no last batch among those that are kept, or a later one has its
  // number.
  sums_.for_each_number([&](WordNumber number) {
    append_varint(saved, static_cast<std::uint64_t>(last_seen_[number].time_since_epoch().count()));
  });
  return saved;
}

bool RunningTotals::restore(std::string_view saved) {
  const char* at = saved.data();
  const char* const end = at + saved.size();
  const std::optional<std::uint64_t> size = read_varint(at, end);
  if (!size || *size > static_cast<std::uint64_t>(end - at)) return false;
  const std::optional<WordCounts> totals = WordCounts::parse(std::string(at, *size));
  if (!totals) return false;
  sums_.add(*totals);
  at += *size;
  return restore_last_seen({at, static_cast<std::size_t>(end - at)});
}

/// The numbers of the words are those of their order in the totals.
bool RunningTotals::restore_last_seen(std::string_view saved) {
  if (!idle_after_) return saved.empty();
  const char* at = saved.data();
  const char* const end = at + saved.size();
  std::map<Label, NumberedCounts::Builder> by_label;
  for (WordNumber number = 0; number < sums_.number_count(); ++number) {
    const std::optional<std::uint64_t> millis = read_varint(at, end);
    if (!millis) return false;
    const Label seen = last_seen_.emplace_back(Millis(*millis));
    by_label[seen].add(number, 1);
  }
  for (auto& [label, numbers] : by_label) {
    seen_.push_back(Seen{label, std::move(numbers).build()});
  }
  return at == end;
}

}  // namespace wordstream
