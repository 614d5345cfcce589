#include "engine/assembly.h"

#include <utility>
#include <variant>

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

}  // namespace

std::unique_ptr<Source> make_source(const Config& config, const Env& env, Poller& poller,
                                    Observer& observer) {
  const SourceContext context{poller,
                              observer,
                              {config.line_bytes_max, config.limits.partial_bytes_max},
                              config.until_eof,
                              config.wait};
  return config.source->make(env, context);
}

std::unique_ptr<Fold> make_fold(const Config& config, const Env& env, std::optional<Label> began) {
  return std::visit(FoldMaker{env.hash_key, config, began}, config.fold);
}

Result<std::vector<std::unique_ptr<Sink>>> make_sinks(
    const Config& config, const Env& env, const std::vector<std::optional<SinkResume>>& resumes,
    const std::function<bool()>& is_given_up, Observer& observer) {
  const bool is_total = std::holds_alternative<Totals>(config.fold);
  const std::optional<SinkResume> nothing;
  std::vector<std::unique_ptr<Sink>> sinks;
  for (std::size_t i = 0; i < config.sinks.size(); ++i) {
    const SinkChoice& choice = config.sinks[i];
    const std::optional<SinkResume>& resume = resumes.empty() ? nothing : resumes[i];
    Result<std::unique_ptr<Sink>> sink = choice.target->open(
        {env, observer, is_given_up, is_total, choice.format, choice.top, resume});
    if (!sink) return fail(sink);
    sinks.push_back(std::move(*sink));
  }
  return sinks;
}

}  // namespace wordstream
