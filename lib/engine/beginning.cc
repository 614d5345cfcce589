#include "engine/beginning.h"

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
                  .epoch_step = 1 + env.epoch_chance % kEpochStepMax};
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

void tell_opening(const Journal& journal, const std::string& directory, Observer& observer) {
  if (journal.was_migrated()) observer.on(event::JournalMigrated{directory});
  for (const std::string& name : journal.added_sinks()) {
    observer.on(event::SinkAdded{name, journal.last_batch() + 1});
  }
  for (const std::string& name : journal.dropped_sinks()) observer.on(event::SinkDropped{name});
}

/// A beginning without a past.
Result<Beginning> begin_anew(const Config& config, const Env& env,
                             const std::function<bool()>& is_given_up, Observer& observer) {
  Result<std::vector<std::unique_ptr<Sink>>> sinks =
      make_sinks(config, env, {}, is_given_up, observer);
  if (!sinks) return fail(sinks);
  std::vector<std::uint64_t> taken(sinks->size());
  return Beginning{.journal = nullptr,
                   .sinks = std::move(*sinks),
                   .taken = std::move(taken),
                   .view = nullptr,
                   .fold = make_fold(config, env, {}),
                   .committer = Committer(config.sinks.size()),
                   .recovery = {},
                   .base = {},
                   .clock = BatchClock(config.batch, env.clock.now()),
                   .goes_on = false};
}

/// Gives a fold that remembers all batches the base that the journal has, if any.
Result<std::optional<BaseWriter>> restore_base(Journal& journal, Fold& fold) {
  if (!fold.save()) return std::optional<BaseWriter>();
  std::string saved;
  if (journal.base_through() != 0) {
    const Status read = journal.read_base([&](std::string_view chunk) { saved += chunk; });
    if (!read) return fail(read);
    if (!fold.restore(saved)) {
      return fail(ErrorCode::BadData,
                  "the totals in the journal are damaged; restore it from a copy, or begin anew "
                  "with another --checkpoint");
    }
  }
  return std::optional<BaseWriter>(BaseWriter(journal, saved.size()));
}

Result<Beginning> go_on(const Config& config, const std::vector<const Promise*>& promises,
                        const Env& env, const std::function<bool()>& is_given_up,
                        Observer& observer) {
  Result<std::unique_ptr<Journal>> opened = open_journal(config, env);
  if (!opened) return fail(opened);
  Journal& journal = **opened;
  tell_opening(journal, *config.checkpoint, observer);

  std::vector<std::optional<SinkResume>> resumes;
  for (std::size_t i = 0; i < config.sinks.size(); ++i) {
    resumes.emplace_back(
        resume_of(journal, journal.sinks()[i], config.sinks[i], duty_of(promises[i]->mode)));
  }
  Result<std::vector<std::unique_ptr<Sink>>> sinks =
      make_sinks(config, env, resumes, is_given_up, observer);
  if (!sinks) return fail(sinks);

  std::vector<CommittedSink> committed;
  std::vector<std::uint64_t> taken;
  for (std::size_t i = 0; i < config.sinks.size(); ++i) {
    SinkMark mark = journal.sinks()[i].mark;
    const SinkMark its = (*sinks)[i]->mark().value_or(mark);
    // Of a file whose rows were not asked for we may know more than is there after a power loss.
    if (duty_of(promises[i]->mode).is_asked) mark = its;
    mark.applied = its.applied;
    committed.push_back({promises[i]->mode, config.sinks[i].wants_all(), mark});
    taken.push_back(mark.applied);
  }
  std::unique_ptr<Fold> fold = make_fold(config, env, journal.began());
  Result<std::optional<BaseWriter>> base = restore_base(journal, *fold);
  if (!base) return fail(base);
  const Now now = env.clock.now();
  const Recovery recovery(journal, env.hash_key, now.wall);
  const ClockResume clock = recovery.resume();
  return Beginning{.journal = std::move(*opened),
                   .sinks = std::move(*sinks),
                   .taken = std::move(taken),
                   .view = nullptr,
                   .fold = std::move(fold),
                   .committer = Committer(journal, std::move(committed),
                                          Retention(std::visit(Reach(), config.fold))),
                   .recovery = recovery,
                   .base = std::move(*base),
                   .clock = BatchClock(config.batch, now, clock),
                   .goes_on = clock.open.has_value()};
}

}  // namespace

Result<std::vector<const Promise*>> promises_of(const Config& config, const Env& env) {
  std::vector<SinkClass> sinks;
  for (const SinkChoice& sink : config.sinks) sinks.push_back(sink.target->promise());
  if (config.live) sinks.push_back(SinkClass::Stream);
  return promises_for(config.mode, config.checkpoint.has_value(), config.source->promise(env.files),
                      sinks, exact_sink_forms());
}

Result<Beginning> begin(const Config& config, const Env& env,
                        const std::function<bool()>& is_given_up, Observer& observer) {
  const Result<std::vector<const Promise*>> promises = promises_of(config, env);
  if (!promises) return fail(promises);
  std::unique_ptr<LiveView> view;
  if (config.live) {
    Result<std::unique_ptr<LiveView>> opened =
        open_live_view(env.files, config.live->row_count_max);
    if (!opened) return fail(opened);
    view = std::move(*opened);
  }
  Result<Beginning> beginning = config.checkpoint
                                    ? go_on(config, *promises, env, is_given_up, observer)
                                    : begin_anew(config, env, is_given_up, observer);
  if (beginning) beginning->view = std::move(view);
  return beginning;
}

}  // namespace wordstream
