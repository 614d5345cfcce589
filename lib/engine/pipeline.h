// A whole run: the tasks, what stands between them, and their threads.
//
//   reader -> blocks -> counting loop -> slices -> delivery loop -> emissions -> a writer a sink
//                        | counting workers |
//
// It ends in the data's way: each task ends when the one before it has and nothing is left.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/beginning.h"
#include "engine/config.h"
#include "engine/counting_loop.h"
#include "engine/counting_worker.h"
#include "engine/delivery_loop.h"
#include "engine/outlet.h"
#include "engine/page.h"
#include "engine/reader.h"
#include "engine/run_context.h"
#include "engine/status_board.h"
#include "engine/viewer.h"
#include "env/env.h"
#include "model/events.h"
#include "runtime/control.h"
#include "runtime/memory_limit.h"
#include "runtime/recycler.h"
#include "runtime/task.h"

namespace wordstream {

class Pipeline {
 public:
  /// Builds everything and opens source and sinks; the first batch begins now. All that is handed
  /// in outlives the pipeline; `control` may be used from the beginning, to end a run that waits
  /// for others while it opens. Fails as opening source and sinks does.
  static Result<std::unique_ptr<Pipeline>> open(const Config& config, const Env& env,
                                                Control& control, Observer& observer);
  ~Pipeline();

  /// Runs every task on a thread of its own until all are done. Returns how it went: success, a
  /// source's failure, or what became of the output (Closed when nobody reads it any more). Fails
  /// with Busy, before anything is read, where there are not as many threads to be had.
  Status run();

  /// The tasks in the data's way, for whoever steps them himself.
  std::vector<Task*> tasks();
  Control& control() { return control_; }
  /// How many blocks are filled or being filled.
  std::size_t blocks_in_use() const { return spare_blocks_.in_use(); }

 private:
  Pipeline(const Config& config, const Env& env, Control& control,
           std::unique_ptr<StatusBoard> board, std::unique_ptr<Page> page, Beginning beginning);

  /// Where the source wants it: who tells it what, by whether there is a journal.
  void lead_back();
  /// With a journal, a new job's beginning is durable before anything is read.
  Status open_source();

  /// Whether a task has little to do at a time, and is waited for: it is to get short turns.
  bool is_brief(const Task& task) const;

  /// The tasks' sleeping places.
  struct Pollers {
    std::unique_ptr<Poller> source, reader, counting, delivery, view;
    std::vector<std::unique_ptr<Poller>> workers, writers;
  };

  /// A counting worker, and the ways to it and back.
  struct Hand {
    Hand(const RunContext& run, Poller& counting_poller, Poller& poller)
        : work(1, counting_poller, poller),
          tallies(1, poller, counting_poller),
          worker(run, work, tallies, poller) {}
    WorkChannel work;  // one block waits while another is counted
    TallyChannel tallies;
    CountingWorker worker;
  };

  /// The way of the emissions to the live view.
  struct Showing {
    Showing(const RunContext& run, std::unique_ptr<LiveView> view, StatusBoard& board,
            Pollers& pollers)
        : emissions(run.config.limits.emission_count_max, *pollers.delivery, *pollers.view),
          viewer(std::move(view), emissions, board, run.control, *pollers.view) {}
    EmissionChannel emissions;
    Viewer viewer;
  };

  /// How far an earlier run had come is known by now: the page counts from there.
  void begin_page(const Beginning& beginning);

  std::unique_ptr<StatusBoard> board_;  // told by sinks, too, from their opening on
  std::unique_ptr<Page> page_;          // null where none was asked for; open since then, too
  std::unique_ptr<Journal> journal_;    // null without a checkpoint
  Pollers pollers_;
  Control& control_;
  MemoryLimit memory_;
  Recycler<Block> spare_blocks_;
  Recycler<WordTable> spare_tables_;
  RunContext run_;
  BlockChannel blocks_;
  SliceChannel slices_;
  Acknowledger commits_;
  Reader reader_;
  CountingLoop counting_;
  std::deque<Hand> hands_;
  DeliveryLoop delivery_;
  std::deque<Outlet> outlets_;  // one for each sink
  std::optional<Showing> showing_;
};

}  // namespace wordstream
