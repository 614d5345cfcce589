// The second task: counts the words of blocks and cuts batches when they are due.
//
// Everything before a cut is in the batch, nothing after it. The clock is read before every piece
// of a block, so that a cut at full load is late by no more than one piece. The cut itself only
// swaps tables. While a closed batch finds no room, nothing is counted: that is the back-pressure.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "engine/channel.h"
#include "engine/config.h"
#include "engine/control.h"
#include "engine/reader.h"
#include "engine/recycler.h"
#include "engine/task.h"
#include "env/clock.h"
#include "model/batch.h"
#include "model/events.h"
#include "window/batch_clock.h"
#include "words/word_table.h"

namespace wordstream {

/// A closed batch as it is handed on: its words are still to be packed.
struct CutBatch {
  Batch batch;
  std::unique_ptr<WordTable> words;  ///< null where there are none
};
/// Behind the last batch: when the run ended.
struct RunEnd {
  Label end;
};
using Closed = std::variant<CutBatch, RunEnd>;
using BatchChannel = Channel<Closed>;

class CountingLoop final : public Task {
 public:
  CountingLoop(const Config& config, HashKey hash_key, BlockChannel& blocks,
               Recycler<Block>& spare_blocks, BatchChannel& batches,
               Recycler<WordTable>& spare_tables, Control& control, Observer& observer,
               const Clock& clock, Poller& poller);

  Next step() override;
  Poller& poller() override { return poller_; }

 private:
  void count_piece();
  void count_lines(std::string_view lines);
  void cut();
  void close(Interval interval);
  void end_run(Label end);
  Next finish();
  Next discard();

  const Config& config_;
  HashKey hash_key_;
  BlockChannel& blocks_;
  Recycler<Block>& spare_blocks_;
  BatchChannel& batches_;
  Recycler<WordTable>& spare_tables_;
  Control& control_;
  Observer& observer_;
  const Clock& clock_;
  Poller& poller_;

  BatchClock batch_clock_;
  CutBatch open_;                     // the batch that is being counted
  std::uint64_t cut_line_count_ = 0;  // its lines that were too long
  std::uint64_t closed_count_ = 0;
  std::deque<Closed> closed_;  // what waits for room
  bool is_finished_ = false;

  std::unique_ptr<Block> block_;   // the block that is being counted
  std::size_t counted_bytes_ = 0;  // of it
  std::string folded_;             // the piece in lower case
};

}  // namespace wordstream
