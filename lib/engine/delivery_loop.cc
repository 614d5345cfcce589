#include "engine/delivery_loop.h"

#include <utility>
#include <variant>

namespace wordstream {

DeliveryLoop::DeliveryLoop(std::unique_ptr<Fold> fold, BatchChannel& batches,
                           Recycler<WordTable>& spare_tables, Control& control, Observer& observer,
                           Poller& poller)
    : fold_(std::move(fold)),
      batches_(batches),
      spare_tables_(spare_tables),
      control_(control),
      observer_(observer),
      poller_(poller) {}

Next DeliveryLoop::step() {
  if (control_.is_abandoned()) return Next::done();
  if (!deliver()) return Next::wait();
  delivery_ = next_delivery();
  if (delivery_) return Next::again();
  if (std::optional<Closed> closed = batches_.pop()) {
    std::visit([this](auto& each) { take(std::move(each)); }, *closed);
    return Next::again();
  }
  if (!batches_.is_drained()) return Next::wait();
  for (const Outlet& outlet : outlets_) outlet.emissions->close();
  return Next::done();
}

bool DeliveryLoop::deliver() {
  if (!delivery_) return true;
  bool have_all = true;
  for (Outlet& outlet : outlets_) {
    if (!outlet.has_it) {
      Delivery copy = *delivery_;
      outlet.has_it = outlet.emissions->try_push(copy);
    }
    have_all = have_all && outlet.has_it;
  }
  if (!have_all) return false;
  for (Outlet& outlet : outlets_) outlet.has_it = false;
  delivery_.reset();
  return true;
}

std::optional<Delivery> DeliveryLoop::next_delivery() {
  if (std::optional<Emission> emission = next_emission()) return std::move(*emission);
  if (std::exchange(is_ended_, true) || !has_id_) return std::nullopt;
  return EndOfBatch{last_id_};
}

void DeliveryLoop::take(CutBatch cut) {
  WordCounts counts;
  if (cut.words) {
    counts = cut.words->pack();
    cut.words->clear();
    spare_tables_.give_back(std::move(cut.words));
  }
  Batch& batch = cut.batch;
  observer_.on(
      event::BatchClosed{batch.line_count, batch.byte_count, counts.size(), batch.interval.end});
  last_end_ = batch.interval.end;
  is_ended_ = false;
  has_id_ = !batch.is_empty();
  if (has_id_) ++last_id_;
  new_line_count_ += batch.line_count;
  new_word_count_ += counts.total();
  batch.counts = std::make_shared<const WordCounts>(std::move(counts));
  fold_->take(batch);
}

void DeliveryLoop::take(RunEnd end) {
  // What is due beyond the last batch comes with the empty one that was open then.
  if (end.end != last_end_) has_id_ = false;
  fold_->finish(end.end);
}

std::optional<Emission> DeliveryLoop::next_emission() {
  std::optional<Emission> emission = fold_->next();
  if (!emission) return emission;
  if (!has_id_ && !emission->changed->empty()) {
    // An empty batch, but a window has changed with it.
    ++last_id_;
    has_id_ = true;
  }
  is_ended_ = false;  // even after the end of the run
  emission->batch = has_id_ ? last_id_ : 0;
  emission->new_line_count = std::exchange(new_line_count_, 0);
  emission->new_word_count = std::exchange(new_word_count_, 0);
  return emission;
}

}  // namespace wordstream
