// Runs the tasks of a pipeline, or of several, on one thread, in an order by the world's seed: any
// task that could run may be next. A step takes a little time; when nobody can run, time goes on to
// what comes next.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/pipeline.h"
#include "sim/world.h"

namespace wordstream::simulation {

class Scheduler {
 public:
  /// A step takes less than `step_time_max`. `check` is asked after each one for a complaint.
  Scheduler(sim::World& world, const std::vector<Task*>& tasks, Nanos step_time_max,
            std::function<std::optional<std::string>()> check);

  /// Another process begins, or one is gone: between two steps.
  void add(const std::vector<Task*>& tasks);
  void remove(const std::vector<Task*>& tasks);
  /// Whether none of these takes a step any more.
  bool are_done(const std::vector<Task*>& tasks) const;

  /// Returns when all tasks are done, or with a complaint: of `check`, or of a run that does not
  /// end, that waits for what cannot come, or that is woken again and again and does nothing.
  std::optional<std::string> run();
  /// How often a task has gone to sleep.
  std::size_t wait_count() const { return wait_count_; }

 private:
  struct Entry {
    sim::FakePoller& poller() const { return dynamic_cast<sim::FakePoller&>(task->poller()); }

    Task* task;
    std::size_t number;
    Next next = Next::again();
    int idle_count = 0;  // steps in a row that something ready has called for, and that did nothing
  };

  bool can_run(const Entry& entry) const;
  std::optional<std::string> pass_time();
  std::optional<std::string> step(Entry& entry);

  sim::World& world_;
  Nanos step_time_max_;
  std::function<std::optional<std::string>()> check_;
  std::vector<Entry> entries_;
  std::size_t task_count_ = 0;  // so far
  std::size_t wait_count_ = 0;
};

}  // namespace wordstream::simulation
