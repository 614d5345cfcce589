// One of several threads that count: takes blocks one by one, and hands out what it has counted
// when it is told to.
#pragma once

#include <memory>

#include "engine/line_counter.h"
#include "model/block.h"
#include "runtime/channel.h"
#include "runtime/task.h"

namespace wordstream {

/// A block to be counted; null: what has been counted is to be handed out.
using Work = std::unique_ptr<Block>;
using WorkChannel = Channel<Work>;
using TallyChannel = Channel<Tally>;

class CountingWorker final : public Task {
 public:
  CountingWorker(const RunContext& run, WorkChannel& work, TallyChannel& tallies, Poller& poller)
      : run_(run), counter_(run), work_(work), tallies_(tallies), poller_(poller) {}

  Next step() override;
  Poller& poller() override { return poller_; }

 private:
  RunContext run_;
  LineCounter counter_;
  WorkChannel& work_;
  TallyChannel& tallies_;
  Poller& poller_;

  Tally tally_;
  bool must_hand_out_ = false;  // before anything else is counted
};

}  // namespace wordstream
