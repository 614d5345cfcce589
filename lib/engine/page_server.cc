#include "engine/page_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "engine/beginning.h"
#include "env/machine.h"
#include "journal/journal.h"

namespace wordstream {
namespace {

/// What the first sink is given of totals, where there is one: what has changed, or all.
bool shows_changed(const Config& config) {
  if (!std::holds_alternative<Totals>(config.fold) || config.live) return false;
  return std::ranges::none_of(config.sinks, &SinkChoice::wants_all);
}

RunFacts facts_of(const Config& config, const Env& env) {
  RunFacts facts{.version = config.version,
                 .host = env.process.host,
                 .pid = env.process.pid,
                 .source = config.source->name(env.files),
                 .sinks = {},
                 .mode = std::string(to_text(config.mode)),
                 .batch = config.batch,
                 .window = {},
                 .slide = {},
                 .is_total = std::holds_alternative<Totals>(config.fold),
                 .shows_changed = shows_changed(config),
                 .counting_threads = std::max<std::size_t>(config.worker_count, 1),
                 .memory_bytes_max = config.memory_bytes_max};
  if (const WindowShape* const shape = std::get_if<WindowShape>(&config.fold)) {
    facts.window = shape->length;
    facts.slide = shape->slide;
  }
  // They could be kept, or there would be no run.
  const Result<std::vector<const Promise*>> promises = promises_of(config, env);
  for (std::size_t i = 0; promises && i < config.sinks.size(); ++i) {
    const Promise& promise = *(*promises)[i];
    facts.sinks.push_back({config.sinks[i].target->name(env.files),
                           fmt::format("{}, {}", to_text(promise.mode), promise.scope)});
  }
  return facts;
}

}  // namespace

PageServer::PageServer(const Config& config, const Env& env, const Control& control,
                       std::unique_ptr<Listener> listener, Showcase& showcase, StatusBoard& board,
                       Poller& poller)
    : env_(env),
      control_(control),
      showcase_(showcase),
      board_(board),
      poller_(poller),
      facts_(facts_of(config, env)),
      journal_path_(config.checkpoint
                        ? files_of_checkpoint(env.files.absolute(*config.checkpoint)).front()
                        : ""),
      site_(*this, HostGuard(env.process.host, config.http->hosts), facts_.shows_changed),
      server_(std::move(listener), poller,
              [this](const HttpRequest& request) { return site_.answer(request); }) {}

Next PageServer::step() {
  if (control_.is_abandoned() || showcase_.is_closed()) return Next::done();
  return Next::wait(server_.turn(env_.clock.steady()));
}

void PageServer::look_at_run(const std::function<void(const RunSight& sight)>& look) {
  const Vitals vitals = measure();
  board_.with_record([&](const RunRecord& record) {
    look(RunSight{facts_, record, vitals, env_.clock.now()});
  });
}

Vitals PageServer::measure() const {
  Vitals vitals{.memory_bytes = env_.memory.used(),
                .words_alive = memory_ != nullptr ? memory_->word_count() : 0,
                .threads = thread_count()};
  // By its name: opened a second time, SQLite's lock on it would go when that is closed.
  if (journal_path_.empty()) return vitals;
  if (const Result<FileInfo> info = env_.files.info(journal_path_))
    vitals.journal_bytes = info->size;
  return vitals;
}

}  // namespace wordstream
