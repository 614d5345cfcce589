// The third task: packs what was counted, has it journaled where there is a journal, folds closed
// batches into emissions, and gives these to the writers of all sinks. A sink that takes nothing
// holds all of them up.
//
// A run with a journal begins with what that holds, in the same steps: only that it is journaled
// already, and that a sink gets no more than what it has not taken.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "delivery/base_writer.h"
#include "delivery/committer.h"
#include "delivery/recovery.h"
#include "engine/acknowledger.h"
#include "engine/counting_loop.h"
#include "engine/sink_progress.h"
#include "model/batch.h"
#include "model/emission.h"
#include "model/events.h"
#include "runtime/channel.h"
#include "runtime/control.h"
#include "runtime/memory_limit.h"
#include "runtime/recycler.h"
#include "runtime/task.h"
#include "window/fold.h"
#include "words/word_table.h"

namespace wordstream {

using Delivery = std::variant<Emission, BatchEnd>;
using EmissionChannel = Channel<Delivery>;

class DeliveryLoop final : public Task {
 public:
  /// `recovery`: what earlier runs have left; none without a journal, and in its first run. `base`:
  /// for a fold that remembers all batches, where there is a journal.
  DeliveryLoop(std::unique_ptr<Fold> fold, Committer committer, Recovery recovery,
               std::optional<BaseWriter> base, HashKey hash_key, SliceChannel& slices,
               Recycler<WordTable>& spare_tables, MemoryLimit& memory, Control& control,
               Observer& observer, Poller& poller);

  /// One more sink, in the order in which the committer has them; `taken` is the batch that it took
  /// last in an earlier run. Both outlive the loop. Requires: the loop has not taken a step.
  void add_sink(EmissionChannel& emissions, SinkProgress& progress, std::uint64_t taken) {
    outlets_.push_back({&emissions, taken});
    sinks_.push_back(&progress);
  }

  /// The live view gets emissions, too, from the one on that came last in an earlier run. Requires,
  /// and outlives the loop: as a sink.
  void add_view(EmissionChannel& emissions) {
    const std::uint64_t last = recovery_.last_closed();
    outlets_.push_back({&emissions, last == 0 ? 0 : last - 1});
  }

  /// The source is told there what is durable. It outlives the loop. Requires: the loop has not
  /// taken a step.
  void acknowledge_to(Acknowledger& source) {
    source_ = &source;
    committer_.acknowledge_to([&source](const Positions& moves) { source.add(moves); });
  }

  Next step() override;
  Poller& poller() override { return poller_; }

 private:
  /// The way to one sink, or to the view.
  struct Outlet {
    EmissionChannel* emissions;
    std::uint64_t taken;  // the batch that it took last in an earlier run
    bool has_it = false;  // the delivery that is under way
  };

  /// A batch that is not closed: all that was counted of it so far.
  struct Open {
    std::uint64_t line_count = 0;
    std::uint64_t byte_count = 0;
    std::vector<std::shared_ptr<const WordCounts>> slices = {};
  };

  /// What the journal would have of a batch: its last slice, and how the source has moved.
  struct Ending {
    SliceRecord slice;
    Positions moves = {};
  };

  bool deliver();
  Result<bool> advance();
  Status recover(Recovered recovered);
  Status take(Slice slice);
  std::shared_ptr<const WordCounts> pack(Slice& slice);
  Status close(Ending ending);
  Status enter();
  Status emit(Emission emission);
  Status end_batch();
  Status check_memory(std::size_t word_count);
  void note_progress();
  Status serve_sinks();
  void tell_sinks();
  Next finish();
  Next fail_run(const Error& error);
  Next give_up();

  std::unique_ptr<Fold> fold_;
  Committer committer_;
  Recovery recovery_;
  std::optional<BaseWriter> base_;
  HashKey hash_key_;
  SliceChannel& slices_;
  Recycler<WordTable>& spare_tables_;
  MemoryLimit& memory_;
  std::vector<Outlet> outlets_;
  std::vector<SinkProgress*> sinks_;
  Control& control_;
  Observer& observer_;
  Poller& poller_;
  Acknowledger* source_ = nullptr;  // null where the source wants no answer

  Open open_;
  std::uint64_t last_id_ = 0;          // of a closed batch
  std::uint64_t id_ = 0;               // of the batch closed last; 0: it has none
  std::optional<Ending> not_entered_;  // that batch, as long as it has no id
  bool is_ended_ = true;               // every sink has been told of its end
  std::optional<Label> run_end_;       // what the fold has still to be told
  std::uint64_t new_line_count_ = 0;   // since the last emission
  std::uint64_t new_word_count_ = 0;
  std::optional<Delivery> delivery_;  // under way
};

}  // namespace wordstream
