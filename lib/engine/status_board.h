// How the run stands, for the task that shows it: gathered from the events of all tasks, which go
// on to the next observer.
#pragma once

#include <mutex>
#include <optional>

#include "env/poller.h"
#include "model/events.h"
#include "model/run_status.h"

namespace wordstream {

class StatusBoard final : public Observer {
 public:
  /// Wakes `reader` when there is news, once somebody asks for them.
  StatusBoard(Observer& next, Poller& reader) : next_(next), reader_(reader) {}

  void on(const Event& event) override;

  /// The status, if it has changed since the last call; the first call has it always.
  std::optional<RunStatus> news();

 private:
  Observer& next_;
  Poller& reader_;
  std::mutex mutex_;
  RunStatus status_;
  bool has_news_ = true;
  bool is_read_ = false;
};

}  // namespace wordstream
