#include "delivery/recovery.h"

#include <algorithm>
#include <utility>

#include "words/merge.h"

namespace wordstream {

Recovery::Recovery(Journal& journal, HashKey key, WallTime now)
    : journal_(&journal),
      key_(key),
      next_(std::max(journal.first_kept(), journal.base_through() + 1)),
      last_(journal.last_batch()),
      last_closed_(journal.last_closed()) {
  const std::optional<StoredBatch> open = journal.open_batch();
  is_over_ = open && now >= open->interval.end;
}

ClockResume Recovery::resume() const {
  const Label covered = std::max(journal_->began(), journal_->last_end());
  const std::optional<StoredBatch> open = journal_->open_batch();
  if (!open) return {covered};
  if (is_over_) return {open->interval.end};
  return {covered, open->interval};
}

Result<Recovered> Recovery::next() {
  Result<StoredBatch> stored = journal_->read(next_++);
  if (!stored) return fail(stored);
  const auto state = !stored->is_open ? Recovered::State::Closed
                     : is_over_       ? Recovered::State::Over
                                      : Recovered::State::Open;
  return Recovered{
      state,
      stored->id,
      {stored->interval, stored->line_count, stored->byte_count, merge(stored->slices, key_)},
      stored->ends_run};
}

}  // namespace wordstream
