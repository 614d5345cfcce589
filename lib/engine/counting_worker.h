// One of several threads that count: takes blocks one by one, and hands out what it has counted
// when it is told to.
#pragma once

#include <memory>

#include "engine/line_counter.h"
#include "model/block.h"
#include "runtime/channel.h"
#include "runtime/control.h"
#include "runtime/memory_limit.h"
#include "runtime/recycler.h"
#include "runtime/task.h"

namespace wordstream {

/// A block to be counted; null: what has been counted is to be handed out.
using Work = std::unique_ptr<Block>;
using WorkChannel = Channel<Work>;
using TallyChannel = Channel<Tally>;

class CountingWorker final : public Task {
 public:
  CountingWorker(LineCounter counter, WorkChannel& work, TallyChannel& tallies,
                 std::size_t block_bytes, Recycler<Block>& spare_blocks, MemoryLimit& memory,
                 Control& control, Poller& poller)
      : counter_(std::move(counter)),
        work_(work),
        tallies_(tallies),
        block_bytes_(block_bytes),
        spare_blocks_(spare_blocks),
        memory_(memory),
        control_(control),
        poller_(poller) {}

  Next step() override;
  Poller& poller() override { return poller_; }

 private:
  LineCounter counter_;
  WorkChannel& work_;
  TallyChannel& tallies_;
  std::size_t block_bytes_;
  Recycler<Block>& spare_blocks_;
  MemoryLimit& memory_;
  Control& control_;
  Poller& poller_;

  Tally tally_;
  bool must_hand_out_ = false;  // before anything else is counted
};

}  // namespace wordstream
