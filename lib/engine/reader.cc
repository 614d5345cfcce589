#include "engine/reader.h"

#include <utility>

namespace wordstream {

Reader::Reader(std::unique_ptr<Source> source, std::size_t block_bytes,
               Recycler<Block>& spare_blocks, BlockChannel& blocks, Control& control,
               const Clock& clock, Poller& source_poller, Poller& queue_poller)
    : source_(std::move(source)),
      block_bytes_(block_bytes),
      spare_blocks_(spare_blocks),
      blocks_(blocks),
      control_(control),
      clock_(clock),
      source_poller_(source_poller),
      queue_poller_(queue_poller) {}

Next Reader::step() {
  if (control_.is_abandoned()) return Next::done();
  if (control_.is_stopping() && !std::exchange(is_ending_, true)) source_->stop();
  if (must_hand_on_ && !hand_on()) return Next::wait();
  if (is_ending_) return end();

  if (!block_) block_ = spare_blocks_.take(block_bytes_);
  const Result<Turn> turn = source_->poll(clock_.steady(), *block_);
  if (!turn) {
    control_.fail(turn.error());  // the next step stops the source
    return Next::again();
  }
  switch (turn->state) {
    case Turn::State::Again:
      return Next::again();
    case Turn::State::Full:
      must_hand_on_ = true;
      return Next::again();
    case Turn::State::Ended:
      is_ending_ = true;
      return Next::again();
    case Turn::State::Idle:
      break;
  }
  // Nothing more comes now: what is here need not wait for the block to fill.
  if (!block_->empty() && !hand_on()) return Next::wait();
  return Next::wait(turn->wake_at);
}

/// Returns false when the queue is full; whoever empties it wakes us.
bool Reader::hand_on() {
  must_hand_on_ = !blocks_.try_push(block_);
  return !must_hand_on_;
}

Next Reader::end() {
  if (block_ && !block_->empty() && !hand_on()) return Next::wait();
  blocks_.close();
  return Next::done();
}

}  // namespace wordstream
