// The third task: packs closed batches, folds them into emissions, and gives these to the sinks'
// writers.
#pragma once

#include <cstdint>
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
#include "window/fold.h"
#include "words/word_table.h"

namespace wordstream {

using EmissionChannel = Channel<Emission>;

class DeliveryLoop final : public Task {
 public:
  DeliveryLoop(std::unique_ptr<Fold> fold, BatchChannel& batches, Recycler<WordTable>& spare_tables,
               EmissionChannel& emissions, Control& control, Observer& observer, Poller& poller);

  Next step() override;
  Poller& poller() override { return poller_; }

 private:
  void take(CutBatch cut);
  void take(RunEnd end);
  std::optional<Emission> next_emission();

  std::unique_ptr<Fold> fold_;
  BatchChannel& batches_;
  Recycler<WordTable>& spare_tables_;
  EmissionChannel& emissions_;
  Control& control_;
  Observer& observer_;
  Poller& poller_;

  Label last_end_;  // of the batch taken last
  std::uint64_t last_id_ = 0;
  bool has_id_ = false;               // the batch taken last has one: last_id_
  std::uint64_t new_line_count_ = 0;  // since the last emission
  std::uint64_t new_word_count_ = 0;
  std::optional<Emission> emission_;  // waits for room
};

}  // namespace wordstream
