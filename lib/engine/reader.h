// The first task: lets the source fill blocks and hands them on. Stopped by a full queue, it reads
// nothing, and TCP slows the sender down.
#pragma once

#include <memory>
#include <optional>

#include "engine/channel.h"
#include "engine/control.h"
#include "engine/recycler.h"
#include "engine/task.h"
#include "env/clock.h"
#include "model/block.h"
#include "model/position.h"
#include "source/source.h"

namespace wordstream {

using BlockChannel = Channel<std::unique_ptr<Block>>;

class Reader final : public Task {
 public:
  /// In `source_poller` it sleeps until the source has something, in `queue_poller` until the full
  /// queue has room: what the source has by then must not wake it.
  Reader(std::unique_ptr<Source> source, std::size_t block_bytes, Recycler<Block>& spare_blocks,
         BlockChannel& blocks, Control& control, const Clock& clock, Poller& source_poller,
         Poller& queue_poller);

  /// Opens the source, to begin or to go on.
  Status open(const std::optional<Position>& from) { return source_->open(from); }
  /// As Source::beginning(). Requires: no step was made.
  std::optional<Position> beginning() const { return source_->beginning(); }

  Next step() override;
  Poller& poller() override { return must_hand_on_ ? queue_poller_ : source_poller_; }

 private:
  bool hand_on();
  Next end();

  std::unique_ptr<Source> source_;
  std::size_t block_bytes_;
  Recycler<Block>& spare_blocks_;
  BlockChannel& blocks_;
  Control& control_;
  const Clock& clock_;
  Poller& source_poller_;
  Poller& queue_poller_;

  std::unique_ptr<Block> block_;
  bool must_hand_on_ = false;  // before anything else is read
  bool is_ending_ = false;     // nothing else will be read
};

}  // namespace wordstream
