// Where emissions go. A sink is an object of its writer's thread. What it is asked for it does in
// bounded turns, and between them it sleeps by saying how long it may be left alone: so it waits
// for others, and tries again, without holding up its thread.
#pragma once

#include <optional>

#include "base/result.h"
#include "base/time.h"
#include "env/poller.h"
#include "model/emission.h"
#include "model/progress.h"
#include "runtime/turn.h"

namespace wordstream {

class Sink {
 public:
  virtual ~Sink() = default;

  // The beginning, turn by turn, before anything is asked for. Ended: done. Whoever has them done
  // waits meanwhile.

  /// Looks at what is there, and changes nothing that others can see. Fails with BadData where that
  /// is not what it is to go on from, with Busy where another run is in the right; and as opening
  /// does. Begun when the sink is opened; mark() is known when it has ended.
  virtual Result<Turn> look(SteadyTime /*now*/) { return Turn::ended(); }
  /// From now on this run alone writes there: whoever did before cannot any more. Begun when all
  /// sinks of the run have looked, and none has refused. Fails as look(), where something has
  /// changed since.
  virtual Result<Turn> take_over(SteadyTime /*now*/) { return Turn::ended(); }

  // What it is asked for. Requires of each: the last turn() has said Ended.

  /// Takes one emission.
  virtual void take(const Emission& emission) = 0;
  /// A batch is complete: everything taken since the last one is to last as this sink promises.
  /// `more_waiting`: the next is there already, so that the sink may put this off and do several
  /// together; when nothing comes after all it is asked once more, for the same batch. Requires:
  /// batches grow.
  virtual void settle(const BatchEnd& end, bool more_waiting) = 0;
  /// Somebody may have moved away what is written by its name: behind the batch that is under way,
  /// or at once, the sink goes on where the name leads then. Changes nothing for others.
  virtual void reopen() {}
  /// No emission comes any more.
  virtual void finish() {}

  /// A bounded turn at what it was asked for. Fails with Closed when nobody reads any more, with
  /// any other code on an error; then the sink is of no more use.
  virtual Result<Turn> turn(SteadyTime now) = 0;

  /// How far it has come, by its own word: at first where it stood when it was opened; what follows
  /// is given again. It may change with any turn. Nothing for a sink that does not know: then the
  /// journal's word counts.
  virtual std::optional<SinkMark> mark() const = 0;

  /// A mark that has to be durable before anything else is given to the sink; nothing where it
  /// waits for none. It has a place. Asked before each call; after marked() has told it, it is
  /// another one or none.
  virtual std::optional<SinkMark> awaited_mark() const { return std::nullopt; }
  /// The journal has this mark of the sink now, whoever hands it out: durable.
  virtual void marked(const SinkMark& /*mark*/) {}

  /// What to watch for being ready for writing while it is busy, and for its reader's leaving; null
  /// for a sink that has neither.
  virtual const Pollable* output() const { return nullptr; }
};

}  // namespace wordstream
