#include "engine/counting_worker.h"

#include <optional>
#include <utility>

namespace wordstream {

Next CountingWorker::step() {
  if (control_.is_abandoned()) return Next::done();
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
  counter_.count((*work)->lines(), tally_);
  memory_.remove_text((*work)->lines().size());
  (*work)->clear(block_bytes_);
  spare_blocks_.give_back(std::move(*work));
  return Next::again();
}

}  // namespace wordstream
