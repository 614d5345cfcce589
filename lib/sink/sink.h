// Where emissions go. A sink is an object of its writer's thread.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "env/poller.h"
#include "model/emission.h"
#include "model/progress.h"

namespace wordstream {

class Sink {
 public:
  virtual ~Sink() = default;

  /// Takes one emission. Requires: the last one has been flushed.
  virtual void take(const Emission& emission) = 0;

  /// Moves what was taken out of the process. Returns whether all has gone; if not, the output
  /// takes nothing now: call again when it is ready for writing. Fails with Closed when nobody
  /// reads any more, with any other code on an error; then the sink is of no more use.
  virtual Result<bool> flush() = 0;

  /// What to watch for being ready, and for its reader's leaving; null for a sink that has neither:
  /// its flush() may block, and returns true.
  virtual const Pollable* output() const { return nullptr; }

  /// Where it stands when it was opened, by its own word: what follows is given again. Nothing for
  /// a sink that does not know; then the journal's word counts.
  virtual std::optional<SinkMark> mark() const { return std::nullopt; }

  /// Batch `batch` is complete: makes everything taken since the last settle() last as this sink
  /// promises, and returns how far it has come. May block. Requires: flushed; batches grow. Any
  /// failure is final.
  virtual Result<SinkMark> settle(std::uint64_t batch) { return SinkMark{batch}; }

  /// A mark that has to be durable before anything else is given to the sink; nothing where it
  /// waits for none. It has a place. Asked before each call; after marked() has told it, it is
  /// another one or none.
  virtual std::optional<SinkMark> awaited_mark() const { return std::nullopt; }
  /// The journal has this mark of the sink now, whoever hands it out: durable.
  virtual void marked(const SinkMark& /*mark*/) {}

  /// No emission comes any more; flush() follows. Returns its last mark, if it has another one than
  /// settle() has returned last. Requires: as take().
  virtual std::optional<SinkMark> finish() { return std::nullopt; }
};

}  // namespace wordstream
