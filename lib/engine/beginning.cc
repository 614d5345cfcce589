#include "engine/beginning.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <variant>

#include "engine/assembly.h"
#include "engine/job.h"
#include "engine/kinds.h"
#include "sink/resume.h"

namespace wordstream {
namespace {

/// For several files: where the shell has made them of a pattern others may match by now.
constexpr const char* kQuoted = "; in quotes a pattern stands as it is written: 'logs/*.log'";

/// How far back a batch's emission reaches.
struct Reach {
  Millis operator()(PerBatch) const { return Millis(0); }
  Millis operator()(const WindowShape& shape) const { return shape.length; }
  Millis operator()(const Totals&) const { return Retention::kForEver; }
};

Result<std::unique_ptr<Journal>> open_journal(const Config& config, const Env& env) {
  Opening opening{.directory = *config.checkpoint,
                  .fingerprint = job_fingerprint(config, env.files),
                  .now = env.clock.wall(),
                  .sinks = {},
                  .new_id = {},
                  .epoch_step = 1 + env.epoch_chance % kEpochStepMax,
                  .advice = config.source->named_files(env.files).size() > 1 ? kQuoted : ""};
  std::memcpy(opening.new_id.bytes.data(), env.new_id.data(), opening.new_id.bytes.size());
  for (const SinkChoice& sink : config.sinks) {
    const std::string format(sink.format ? to_text(*sink.format) : "");
    opening.sinks.push_back({sink.target->name(env.files), format, sink.top});
  }
  return Journal::open(env.storage, opening);
}

SinkResume resume_of(const Journal& journal, const SinkRecord& sink, const SinkChoice& choice,
                     Duty duty) {
  const FormatSpan& before = sink.formats.size() > 1 ? *(sink.formats.end() - 2)  //
                                                     : sink.formats.back();
  return SinkResume{.journal = journal.id(),
                    .epoch = journal.epoch(),
                    .epochs_before = journal.epochs_before(),
                    .last_batch = journal.last_closed(),
                    .first_kept = journal.first_kept(),
                    .mark = sink.mark,
                    // "live" was a format of version 0.1; a database has none.
                    .shown_before = {format_named(before.format)
                                         .value_or(choice.format.value_or(FormatKind::Tsv)),
                                     before.top},
                    .is_exactly_once = duty.is_asked,
                    .must_last = duty.must_last};
}

/// What every sink is told of the past; nothing without a journal.
std::vector<std::optional<SinkResume>> resumes_of(const Config& config, const Journal* journal,
                                                  const std::vector<const Promise*>& promises) {
  std::vector<std::optional<SinkResume>> resumes;
  for (std::size_t i = 0; journal != nullptr && i < config.sinks.size(); ++i) {
    resumes.emplace_back(
        resume_of(*journal, journal->sinks()[i], config.sinks[i], duty_of(promises[i]->mode)));
  }
  return resumes;
}

/// Opens the sinks, and holds what they say of themselves against what the journal knows of them.
/// The committer, where there is a journal, is to know both.
Status begin_sinks(const Config& config, const Env& env, const Control& control,
                   const std::vector<const Promise*>& promises, Observer& observer,
                   Beginning& beginning) {
  Journal* const journal = beginning.journal.get();
  Result<std::vector<std::unique_ptr<Sink>>> sinks = open_sinks(
      config, env, resumes_of(config, journal, promises), control, observer, beginning.patience);
  if (!sinks) return fail(sinks);
  std::vector<CommittedSink> committed;
  for (std::size_t i = 0; i < sinks->size(); ++i) {
    std::unique_ptr<Sink>& sink = (*sinks)[i];
    SinkMark mark = journal != nullptr ? journal->sinks()[i].mark : SinkMark();
    const SinkMark its = sink->mark().value_or(mark);
    // Of a file whose rows were not asked for we may know more than is there after a power loss.
    if (duty_of(promises[i]->mode).is_asked) mark = its;
    mark.applied = its.applied;
    committed.push_back({promises[i]->mode, config.sinks[i].wants_all(), mark});
    beginning.sinks.push_back({std::move(sink), journal != nullptr ? mark.applied : 0});
  }
  beginning.delivery.committer =
      journal != nullptr
          ? Committer(*journal, std::move(committed), Retention(std::visit(Reach(), config.fold)))
          : Committer(config.sinks.size());
  return {};
}

/// Nothing is forgotten of a sink before all that are wanted are there.
Status drop_sinks(Journal& journal, Observer& observer) {
  for (const SinkRecord& sink : journal.dropped_sinks()) {
    // Version 0.1 took the live view for a sink; nobody misses what it has not shown.
    if (sink.formats.back().format != "live") observer.on(event::SinkDropped{sink.name});
  }
  return journal.forget_dropped_sinks();
}

/// Which sinks are new to the journal, and from which batch on they get any.
void tell_added(const Beginning& beginning, Observer& observer) {
  const Journal& journal = *beginning.journal;
  for (std::size_t i = 0; i < journal.sinks().size(); ++i) {
    const SinkRecord& sink = journal.sinks()[i];
    const std::vector<std::string>& added = journal.added_sinks();
    if (std::ranges::find(added, sink.name) == added.end()) continue;
    // A store that has this journal's progress already goes on from there.
    const bool has_begun = i < beginning.sinks.size();
    const std::uint64_t taken = has_begun ? beginning.sinks[i].taken : sink.mark.applied;
    observer.on(event::SinkAdded{sink.name, taken + 1});
  }
}

/// Makes the fold, and gives one that remembers all batches the base that the journal has, if any.
Status begin_fold(const Config& config, const Env& env, Beginning& beginning) {
  Journal* const journal = beginning.journal.get();
  const std::optional<Label> began =
      journal != nullptr ? std::optional(journal->began()) : std::nullopt;
  beginning.delivery.fold = make_fold(config, env, began);
  if (journal == nullptr || !beginning.delivery.fold->remembers_all()) return {};
  std::string saved;
  if (journal->base_through() != 0) {
    Status read = journal->read_base([&](std::string_view chunk) { saved += chunk; });
    if (!read) return read;
    if (!beginning.delivery.fold->restore(saved)) {
      return fail(ErrorCode::BadData,
                  "the totals in the journal are damaged; restore it from a copy, or begin anew "
                  "with another --checkpoint");
    }
  }
  beginning.delivery.base.emplace(*journal, saved.size());
  return {};
}

/// Aims the clock at the first batch: a new one, or the one that was left open.
void begin_counting(const Config& config, const Env& env, Beginning& beginning) {
  const Now now = env.clock.now();
  if (!beginning.journal) {
    beginning.clock = BatchClock(config.batch, now);
    return;
  }
  beginning.delivery.recovery = Recovery(*beginning.journal, env.hash_key, now.wall);
  beginning.last_closed = beginning.delivery.recovery.last_closed();
  const ClockResume clock = beginning.delivery.recovery.resume();
  beginning.clock = BatchClock(config.batch, now, clock);
  beginning.goes_on = clock.open.has_value();
}

}  // namespace

Result<std::vector<const Promise*>> promises_of(const Config& config, const Env& env) {
  std::vector<SinkClass> sinks;
  for (const SinkChoice& sink : config.sinks) sinks.push_back(sink.target->promise());
  if (config.live) sinks.push_back(SinkClass::Stream);
  return promises_for(config.mode, config.checkpoint.has_value(), config.source->promise(env.files),
                      sinks, exact_sink_forms());
}

// A run begins with what may refuse it: the promises, the terminal, the journal, the sinks. No sink
// is taken over before all of that is over. Then follows what is made of what they say.
Result<Beginning> begin(const Config& config, const Env& env, const Control& control,
                        Observer& observer) {
  const Result<std::vector<const Promise*>> promises = promises_of(config, env);
  if (!promises) return fail(promises);
  Beginning beginning{.clock = BatchClock(config.batch, env.clock.now())};
  if (config.wait) beginning.patience = Patience{*config.wait, env.clock.steady() + *config.wait};
  if (config.live) {
    Result<std::unique_ptr<LiveView>> view = open_live_view(env.files, config.live->row_count_max);
    if (!view) return fail(view);
    beginning.view = std::move(*view);
  }
  if (config.checkpoint) {
    Result<std::unique_ptr<Journal>> journal = open_journal(config, env);
    if (!journal) return fail(journal);
    beginning.journal = std::move(*journal);
    const Journal& made = *beginning.journal;
    if (made.was_migrated()) observer.on(event::JournalMigrated{*config.checkpoint});
  }
  Status begun = begin_sinks(config, env, control, *promises, observer, beginning);
  if (beginning.journal) tell_added(beginning, observer);
  if (begun && beginning.journal) begun = drop_sinks(*beginning.journal, observer);
  if (begun) begun = begin_fold(config, env, beginning);
  if (!begun) return fail(begun);
  begin_counting(config, env, beginning);
  return beginning;
}

}  // namespace wordstream
