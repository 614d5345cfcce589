#include "simulation/crash_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "simulation/scheduler.h"

namespace wordstream::simulation {
namespace {

constexpr Millis kBatch(100);
constexpr std::size_t kLinesABatch = 2;
constexpr std::uint64_t kPauseMax = 300'000'000;  // ns, between two processes
constexpr const char* kCheckpoint = "/ck";

constexpr Nanos kClockStep = std::chrono::minutes(5);

Millis reach_of(const FoldChoice& fold) {
  const WindowShape* const window = std::get_if<WindowShape>(&fold);
  return window == nullptr ? kBatch : window->length;
}

/// A step takes less. What stands in a file at once is counted over some batches, too.
Nanos step_time_of(CrashSource source) {
  return Nanos(kBatch) / (source == CrashSource::FileOnStdin ? 4 : 200);
}

}  // namespace

sim::Fate fate_of(std::uint64_t number, const Crash& crash) {
  using enum sim::Fate::Kind;
  const bool is_failure = crash.moment == Crash::Moment::Failure;
  if (is_failure && number == crash.effect + crash.grace) return {DiesBefore};
  if (number != crash.effect) return {Happens};
  if (is_failure) return {Fails};
  return {crash.moment == Crash::Moment::After ? DiesAfter : DiesBefore};
}

std::string to_text(const Crash& crash) {
  constexpr const char* kMoments[] = {"before", "after", "with the failure of"};
  constexpr const char* kLosses[] = {"killed", "power lost by chance", "power lost with all"};
  return fmt::format("{} {} effect {}", kLosses[static_cast<std::size_t>(crash.loss)],
                     kMoments[static_cast<std::size_t>(crash.moment)], crash.effect);
}

CrashRun::CrashRun(CrashCell cell, std::uint64_t seed)
    : cell_(std::move(cell)),
      world_(seed),
      input_(cell_.source, world_, kBatch * cell_.batch_count, kLinesABatch * cell_.batch_count) {
  configure();
  if (cell_.is_clock_set) set_clock();
}

void CrashRun::configure() {
  config_.source = input_.source();
  config_.batch = kBatch;
  config_.fold = cell_.fold;
  config_.mode = cell_.mode;
  config_.checkpoint = kCheckpoint;
  // Empty lines have no word then.
  if (has_senders(cell_.source)) config_.keys.split = KeySplit::Whitespace;
  if (world_.prng.one_in(2)) config_.commit_interval = kBatch / 4;
  config_.sinks.clear();
  for (const CrashSink sink : cell_.sinks) {
    SinkChoice& choice =
        config_.sinks.emplace_back(target_of(sink, world_), FormatKind::Tsv, kAllRows);
    if (!choice.target->has_format()) choice.format.reset();
    if (cell_.is_rotated && sink == CrashSink::File) choice.format = FormatKind::Csv;
  }
  config_.limits.block_bytes = 256;
  config_.limits.block_count_max = 2;
  config_.limits.batch_count_max = 2;
  config_.limits.piece_bytes = 100;
}

std::optional<std::string> CrashRun::run(const std::vector<Crash>& crashes) {
  const bool is_power_lost = std::any_of(crashes.begin(), crashes.end(), [](const Crash& crash) {
    return crash.loss != Crash::Loss::Nothing;
  });
  for (std::size_t i = 0;; ++i) {
    const std::optional<Crash> crash =
        i < crashes.size() ? std::optional(crashes[i]) : std::nullopt;
    const Result<End> end = live(crash);
    if (!end) return end.error().message;
    // What a kill leaves behind lasts only where no power loss takes it back later.
    const bool is_killed = *end == End::Died && crash->loss == Crash::Loss::Nothing;
    if (auto complaint = observe(*end, !is_killed || !is_power_lost)) return complaint;
    if (*end == End::Done && input_.is_done() && !std::exchange(is_stopped_early_, false)) break;
    world_.timeline.advance_by(Nanos(world_.prng.below(kPauseMax)));
    if (cell_.is_rotated && world_.prng.one_in(4)) rotate();
  }
  // Where the input has an end, windows that reach beyond it come with the next process.
  world_.timeline.advance_by(Nanos(2 * reach_of(cell_.fold)));
  if (cell_.source == CrashSource::FileOnStdin) {
    if (const Result<End> end = live(std::nullopt); !end) return end.error().message;
  }
  const auto before = outputs();
  if (!before) return "the output cannot be read: " + before.error().message;
  if (cell_.is_rotated) rotate();
  if (input_.senders() != nullptr) config_.source = input_.senders()->forgetful_choice();
  const Result<End> end = live(std::nullopt);
  if (!end) return "with nothing to do: " + end.error().message;
  const auto after = outputs();
  if (!after || *after != *before) return "a restart without input has changed the output";
  if (auto complaint = judge_forgotten()) return complaint;
  return judge_all(*after);
}

/// A process from its beginning to its end.
Result<CrashRun::End> CrashRun::live(const std::optional<Crash>& crash) {
  const std::uint64_t first = world_.disk.effect_count();
  world_.disk.on_effect = [&crash, first](const sim::Effect& effect) {
    return crash ? fate_of(effect.index - first, *crash) : sim::Fate{};
  };
  input_.process_begins();
  std::optional<std::string> complaint;
  {
    const Env env = world_.env();
    Control control;
    Result<std::unique_ptr<Pipeline>> pipeline = Pipeline::open(config_, env, control, *this);
    if (pipeline) {
      pipeline_ = pipeline->get();
      input_.job_has_begun();
      if (cell_.source != CrashSource::FileOnStdin) stop_when_done();
      if (cell_.is_rotated) rotate_now_and_then();
      if (input_.senders() != nullptr) stop_by_chance();
      Scheduler scheduler(world_, (*pipeline)->tasks(), step_time_of(cell_.source), [&] {
        return world_.storage.is_alive() ? std::nullopt : std::optional<std::string>("it died");
      });
      complaint = scheduler.run();
      const Status outcome = pipeline_->control().outcome();
      if (!complaint && !outcome) complaint = outcome.error().message;
      pipeline_ = nullptr;
    } else {
      complaint = pipeline.error().message;
    }
  }
  effect_counts_.push_back(world_.disk.effect_count() - first);
  world_.disk.on_effect = nullptr;
  const bool has_failed = complaint && crash && crash->moment == Crash::Moment::Failure;
  const bool has_died = !world_.storage.is_alive() || has_failed;
  if (complaint && !has_died) return fail(ErrorCode::Io, *complaint);
  const std::string& shown = world_.files.out.text();
  stdout_rows_ += shown.substr(stdout_read_);
  stdout_read_ = shown.size();
  // What is torn was never a row. The next process begins anew behind it.
  if (has_died) stdout_rows_.resize(stdout_rows_.rfind('\n') + 1);
  if (has_died) die(*crash);
  world_.storage.restart();
  return has_died ? End::Died : End::Done;
}

/// Looks now and then whether all that was sent is long past every window.
void CrashRun::stop_when_done() {
  const std::size_t asked = effect_counts_.size();
  const Millis rest = reach_of(cell_.fold) + 4 * kBatch + answer_time_of(cell_.source);
  if (!input_.is_done()) {
    world_.timeline.after(rest, [this, asked] {
      if (is_running(asked)) stop_when_done();
    });
    return;
  }
  world_.timeline.after(rest, [this, asked] {
    if (is_running(asked)) pipeline_->control().stop();
  });
}

/// While there is still something to be said: what was answered then, and what not, counts.
void CrashRun::stop_by_chance() {
  if (input_.is_done() || !world_.prng.one_in(4)) return;
  const std::size_t asked = effect_counts_.size();
  const auto most = static_cast<std::uint64_t>(Nanos(kBatch * cell_.batch_count).count());
  world_.timeline.after(Nanos(world_.prng.below(most)), [this, asked] {
    if (!is_running(asked)) return;
    is_stopped_early_ = true;
    pipeline_->control().stop();
  });
}

/// By less than a journal may be ahead of the clock.
void CrashRun::set_clock() {
  world_.timeline.after(kBatch * 3 / 2, [this] { world_.clock.jump_wall(kClockStep); });
  world_.timeline.after(kBatch * 5 / 2, [this] { world_.clock.jump_wall(-kClockStep); });
  world_.timeline.after(kBatch * 9 / 2,
                        [this] { settled_effect_count_ = world_.disk.effect_count(); });
}

/// Between two effects of the process, as all that others do.
void CrashRun::rotate_now_and_then() {
  const std::size_t asked = effect_counts_.size();
  const auto pause = static_cast<std::uint64_t>(Nanos(3 * kBatch).count());
  world_.timeline.after(Nanos(1 + world_.prng.below(pause)), [this, asked] {
    if (!is_running(asked)) return;
    rotate();
    rotate_now_and_then();
  });
}

/// As rotation does: some leave an empty file in its place, and some tell nobody.
void CrashRun::rotate() {
  if (world_.disk.has(kCountsFile)) {
    world_.disk.rename_unsynced(kCountsFile, fmt::format("{}.{}", kCountsFile, ++piece_count_));
    if (world_.prng.one_in(3)) world_.disk.put(kCountsFile, "");
  }
  if (pipeline_ != nullptr && !world_.prng.one_in(4)) pipeline_->control().reopen();
}

/// The names of the file, the oldest piece first.
std::vector<std::string> CrashRun::pieces() const {
  std::vector<std::string> pieces;
  for (std::size_t i = 1; i <= piece_count_; ++i)
    pieces.push_back(fmt::format("{}.{}", kCountsFile, i));
  pieces.emplace_back(kCountsFile);
  std::erase_if(pieces, [this](const std::string& path) { return !world_.disk.has(path); });
  return pieces;
}

void CrashRun::die(const Crash& crash) {
  if (crash.loss == Crash::Loss::ByChance) world_.disk.lose_power();
  if (crash.loss == Crash::Loss::All) world_.disk.lose_power(sim::Survival::of_nothing());
}

/// Looks at what a process has left behind. Complains when anything has gone back.
std::optional<std::string> CrashRun::observe(End end, bool is_lasting) {
  DiskCopy disk(world_.disk);
  Result<JournalOutcome> journal = disk.journal(kCheckpoint);
  if (!journal) return "the journal cannot be read: " + journal.error().message;
  const auto progress = disk.progress(kCountsDatabase);
  if (!progress) return "the database cannot be read: " + progress.error().message;
  journal->progress.insert(progress->begin(), progress->end());
  const std::map<std::string, std::int64_t> elsewhere = progress_elsewhere(world_);
  journal->progress.insert(elsewhere.begin(), elsewhere.end());
  for (const auto& [what, from] : progress_) {
    const std::int64_t to = journal->progress[what];
    if (to < from) return fmt::format("{} went back from {} to {}", what, from, to);
  }
  if (auto complaint = input_.complaint()) return complaint;
  if (RelpSenders* const senders = input_.senders()) {
    if (auto complaint = senders->judge(journal->places)) return complaint;
    const auto complaint = senders->judge_end(journal->places);
    if (complaint && end == End::Done) return complaint;
    senders->note_places(journal->places);
  }
  if (auto complaint = observe_pieces(*journal, is_lasting)) return complaint;
  // What others have lasts in any case.
  for (const auto& [what, to] : elsewhere) progress_[what] = to;
  if (!is_lasting) return {};
  seen_.insert(journal->words.begin(), journal->words.end());
  progress_ = std::move(journal->progress);
  return {};
}

std::optional<std::string> CrashRun::observe_pieces(const JournalOutcome& journal,
                                                    bool is_lasting) {
  std::map<std::uint64_t, std::string> texts;
  for (const std::string& path : pieces()) {
    const auto file = world_.storage.process().look_at(path);
    texts[file->info().inode] = file->text();
  }
  for (const auto& [inode, known] : known_bytes_) {
    if (!texts[inode].starts_with(known)) return "what was known of the file has changed";
  }
  if (is_lasting && journal.file_inode != 0) {
    known_bytes_[journal.file_inode] = texts[journal.file_inode].substr(0, journal.file_length);
  }
  return {};
}

/// Of all its pieces together.
Result<OutputRows> CrashRun::rows_of_file() const {
  OutputRows all;
  for (const std::string& path : pieces()) {
    const std::string& text = world_.disk.text(path);
    Result<OutputRows> rows = cell_.is_rotated ? read_csv(text) : read_tsv(text);
    if (!rows) return fail(rows.error().code, path + ": " + rows.error().message);
    std::ranges::move(*rows, std::back_inserter(all));
  }
  return all;
}

Result<OutputRows> CrashRun::rows_of(CrashSink sink) {
  switch (sink) {
    case CrashSink::Stdout:
      return read_tsv(stdout_rows_);
    case CrashSink::File:
      return rows_of_file();
    case CrashSink::Database:
      return DiskCopy(world_.disk)
          .rows(kCountsDatabase, std::holds_alternative<Totals>(cell_.fold));
    case CrashSink::Server:
      return rows_on_server(world_, std::holds_alternative<Totals>(cell_.fold));
    case CrashSink::Topic:
      break;
  }
  Result<OutputRows> committed = rows_in_topic(world_, true);
  const Result<OutputRows> all = rows_in_topic(world_, false);
  if (!committed || !all) return committed ? all : committed;
  if (all->size() < committed->size()) return fail(ErrorCode::BadData, "a row is seen too early");
  taken_back_count_ = all->size() - committed->size();
  return committed;
}

Result<std::vector<OutputRows>> CrashRun::outputs() {
  std::vector<OutputRows> outputs;
  for (const CrashSink sink : cell_.sinks) {
    Result<OutputRows> rows = rows_of(sink);
    if (!rows) return fail(rows);
    outputs.push_back(std::move(*rows));
  }
  return outputs;
}

Law CrashRun::law_of(CrashSink sink) const {
  Law law{.mode = cell_.mode,
          .is_total = std::holds_alternative<Totals>(cell_.fold),
          .windows = 1,
          .slide = std::nullopt};
  if (const WindowShape* const window = std::get_if<WindowShape>(&cell_.fold)) {
    law.windows = static_cast<std::uint64_t>(window->length / window->slide);
    law.slide = window->slide;
  }
  if (input_.senders() != nullptr) law.repeatable = input_.senders()->repeatable();
  if (law.mode == Mode::ExactlyOnce && sink == CrashSink::Stdout) law.mode = Mode::AtLeastOnce;
  return law;
}

/// Who is silent is forgotten by the last process, and connections are when they are over.
std::optional<std::string> CrashRun::judge_forgotten() const {
  if (!has_senders(cell_.source)) return {};
  const Result<JournalOutcome> journal = DiskCopy(world_.disk).journal(kCheckpoint);
  if (!journal) return "the journal cannot be read: " + journal.error().message;
  if (journal->places.empty()) return {};
  return fmt::format("{} is not forgotten", journal->places.begin()->first);
}

std::optional<std::string> CrashRun::judge_all(const std::vector<OutputRows>& outputs) {
  std::set<std::string> seen = seen_;
  for (const OutputRows& rows : outputs) {
    for (const OutputRow& row : rows) seen.insert(row.word);
  }
  const std::set<std::string> durable = input_.durable(seen);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const CrashSink sink = cell_.sinks[i];
    if (auto complaint = judge(outputs[i], law_of(sink), input_.lines(), durable)) {
      return fmt::format("{}: {}", to_text(sink), *complaint);
    }
  }
  return {};
}

void CrashRun::on(const Event& event) {
  world_.trace.note("event {}", event.index());
  if (RelpSenders* const senders = input_.senders()) senders->note(event);
}

}  // namespace wordstream::simulation
