#include "window/sliding_window.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/check.h"

namespace wordstream {

SlidingWindow::SlidingWindow(WindowShape shape, HashKey key, std::optional<Label> began)
    : shape_(shape), sums_(key), began_(began) {}

void SlidingWindow::take(const Batch& batch) {
  WS_CHECK(!taken_ && batch.interval.start >= covered_, "taking the next batch into a window");
  if (!began_) began_ = batch.interval.start;
  if (covered_ == Label::min()) due_ = multiple_from(batch.interval.end, shape_.slide);
  taken_ = batch;
}

std::optional<Emission> SlidingWindow::next() {
  if (taken_) {
    if (std::optional<Emission> passed = next_until(taken_->interval.start)) return passed;
    add(*std::exchange(taken_, std::nullopt));
  }
  if (due_ <= covered_) return serve_due();
  if (run_end_) {
    if (std::optional<Emission> passed = next_until(*run_end_)) return passed;
    return last(*std::exchange(run_end_, std::nullopt));
  }
  return std::nullopt;
}

/// The next window that holds anything and ends at `label` or earlier.
std::optional<Emission> SlidingWindow::next_until(Label label) {
  while (due_ <= label) {
    Emission emission = serve_due();
    if (!emission.counts->empty()) return emission;
    // Nothing is left, so there is nothing in those that follow.
    due_ = std::max(due_, multiple_from(label, shape_.slide));
  }
  return std::nullopt;
}

/// The window that is open when the run ends.
std::optional<Emission> SlidingWindow::last(Label end) {
  const Label start = due_ - shape_.length;
  // A run without a line may end where the one before it did: its clock may even be a little
  // behind.
  const bool is_served = end == due_ - shape_.slide || end <= last_partial_end_;
  if (is_served || end <= start) return std::nullopt;
  drop_before(start);
  if (sums_.size() == 0) return std::nullopt;
  Emission emission = emit(due_);
  last_partial_end_ = end;
  emission.interval.end = end;
  emission.interval.is_partial = true;
  return emission;
}

Emission SlidingWindow::serve_due() {
  const Label end = std::exchange(due_, due_ + shape_.slide);
  drop_before(end - shape_.length);
  return emit(end);
}

void SlidingWindow::add(const Batch& batch) {
  covered_ = batch.interval.end;
  if (batch.counts->empty()) return;
  kept_.push_back(Kept{covered_, sums_.add(*batch.counts)});
  packed_.reset();
}

/// Takes away the batches that no window covers which starts at `start` or later.
void SlidingWindow::drop_before(Label start) {
  while (!kept_.empty() && kept_.front().end <= start) {
    sums_.subtract(kept_.front().counts);
    kept_.pop_front();
    packed_.reset();
  }
  if (!sums_.is_sparse()) return;
  const std::vector<WordNumber> numbers = sums_.renumber();
  for (Kept& kept : kept_) kept.counts = kept.counts.renumbered(numbers);
}

Emission SlidingWindow::emit(Label end) {
  const Label start = end - shape_.length;
  if (!packed_) packed_ = std::make_shared<const WordCounts>(sums_.pack());
  return Emission{.interval = {std::max(start, *began_), end, start < *began_},
                  .counts = packed_,
                  .changed = packed_};
}

std::size_t SlidingWindow::byte_count() const {
  std::size_t bytes = sums_.byte_count();
  for (const Kept& kept : kept_) bytes += sizeof(Kept) + kept.counts.byte_count();
  return bytes;
}

}  // namespace wordstream
