// How the run stands, for the task that shows it: gathered from the events of all tasks, which go
// on to the next observer.
#pragma once

#include <mutex>
#include <optional>

#include "env/poller.h"
#include "model/events.h"
#include "view/run_status.h"

namespace wordstream {

class StatusBoard final : public Observer {
 public:
  explicit StatusBoard(Observer& next) : next_(next) {}

  void on(const Event& event) override;

  /// The status, if it has changed since the last call; the first call has it always. From then on
  /// `reader` is woken when there is news. Requires: there is one reader, and it outlives the
  /// board.
  std::optional<RunStatus> news(Poller& reader);

 private:
  Observer& next_;
  std::mutex mutex_;
  RunStatus status_;
  bool has_news_ = true;
  Poller* reader_ = nullptr;
};

}  // namespace wordstream
