#include "engine/pipeline.h"

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "engine/assembly.h"
#include "env/thread.h"
#include "env/turns.h"

namespace wordstream {

Result<std::unique_ptr<Pipeline>> Pipeline::open(const Config& config, const Env& env,
                                                 Control& control, Observer& observer) {
  auto board = std::make_unique<StatusBoard>(observer);
  Result<std::unique_ptr<Page>> page = Page::open(config, env, control, *board);
  if (!page) return fail(page);
  // A sink may be waited for, and whoever asks is to be told.
  if (*page) (*page)->serve_beside();
  Result<Beginning> beginning = begin(config, env, control, *board);
  if (*page) (*page)->end_beside();
  if (!beginning) return fail(beginning);
  std::unique_ptr<Pipeline> pipeline(new Pipeline(config, env, control, std::move(board),
                                                  std::move(*page), std::move(*beginning)));
  if (const Status opened = pipeline->open_source(); !opened) return fail(opened);
  return pipeline;
}

Pipeline::~Pipeline() { control_.forget_pollers(); }

Pipeline::Pipeline(const Config& config, const Env& env, Control& control,
                   std::unique_ptr<StatusBoard> board, std::unique_ptr<Page> page,
                   Beginning beginning)
    : board_(std::move(board)),
      page_(std::move(page)),
      journal_(std::move(beginning.journal)),
      pollers_{
          .source = env.make_poller(),
          .reader = env.make_poller(),
          .counting = env.make_poller(),
          .delivery = env.make_poller(),
          .view = {},
          .workers = {},
          .writers = {},
      },
      control_(control),
      memory_(env.memory, config.memory_bytes_max, config.checkpoint.has_value()),
      run_{config,   env.clock, env.hash_key,  *board_,
           control_, memory_,   spare_blocks_, spare_tables_},
      blocks_(config.limits.block_count_max, *pollers_.reader, *pollers_.counting),
      slices_(config.limits.batch_count_max, *pollers_.counting, *pollers_.delivery),
      commits_(*pollers_.source, *pollers_.reader),
      reader_(
          run_,
          make_source(config, env, *pollers_.source, *board_, beginning.patience, journal_.get()),
          blocks_, *pollers_.source, *pollers_.reader),
      counting_(run_, blocks_, slices_, *pollers_.counting, beginning.clock, beginning.goes_on),
      delivery_(run_, std::move(beginning.delivery), slices_, *pollers_.delivery) {
  for (const auto* poller :
       {&pollers_.source, &pollers_.reader, &pollers_.counting, &pollers_.delivery}) {
    control_.add(**poller);
  }
  for (std::size_t i = 0; i < config.worker_count; ++i) {
    Poller& poller = *pollers_.workers.emplace_back(env.make_poller());
    control_.add(poller);
    Hand& hand = hands_.emplace_back(run_, *pollers_.counting, poller);
    counting_.add_worker(hand.work, hand.tallies);
  }
  for (BegunSink& begun : beginning.sinks) {
    Poller& poller = *pollers_.writers.emplace_back(env.make_poller());
    control_.add(poller);
    Outlet& outlet = outlets_.emplace_back(run_, std::move(begun.sink), room_for_emissions(config),
                                           *pollers_.delivery, poller, outlets_.size());
    delivery_.add_sink(outlet.emissions, outlet.progress, begun.taken);
  }
  if (beginning.view) {
    pollers_.view = env.make_poller();
    control_.add(*pollers_.view);
    showing_.emplace(run_, std::move(beginning.view), *board_, pollers_);
    delivery_.add_view(showing_->emissions);
  }
  if (page_) begin_page(beginning);
  lead_back();
}

void Pipeline::begin_page(const Beginning& beginning) {
  board_->with_record([&](RunRecord& record) {
    record.go_on(beginning.last_closed);
    for (std::size_t i = 0; i < beginning.sinks.size(); ++i) {
      record.go_on(i, beginning.sinks[i].taken);
    }
  });
  page_->measure(memory_);
  control_.add(page_->server().poller());
  delivery_.show_in(page_->showcase());
}

void Pipeline::lead_back() {
  if (!reader_.wants_commits()) return;
  reader_.listen_to(commits_);
  if (journal_) {
    delivery_.acknowledge_to(commits_);
  } else {
    counting_.acknowledge_to(commits_);
  }
}

Status Pipeline::open_source() {
  if (!journal_) return reader_.open({});
  const Positions& known = journal_->positions();
  Status opened = reader_.open(known);
  if (!opened || !known.empty()) return opened;
  // Else a file that is rotated away before the first commit would be lost to the next run.
  const Positions beginning = reader_.beginning();
  return beginning.empty() ? Status() : journal_->write(Record{.positions = beginning});
}

std::vector<Task*> Pipeline::tasks() {
  std::vector<Task*> tasks{&reader_, &counting_, &delivery_};
  for (Hand& hand : hands_) tasks.push_back(&hand.worker);
  for (Outlet& outlet : outlets_) tasks.push_back(&outlet.writer);
  if (showing_) tasks.push_back(&showing_->viewer);
  if (page_) tasks.push_back(&page_->server());
  return tasks;
}

bool Pipeline::is_brief(const Task& task) const {
  if (&task == &delivery_ || (showing_ && &task == &showing_->viewer)) return true;
  return std::any_of(outlets_.begin(), outlets_.end(),
                     [&](const Outlet& outlet) { return &outlet.writer == &task; });
}

Status Pipeline::run() {
  // Nobody begins before all are there: what was read by then would be lost without the rest.
  enum class Gate { Closed, Open, GivenUp };
  std::atomic<Gate> gate = Gate::Closed;
  Status begun;
  std::vector<Thread> threads;
  for (Task* task : tasks()) {
    // A batch that was cut passes these in a moment, if it need not wait for a processor first.
    Result<Thread> thread = Thread::start([task, &gate, is_brief = is_brief(*task)] {
      gate.wait(Gate::Closed);
      if (gate == Gate::GivenUp) return;
      if (is_brief) ask_for_short_turns();
      run_task(*task);
    });
    if (!thread) {
      begun = fail(thread);
      break;
    }
    threads.push_back(std::move(*thread));
  }
  gate = begun ? Gate::Open : Gate::GivenUp;
  gate.notify_all();
  threads.clear();  // waits for all of them
  return begun ? control_.outcome() : begun;
}

}  // namespace wordstream
