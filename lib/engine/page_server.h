// The page's task: answers whoever asks how the run stands. It looks at the run and is asked for
// nothing by it, so that a run with a page goes as fast as one without; and it ends with the run.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/config.h"
#include "engine/showcase.h"
#include "engine/status_board.h"
#include "env/env.h"
#include "http/http_server.h"
#include "runtime/control.h"
#include "runtime/memory_limit.h"
#include "runtime/task.h"
#include "view/run_sight.h"
#include "view/site.h"

namespace wordstream {

class PageServer final : public Task, private SiteSource {
 public:
  /// All that is handed in outlives it. Requires: the board keeps a record, and --http was given.
  PageServer(const Config& config, const Env& env, const Control& control,
             std::unique_ptr<Listener> listener, Showcase& showcase, StatusBoard& board,
             Poller& poller);

  /// The words of the run are counted there; before, there are none. Requires: nobody steps it.
  void measure(const MemoryLimit& memory) { memory_ = &memory; }

  Next step() override;
  Poller& poller() override { return poller_; }

 private:
  void look_at_run(const std::function<void(const RunSight& sight)>& look) override;
  std::optional<Emission> newest() const override { return showcase_.newest(); }
  std::shared_ptr<const Positions> positions() const override { return showcase_.positions(); }
  Vitals measure() const;

  const Env& env_;
  const Control& control_;
  const MemoryLimit* memory_ = nullptr;  // null while the run is opening
  Showcase& showcase_;
  StatusBoard& board_;
  Poller& poller_;
  RunFacts facts_;
  std::string journal_path_;  // empty without one
  Site site_;
  HttpServer server_;
};

}  // namespace wordstream
