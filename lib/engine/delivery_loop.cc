#include "engine/delivery_loop.h"

#include <utility>

namespace wordstream {

DeliveryLoop::DeliveryLoop(BatchChannel& batches, Recycler<WordTable>& spare_tables,
                           EmissionChannel& emissions, Control& control, Observer& observer,
                           Poller& poller)
    : batches_(batches),
      spare_tables_(spare_tables),
      emissions_(emissions),
      control_(control),
      observer_(observer),
      poller_(poller) {}

Next DeliveryLoop::step() {
  if (control_.is_abandoned()) return Next::done();
  if (emission_) {
    if (!emissions_.try_push(*emission_)) return Next::wait();
    emission_.reset();
  }
  std::optional<Batch> batch = batches_.pop();
  if (batch) {
    emission_ = emit(std::move(*batch));
    return Next::again();
  }
  if (!batches_.is_drained()) return Next::wait();
  emissions_.close();
  return Next::done();
}

Emission DeliveryLoop::emit(Batch batch) {
  WordCounts counts;
  if (batch.words) {
    counts = batch.words->pack();
    batch.words->clear();
    spare_tables_.give_back(std::move(batch.words));
  }
  observer_.on(
      event::BatchClosed{batch.line_count, batch.byte_count, counts.size(), batch.interval.end});
  return Emission{batch.id, batch.interval, std::make_shared<const WordCounts>(std::move(counts))};
}

}  // namespace wordstream
