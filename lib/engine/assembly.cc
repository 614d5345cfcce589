#include "engine/assembly.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "journal/journal.h"
#include "window/each_batch.h"
#include "window/running_totals.h"
#include "window/sliding_window.h"

namespace wordstream {
namespace {

/// Makes the fold for each kind of choice.
struct FoldMaker {
  HashKey key;
  const Config& config;
  std::optional<Label> began;

  std::unique_ptr<Fold> operator()(PerBatch) const { return std::make_unique<EachBatch>(); }
  std::unique_ptr<Fold> operator()(const WindowShape& shape) const {
    return std::make_unique<SlidingWindow>(shape, key, began);
  }
  std::unique_ptr<Fold> operator()(const Totals& totals) const {
    RunningTotals::Rows rows;
    rows.all = config.live.has_value();
    for (const SinkChoice& sink : config.sinks) (sink.wants_all() ? rows.all : rows.changed) = true;
    return std::make_unique<RunningTotals>(rows, totals.idle_after, key, began);
  }
};

/// Takes turns until they have ended, and sleeps in between as they say.
Status finish_turns(Sink& sink, Result<Turn> (Sink::*turn)(SteadyTime), const Env& env) {
  const std::unique_ptr<Poller> poller = env.make_poller();
  while (true) {
    const Result<Turn> taken = (sink.*turn)(env.clock.steady());
    if (!taken) return fail(taken);
    if (taken->state == Turn::State::Ended) return {};
    if (taken->state == Turn::State::Idle) poller->wait(taken->wake_at);
  }
}

}  // namespace

namespace {

/// What this process writes by name: its sinks and its checkpoint.
std::vector<std::string> own_files(const Config& config, const Files& files) {
  std::vector<std::string> own;
  if (config.checkpoint) own = files_of_checkpoint(files.absolute(*config.checkpoint));
  for (const SinkChoice& sink : config.sinks) {
    std::ranges::move(files_of(*sink.target, files), std::back_inserter(own));
  }
  return own;
}

}  // namespace

std::unique_ptr<Source> make_source(const Config& config, const Env& env, Poller& poller,
                                    Observer& observer, const std::optional<Patience>& patience,
                                    const Journal* journal) {
  const SourceContext context{.poller = poller,
                              .observer = observer,
                              .budget = {config.line_bytes_max, config.limits.partial_bytes_max},
                              .until_eof = config.until_eof,
                              .is_kept = config.checkpoint.has_value(),
                              .journal = journal != nullptr ? to_text(journal->id()) : "",
                              .checkpoint = config.checkpoint.value_or(""),
                              .is_lossy = config.mode == Mode::AtMostOnce,
                              .from = config.from,
                              .poll = config.poll,
                              .rotated = config.rotated,
                              .open_files_max = descriptor_count_max() / 2,
                              .own = own_files(config, env.files),
                              .redirected = config.redirected,
                              .kafka_config = config.kafka_config,
                              .patience = patience};
  return config.source->make(env, context);
}

std::unique_ptr<Fold> make_fold(const Config& config, const Env& env, std::optional<Label> began) {
  return std::visit(FoldMaker{env.hash_key, config, began}, config.fold);
}

Room room_for_emissions(const Config& config) {
  const Limits& limits = config.limits;
  if (config.mode == Mode::AtMostOnce) return {limits.emission_count_max};
  return {limits.emission_count_max, limits.light_emission_count_max, limits.light_word_count_max};
}

Result<std::vector<std::unique_ptr<Sink>>> open_sinks(
    const Config& config, const Env& env, const std::vector<std::optional<SinkResume>>& resumes,
    const Control& control, Observer& observer, const std::optional<Patience>& patience) {
  const bool is_total = std::holds_alternative<Totals>(config.fold);
  const std::optional<SinkResume> nothing;
  std::vector<std::unique_ptr<Sink>> sinks;
  for (std::size_t i = 0; i < config.sinks.size(); ++i) {
    const SinkChoice& choice = config.sinks[i];
    const std::optional<SinkResume>& resume = resumes.empty() ? nothing : resumes[i];
    Result<std::unique_ptr<Sink>> sink =
        choice.target->open({env, observer, control, is_total, choice.format, choice.top, resume,
                             patience, config.kafka_config, i});
    if (!sink) return fail(sink);
    sinks.push_back(std::move(*sink));
  }
  for (const auto turn : {&Sink::look, &Sink::take_over}) {
    for (const std::unique_ptr<Sink>& sink : sinks) {
      if (const Status done = finish_turns(*sink, turn, env); !done) return fail(done);
    }
  }
  return sinks;
}

}  // namespace wordstream
