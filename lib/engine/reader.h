// The first task: lets the source fill blocks and hands them on; on the way back it tells the
// source what has become the run's own. Stopped by a full queue, it reads nothing, and TCP slows
// the sender down.
//
// It ends in two halves: the last block is handed on; and then, where the source wants answers to
// go out, they do, when the last record is written. Only after that sockets are closed.
#pragma once

#include <memory>
#include <optional>

#include "engine/acknowledger.h"
#include "engine/run_context.h"
#include "model/block.h"
#include "model/positions.h"
#include "runtime/channel.h"
#include "runtime/task.h"
#include "source/source.h"

namespace wordstream {

using BlockChannel = Channel<std::unique_ptr<Block>>;

class Reader final : public Task {
 public:
  /// In `source_poller` it sleeps until the source has something, in `queue_poller` until the full
  /// queue has room: what the source has by then must not wake it.
  Reader(const RunContext& run, std::unique_ptr<Source> source, BlockChannel& blocks,
         Poller& source_poller, Poller& queue_poller);

  /// Opens the source, to begin or to go on.
  Status open(const Positions& from) { return source_->open(from); }
  /// As Source::beginning(). Requires: no step was made.
  Positions beginning() const { return source_->beginning(); }

  /// What the source is told comes from there, which outlives the reader. None: it is told nothing.
  /// Requires: no step was made.
  void listen_to(Acknowledger& commits) { commits_ = &commits; }
  bool wants_commits() const { return source_->wants_commits(); }

  Next step() override;
  Poller& poller() override { return must_hand_on_ ? queue_poller_ : source_poller_; }

 private:
  /// Tells the source what has become the run's own since the last step.
  void tell_source();
  /// Tells how far the source has read what it has, once a second, where that is asked for.
  void tell_progress(SteadyTime now);
  /// Hands the block on. Returns false when the queue is full; whoever empties it wakes us.
  bool hand_on();
  /// The first half of the end: hands the last block on, and says that it was the last.
  Next hand_on_last();
  /// The second half: has the answers go out that the source still owes, but not for ever.
  Next answer();

  RunContext run_;
  std::unique_ptr<Source> source_;
  BlockChannel& blocks_;
  Poller& source_poller_;
  Poller& queue_poller_;

  Acknowledger* commits_ = nullptr;

  /// What was told of that.
  struct Progress {
    SteadyTime at;
    std::uint64_t read_bytes;
    double bytes_per_second = 0;
  };
  std::optional<Progress> progress_;  // nothing before the first look

  std::unique_ptr<Block> block_;
  bool must_hand_on_ = false;                // before anything else is read
  bool is_ending_ = false;                   // nothing else will be read
  bool is_handed_on_ = false;                // everything that was read
  std::optional<SteadyTime> answers_until_;  // once the last record is written
};

}  // namespace wordstream
