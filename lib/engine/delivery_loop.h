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
#include <vector>

#include "delivery/start.h"
#include "engine/acknowledger.h"
#include "engine/counting_loop.h"
#include "engine/emission_channel.h"
#include "engine/run_context.h"
#include "engine/showcase.h"
#include "engine/sink_progress.h"
#include "model/batch.h"
#include "runtime/task.h"

namespace wordstream {

class DeliveryLoop final : public Task {
 public:
  DeliveryLoop(const RunContext& run, DeliveryStart start, SliceChannel& slices, Poller& poller);

  /// One more sink, in the order in which the committer has them; `taken` is the batch that it took
  /// last in an earlier run. Both outlive the loop. Requires: the loop has not taken a step.
  void add_sink(EmissionChannel& emissions, SinkProgress& progress, std::uint64_t taken) {
    outlets_.push_back({&emissions, taken});
    sinks_.push_back(&progress);
  }

  /// The live view gets emissions, from the last one of an earlier run on. Requires: as a sink.
  void add_view(EmissionChannel& emissions) {
    const std::uint64_t last = recovery_.last_closed();
    outlets_.push_back({&emissions, last == 0 ? 0 : last - 1});
  }

  /// The newest emission is shown there. It outlives the loop. Requires: no step was taken.
  void show_in(Showcase& showcase) { showcase_ = &showcase; }

  /// The source is told there what is durable. It outlives the loop. Requires: no step was taken.
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
  struct OpenBatch {
    std::uint64_t line_count = 0;
    std::uint64_t byte_count = 0;
    std::vector<std::shared_ptr<const WordCounts>> slices = {};
  };

  /// The last slice of a batch, and how the source has moved with it: what is still to be kept.
  struct LastSlice {
    SliceRecord record;
    Positions moves = {};
    SteadyTime due{}, taken_up{};  // when it was to be closed, and was taken up by this loop
  };

  /// A closed batch on its way out. It has an id when it is in the journal; an empty one gets there
  /// only where a window has rows to show with it, or the clock was set before it.
  struct ClosedBatch {
    std::uint64_t id = 0;
    std::optional<LastSlice> not_kept = {};  // as long as it has no id
    std::optional<Label> run_end = {};       // what the fold has still to be told
    std::optional<Label> end = {};           // nothing of one that an earlier run has counted
  };

  /// Does what comes next, of the closed batch or another one. Returns false where nothing does.
  Result<bool> advance();
  /// Takes up a batch that an earlier run has counted.
  Status recover(Recovered recovered);
  /// Adds a slice to the open batch, and keeps or closes it.
  Status add(Slice slice);
  /// What was counted in a slice, as the journal has it.
  LastSlice pack(Slice& slice);
  /// Its words as one table; null where there are none.
  std::shared_ptr<const WordCounts> pack_words(Slice& slice);
  /// Clears the tables of the slice that was packed last, for those who count.
  void give_back_tables();
  /// Closes the open batch with its last slice, or notes that the stream has ended behind it.
  Status close(LastSlice last, bool is_batch);
  /// The fold takes a closed batch.
  void fold(const Batch& batch);

  /// The next thing of the closed batch: an emission, the end of the run, its own end.
  Status give_out();
  /// Gives the closed batch its id, and makes it durable.
  Status keep();
  /// Makes an emission the delivery that is under way.
  Status emit(Emission emission);
  /// Makes its end the delivery that is under way, if it has an id.
  Status end_batch();
  /// Gives that to every sink that has not taken it in an earlier run; false while one has no room.
  bool deliver();

  /// Notes how far the sinks have come; the next record has it.
  void note_progress();
  /// Writes the marks for which sinks wait, and tells all sinks what the journal has.
  Status serve_sinks();

  /// Fails where so many words of earlier runs are more than may be.
  Status check_memory(std::size_t word_count);
  /// Everything has been given out: when the sinks have taken it, the journal is told.
  Next finish();
  /// Ends the run because of an error of the journal or the memory.
  Next fail_run(const Error& error);
  /// Another task has ended the run: notes what the sinks have taken, so that they need not get it
  /// again.
  Next give_up();

  RunContext run_;
  std::unique_ptr<Fold> fold_;
  Committer committer_;
  Recovery recovery_;
  std::optional<BaseWriter> base_;
  SliceChannel& slices_;
  Poller& poller_;
  std::vector<Outlet> outlets_;
  std::vector<SinkProgress*> sinks_;
  Showcase* showcase_ = nullptr;    // null where nobody looks
  Acknowledger* source_ = nullptr;  // null where the source wants no answer
  std::vector<std::unique_ptr<WordTable>> spent_tables_;
  OpenBatch open_;
  std::optional<ClosedBatch> closed_;  // until its end has been told
  std::optional<Delivery> delivery_;   // under way
  std::uint64_t last_id_ = 0;
  std::uint64_t new_line_count_ = 0;  // since the last emission
  std::uint64_t new_word_count_ = 0;
};

}  // namespace wordstream
