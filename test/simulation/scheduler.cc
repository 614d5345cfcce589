#include "simulation/scheduler.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace wordstream::simulation {
namespace {

/// A run takes a few thousand steps; some, with long waits and short batches, a hundred thousand.
constexpr std::size_t kStepCountMax = 2'000'000;
constexpr int kIdleCountMax = 20;

}  // namespace

Scheduler::Scheduler(sim::World& world, const std::vector<Task*>& tasks, Nanos step_time_max,
                     std::function<std::optional<std::string>()> check)
    : world_(world), step_time_max_(step_time_max), check_(std::move(check)) {
  add(tasks);
}

void Scheduler::add(const std::vector<Task*>& tasks) {
  for (Task* const task : tasks) entries_.push_back(Entry{task, task_count_++});
}

void Scheduler::remove(const std::vector<Task*>& tasks) {
  std::erase_if(entries_, [&](const Entry& entry) {
    return std::ranges::find(tasks, entry.task) != tasks.end();
  });
}

bool Scheduler::are_done(const std::vector<Task*>& tasks) const {
  return std::ranges::all_of(entries_, [&](const Entry& entry) {
    const bool is_one = std::ranges::find(tasks, entry.task) != tasks.end();
    return !is_one || entry.next.kind == Next::Kind::Done;
  });
}

std::optional<std::string> Scheduler::run() {
  std::vector<Entry*> runnable;
  for (std::size_t step_count = 0; step_count < kStepCountMax; ++step_count) {
    const auto is_done = [](const Entry& entry) { return entry.next.kind == Next::Kind::Done; };
    if (std::all_of(entries_.begin(), entries_.end(), is_done)) return {};
    runnable.clear();
    for (Entry& entry : entries_) {
      if (can_run(entry)) runnable.push_back(&entry);
    }
    std::optional<std::string> complaint =
        runnable.empty() ? pass_time() : step(*runnable[world_.prng.below(runnable.size())]);
    if (!complaint) complaint = check_();
    if (complaint) return complaint;
  }
  return "the run does not end";
}

bool Scheduler::can_run(const Entry& entry) const {
  if (entry.next.kind != Next::Kind::Wait) return entry.next.kind == Next::Kind::Again;
  return entry.poller().would_return() ||
         (entry.next.until && *entry.next.until <= world_.clock.steady());
}

std::optional<std::string> Scheduler::pass_time() {
  std::optional<SteadyTime> next = world_.timeline.next();
  for (const Entry& entry : entries_) {
    if (entry.next.kind != Next::Kind::Wait || !entry.next.until) continue;
    next = std::min(*entry.next.until, next.value_or(*entry.next.until));
  }
  if (!next) return "all tasks wait for what cannot come";
  world_.timeline.advance_to(std::max(*next, world_.clock.steady()));
  return {};
}

std::optional<std::string> Scheduler::step(Entry& entry) {
  const std::size_t number = entry.number;
  const bool is_called = entry.next.kind == Next::Kind::Wait && !entry.poller().is_woken() &&
                         entry.poller().would_return();
  if (entry.next.kind == Next::Kind::Wait) entry.poller().collect();
  world_.trace.note("task {}", number);
  const std::uint64_t before = world_.trace.hash();
  entry.next = entry.task->step();
  const bool did_nothing = entry.next.kind == Next::Kind::Wait && before == world_.trace.hash();
  if (entry.next.kind == Next::Kind::Wait) ++wait_count_;
  entry.idle_count = is_called && did_nothing ? entry.idle_count + 1 : 0;
  if (entry.idle_count > kIdleCountMax) {
    return fmt::format("task {} is called again and again and does nothing", number);
  }
  world_.timeline.advance_by(
      Nanos(world_.prng.below(static_cast<std::uint64_t>(step_time_max_.count()))));
  return {};
}

}  // namespace wordstream::simulation
