// The second task: counts the words of blocks and cuts batches when they are due.
//
// Everything before a cut is in the batch, nothing after it. With a commit interval that is shorter
// than the batch, what was counted is handed on every so often, slice by slice. The clock is read
// before every piece of a block, so that a cut at full load is late by no more than one piece. The
// cut itself only swaps tables. While a closed batch finds no room, nothing is counted: that is the
// back-pressure.
//
// With workers, whole blocks are given to them instead, and a batch ends with the blocks that they
// have by then.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "engine/acknowledger.h"
#include "engine/crew.h"
#include "engine/line_counter.h"
#include "engine/reader.h"
#include "engine/run_context.h"
#include "model/batch.h"
#include "model/positions.h"
#include "runtime/channel.h"
#include "runtime/task.h"
#include "window/batch_clock.h"
#include "words/word_table.h"

namespace wordstream {

/// What was counted of a batch since it was last handed on: its words are still to be packed.
struct Slice {
  /// The batch's: as planned, or as it is once this slice closes it.
  Interval interval{};
  LineTotals lines;
  std::uint64_t byte_count = 0;
  std::vector<std::unique_ptr<WordTable>> words;  ///< of each thread that has counted any
  Positions moves;                                ///< how the source has moved with it
  bool closes = false;                            ///< the batch is complete with it
  bool ends_run = false;                          ///< the stream is over, at the interval's end
  SteadyTime due{};                               ///< when it was to be closed, if it closes

  /// No line is without its end.
  bool is_empty() const { return byte_count == 0; }
  bool is_blank() const { return is_empty() && moves.empty(); }
};
using SliceChannel = Channel<Slice>;

class CountingLoop final : public Task {
 public:
  /// `batch_clock` is aimed at the first batch; `goes_on`: that is one which an earlier run has
  /// begun.
  CountingLoop(const RunContext& run, BlockChannel& blocks, SliceChannel& slices, Poller& poller,
               BatchClock batch_clock, bool goes_on);

  /// The source is told there what was counted, for there is no journal. It outlives the loop.
  /// Requires: no step has been taken.
  void acknowledge_to(Acknowledger& source) { source_ = &source; }

  /// One more thread that counts; without any the loop does. Requires: no step has been taken.
  void add_worker(WorkChannel& work, TallyChannel& tallies) { crew_.add(work, tallies); }

  Next step() override;
  Poller& poller() override { return poller_; }

 private:
  // Counting.

  /// There is no memory for what the block has, if it was counted already, or for more lines.
  bool is_over_memory() const;
  /// Counts some of the block, or gives it to a worker. Returns false when all workers are busy.
  bool count_some();
  /// Whether the loop counts the block itself: with workers it does so once memory is tight.
  bool counts_itself() const;
  /// Gives the whole block to a worker. Returns false when all are busy; whoever has room wakes us.
  bool give_to_worker();
  /// Counts the next lines of the block, about as many bytes as one look at the clock is worth.
  void count_piece();
  /// Notes how the source has moved with what was counted of the block since it was noted last.
  void note_moves();
  /// Clears a block and gives it back to the reader.
  void give_back(std::unique_ptr<Block> block);

  // Cutting.

  /// When something is to be cut at the latest: the batch, or a slice of it.
  SteadyTime deadline() const;
  /// Closes the batch that is due, and tells which ticks were skipped.
  void close_due();
  /// Closes the open batch as one of this interval, which was due then.
  void close(Interval interval, bool ends_run, SteadyTime due);
  /// Ends the slice, and begins another one.
  void cut(Interval interval, bool closes, bool ends_run);
  /// Takes what all workers have handed out of the oldest slices that were cut.
  void gather_cuts();
  /// Hands on what is ready. Returns false when there is no room for it.
  bool hand_on_ready();
  /// The slice is complete: it is handed on, and what gave no key told.
  void make_ready(Slice slice);
  /// Tells how many lines of the batch were longer than allowed.
  void tell_cut_lines(Label batch_end);

  // Ending.

  /// Nothing more comes: what has been counted so far is the last batch.
  Next finish();
  /// Leaves the batch open in the journal, where the next run goes on with it.
  Next suspend();
  /// There is no memory for more words: what was counted is the last batch, the rest is given up.
  Next stop_counting();
  /// Takes what is still handed on after the last batch, so that the reader is not held up.
  Next discard();

  RunContext run_;
  LineCounter counter_;
  Crew crew_;
  BlockChannel& blocks_;
  SliceChannel& slices_;
  Poller& poller_;
  Acknowledger* source_ = nullptr;  // null where a journal is asked first, or nobody asks

  BatchClock batch_clock_;
  Slice slice_;                           // what is being counted
  Tally tally_;                           // of it, by the loop itself
  bool is_begun_;                         // the open batch has slices that were handed on
  std::optional<SteadyTime> commit_due_;  // when the slice is to be handed on, if not cut before
  std::uint64_t cut_line_count_ = 0;      // lines of the open batch that were too long
  std::uint64_t closed_count_ = 0;
  std::deque<Slice> cut_;    // what workers have still to hand out
  std::deque<Slice> ready_;  // what waits for room
  bool is_finished_ = false;
  bool is_over_memory_ = false;
  std::uint64_t uncounted_bytes_ = 0;  // that were read

  std::unique_ptr<Block> block_;   // the block that is being counted
  std::size_t counted_bytes_ = 0;  // of it
  std::size_t noted_bytes_ = 0;    // of it, for which positions have moved
};

}  // namespace wordstream
