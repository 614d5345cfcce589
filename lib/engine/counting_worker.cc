#include "engine/counting_worker.h"

#include <optional>
#include <utility>

namespace wordstream {

// Hands out what it has counted before it counts on. Between two cuts it takes block after block.
Next CountingWorker::step() {
  if (run_.control.is_abandoned()) return Next::done();
  if (must_hand_out_) {
    if (!tallies_.try_push(tally_)) return Next::wait();
    tally_ = {};
    must_hand_out_ = false;
  }
  std::optional<Work> work = work_.pop();
  if (!work) return work_.is_drained() ? Next::done() : Next::wait();
  if (!*work) {
    must_hand_out_ = true;
    return Next::again();
  }
  counter_.count((*work)->lines(), {(*work)->cut_ends()}, tally_);
  run_.memory.remove_text((*work)->lines().size());
  (*work)->clear(run_.config.limits.block_bytes);
  run_.spare_blocks.give_back(std::move(*work));
  return Next::again();
}

}  // namespace wordstream
