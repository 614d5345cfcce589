#include "app/service.h"

#include <variant>

namespace wordstream {

void Service::ready() { manager_.tell("READY=1\nSTATUS=counting\n"); }

void Service::on(const Event& event) {
  next_.on(event);
  if (!manager_.patience() || std::get_if<event::BatchClosed>(&event) == nullptr) return;
  // Twice as often as it must be, and not with each of many batches.
  const SteadyTime now = clock_.steady();
  if (now < told_at_ + *manager_.patience() / 4) return;
  told_at_ = now;
  manager_.tell("WATCHDOG=1\n");
}

}  // namespace wordstream
