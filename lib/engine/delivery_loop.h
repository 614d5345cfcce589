// The third task: makes emissions of closed batches and gives them to the sinks' writers.
#pragma once

#include <memory>
#include <optional>

#include "engine/channel.h"
#include "engine/control.h"
#include "engine/counting_loop.h"
#include "engine/recycler.h"
#include "engine/task.h"
#include "model/batch.h"
#include "model/emission.h"
#include "model/events.h"
#include "words/word_table.h"

namespace wordstream {

using EmissionChannel = Channel<Emission>;

class DeliveryLoop final : public Task {
 public:
  DeliveryLoop(BatchChannel& batches, Recycler<WordTable>& spare_tables, EmissionChannel& emissions,
               Control& control, Observer& observer, Poller& poller);

  Next step() override;
  Poller& poller() override { return poller_; }

 private:
  Emission emit(Batch batch);

  BatchChannel& batches_;
  Recycler<WordTable>& spare_tables_;
  EmissionChannel& emissions_;
  Control& control_;
  Observer& observer_;
  Poller& poller_;
  std::optional<Emission> emission_;  // waits for room
};

}  // namespace wordstream
