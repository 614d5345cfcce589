// How the run stands, for the tasks that show it: gathered from the events of all tasks, which go
// on to the next observer. Safe from any thread.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "env/clock.h"
#include "env/poller.h"
#include "model/events.h"
#include "view/run_record.h"
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

  /// A record is kept from now on, of a run with these sinks. Requires: nobody has told it anything
  /// yet; the clock outlives the board.
  void keep_record(const std::vector<std::string>& sinks, const Clock& clock);
  /// Calls `visit` with the record while nobody tells anything: not for long. Requires: one is
  /// kept.
  void with_record(const std::function<void(RunRecord& record)>& visit);

 private:
  Observer& next_;
  std::mutex mutex_;
  RunStatus status_;
  bool has_news_ = true;
  Poller* reader_ = nullptr;
  const Clock* clock_ = nullptr;  // null where no record is kept
  std::optional<RunRecord> record_;
};

}  // namespace wordstream
