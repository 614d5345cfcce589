// The page with all that it needs: it is there before the run is, for as long as that waits for
// others, and then one of its tasks.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "engine/page_server.h"
#include "engine/showcase.h"
#include "engine/status_board.h"
#include "env/thread.h"

namespace wordstream {

class Page {
 public:
  /// Listens, and has the board keep a record; null where no page was asked for. All that is handed
  /// in outlives the page. Fails as Network::listen() does.
  static Result<std::unique_ptr<Page>> open(const Config& config, const Env& env, Control& control,
                                            StatusBoard& board);
  ~Page() { end_beside(); }

  /// Answers on a thread of its own until end_beside(); on none where there is none to be had.
  void serve_beside();
  void end_beside();

  // While nobody is served beside.

  Task& server() { return server_; }
  void measure(const MemoryLimit& memory) { server_.measure(memory); }
  Showcase& showcase() { return showcase_; }

 private:
  Page(const Config& config, const Env& env, Control& control, StatusBoard& board,
       std::unique_ptr<Listener> listener);

  std::unique_ptr<Poller> poller_;
  Showcase showcase_;
  PageServer server_;
  std::atomic<bool> is_over_ = false;  // what is done beside
  std::optional<Thread> thread_;
};

}  // namespace wordstream
