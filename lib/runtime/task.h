// A part of the engine that runs on its own: an object with a `step` that never waits. The program
// gives each task a thread, the simulation steps all of them on one.
#pragma once

#include <optional>

#include "base/time.h"
#include "env/poller.h"

namespace wordstream {

/// What a task wants after a step.
struct Next {
  enum class Kind {
    Again,  ///< another step at once
    Wait,   ///< a step when its poller finds something ready, is woken, or `until` has come
    Done,   ///< no step any more
  };
  Kind kind;
  std::optional<SteadyTime> until;

  static Next again() { return {Kind::Again, {}}; }
  static Next wait(std::optional<SteadyTime> until = {}) { return {Kind::Wait, until}; }
  static Next done() { return {Kind::Done, {}}; }
};

class Task {
 public:
  virtual ~Task() = default;
  virtual Next step() = 0;
  /// Where it sleeps now.
  virtual Poller& poller() = 0;
};

/// Steps it until it is done, and sleeps in between as it says.
inline void run_task(Task& task) {
  while (true) {
    const Next next = task.step();
    if (next.kind == Next::Kind::Done) return;
    if (next.kind == Next::Kind::Wait) task.poller().wait(next.until);
  }
}

}  // namespace wordstream
