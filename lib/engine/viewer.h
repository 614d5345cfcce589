// The live view's task: has it draw the emissions as they come, the news of the run, and everything
// anew on a screen of another size. No batch waits for what it has shown but by its full queue: a
// terminal that stands still holds the run up as a sink does.
#pragma once

#include <memory>

#include "engine/emission_channel.h"
#include "engine/status_board.h"
#include "runtime/control.h"
#include "runtime/task.h"
#include "view/live_view.h"

namespace wordstream {

class Viewer final : public Task {
 public:
  Viewer(std::unique_ptr<LiveView> view, EmissionChannel& emissions, StatusBoard& board,
         Control& control, Poller& poller);
  ~Viewer() override;

  Next step() override;
  Poller& poller() override { return poller_; }

 private:
  /// Takes note of what the poller has found. Returns whether nobody looks any more.
  bool take_ready();
  /// Has the view draw what is next: news, or an emission. Returns false when there is nothing.
  bool draw_next();
  /// Sends what was drawn.
  Next flush();
  void watch_terminal();

  std::unique_ptr<LiveView> view_;
  EmissionChannel& emissions_;
  StatusBoard& board_;
  Control& control_;
  Poller& poller_;
  bool is_flushing_ = false;
  bool has_new_size_ = false;
  bool is_finished_ = false;
  RunStatus status_;
};

}  // namespace wordstream
