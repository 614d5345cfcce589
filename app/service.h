// A run as a service: its manager is told that it is ready, that it lives, and that it ends.
#pragma once

#include "env/clock.h"
#include "env/service_manager.h"
#include "model/events.h"

namespace wordstream {

/// Hands events on to `next`, which outlives it, as `clock` does. Safe from any thread.
class Service final : public Observer {
 public:
  Service(Observer& next, const Clock& clock) : next_(next), clock_(clock) {}

  /// A batch that closes is a sign of life.
  void on(const Event& event) override;
  void ready();
  void stopping() { manager_.tell("STOPPING=1\n"); }

 private:
  Observer& next_;
  const Clock& clock_;
  ServiceManager manager_;
  SteadyTime told_at_{};  // of the thread that closes batches, alone
};

}  // namespace wordstream
