// The third task: packs closed batches, folds them into emissions, and gives these to the writers
// of all sinks. A sink that takes nothing holds all of them up.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

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

/// Behind the last emission of a batch that has an id.
struct EndOfBatch {
  std::uint64_t batch;
};
using Delivery = std::variant<Emission, EndOfBatch>;
using EmissionChannel = Channel<Delivery>;

class DeliveryLoop final : public Task {
 public:
  DeliveryLoop(std::unique_ptr<Fold> fold, BatchChannel& batches, Recycler<WordTable>& spare_tables,
               Control& control, Observer& observer, Poller& poller);

  /// One more sink. `emissions` outlives the loop. Requires: the loop has not taken a step.
  void add_sink(EmissionChannel& emissions) { outlets_.push_back({&emissions}); }

  Next step() override;
  Poller& poller() override { return poller_; }

 private:
  /// One sink's channel.
  struct Outlet {
    EmissionChannel* emissions;
    bool has_it = false;  // the delivery that is under way
  };

  /// Gives what is under way to every channel that has room for it; false while one has none.
  bool deliver();
  std::optional<Delivery> next_delivery();
  std::optional<Emission> next_emission();
  void take(CutBatch cut);
  void take(RunEnd end);

  std::unique_ptr<Fold> fold_;
  BatchChannel& batches_;
  Recycler<WordTable>& spare_tables_;
  std::vector<Outlet> outlets_;
  Control& control_;
  Observer& observer_;
  Poller& poller_;

  Label last_end_;  // of the batch taken last
  std::uint64_t last_id_ = 0;
  bool has_id_ = false;               // the batch taken last has one: last_id_
  std::uint64_t new_line_count_ = 0;  // since the last emission
  std::uint64_t new_word_count_ = 0;
  bool is_ended_ = true;              // the batch taken last: every sink has been told of its end
  std::optional<Delivery> delivery_;  // under way
};

}  // namespace wordstream
