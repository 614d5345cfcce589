#include "simulation/crash_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "simulation/scheduler.h"

namespace wordstream::simulation {
namespace {

constexpr Millis kBatch(100);
constexpr std::size_t kBatchCount = 20;
constexpr std::size_t kLineCount = 40;
constexpr std::uint64_t kPauseMax = 300'000'000;  // ns, between two processes
constexpr const char* kCheckpoint = "/ck";

Millis reach_of(const FoldChoice& fold) {
  const WindowShape* const window = std::get_if<WindowShape>(&fold);
  return window == nullptr ? kBatch : window->length;
}

}  // namespace

std::string to_text(const Crash& crash) {
  constexpr const char* kLosses[] = {"killed", "power lost by chance", "power lost with all"};
  return fmt::format("{} {} effect {}", kLosses[static_cast<std::size_t>(crash.loss)],
                     crash.is_after ? "after" : "before", crash.effect);
}

CrashRun::CrashRun(CrashCell cell, std::uint64_t seed)
    : cell_(std::move(cell)),
      world_(seed),
      input_(cell_.source, world_, kBatch * kBatchCount, kLineCount) {
  configure();
}

void CrashRun::configure() {
  config_.source = input_.source();
  config_.batch = kBatch;
  config_.fold = cell_.fold;
  config_.mode = cell_.mode;
  config_.checkpoint = kCheckpoint;
  if (world_.prng.one_in(2)) config_.commit_interval = kBatch / 4;
  config_.sinks.clear();
  for (const SinkTarget& sink : cell_.sinks) {
    config_.sinks.push_back({sink, FormatKind::Tsv, kAllRows});
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
    if (auto complaint = observe(!is_killed || !is_power_lost)) return complaint;
    if (*end == End::Done) break;
    world_.timeline.advance_by(Nanos(world_.prng.below(kPauseMax)));
  }
  const std::vector<std::string> outputs_before = outputs();
  const Result<End> end = live(std::nullopt);
  if (!end) return "with nothing to do: " + end.error().message;
  if (outputs() != outputs_before) return "a restart without input has changed the output";
  return judge_sinks();
}

/// A process from its beginning to its end.
Result<CrashRun::End> CrashRun::live(const std::optional<Crash>& crash) {
  const std::uint64_t first = world_.disk.effect_count();
  world_.disk.on_effect = [&crash, first](const sim::Effect& effect) {
    if (!crash || effect.index - first != crash->effect) return sim::Fate{};
    return sim::Fate{crash->is_after ? sim::Fate::Kind::DiesAfter : sim::Fate::Kind::DiesBefore};
  };
  input_.process_begins();
  std::optional<std::string> complaint;
  {
    const Env env = world_.env();
    Result<std::unique_ptr<Pipeline>> pipeline = Pipeline::open(config_, env, *this);
    if (pipeline) {
      pipeline_ = pipeline->get();
      stop_when_done();
      Scheduler scheduler(world_, **pipeline, Nanos(kBatch) / 200, [&] {
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
  const bool has_died = !world_.storage.is_alive();
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
  const Millis rest = reach_of(cell_.fold) + 4 * kBatch;
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

void CrashRun::die(const Crash& crash) {
  if (crash.loss == Crash::Loss::ByChance) world_.disk.lose_power();
  if (crash.loss == Crash::Loss::All) world_.disk.lose_power(sim::Survival::of_nothing());
}

/// Looks at what a process has left behind. Complains when anything has gone back.
std::optional<std::string> CrashRun::observe(bool is_lasting) {
  Result<JournalOutcome> found = DiskCopy(world_.disk).journal(kCheckpoint);
  if (!found) return "the journal cannot be read: " + found.error().message;
  const auto went_back = [](std::string_view what, std::int64_t from, std::int64_t to) {
    return fmt::format("{} went back from {} to {}", what, from, to);
  };
  if (found->epoch < before_.epoch) return went_back("the epoch", before_.epoch, found->epoch);
  if (found->last_batch < before_.last_batch) {
    return went_back("the last batch", before_.last_batch, found->last_batch);
  }
  if (found->first_kept < before_.first_kept) {
    return went_back("the first batch kept", before_.first_kept, found->first_kept);
  }
  for (const auto& [sink, applied] : before_.applied) {
    if (found->applied[sink] < applied) return went_back(sink, applied, found->applied[sink]);
  }
  if (!is_lasting) return {};
  seen_.insert(found->words.begin(), found->words.end());
  before_ = std::move(*found);
  return {};
}

Result<std::vector<OutputRow>> CrashRun::rows_of(const SinkTarget& /*sink*/) {
  return read_tsv(stdout_rows_);
}

std::vector<std::string> CrashRun::outputs() {
  std::vector<std::string> outputs{world_.files.out.text()};
  return outputs;
}

Law CrashRun::law_of(const SinkTarget& sink) const {
  const WindowShape* const window = std::get_if<WindowShape>(&cell_.fold);
  Law law{
      .mode = cell_.mode,
      .is_total = std::holds_alternative<Totals>(cell_.fold),
      .windows = window == nullptr ? 1 : static_cast<std::uint64_t>(window->length / window->slide),
      .ends_early = false};
  const bool is_stdout = std::holds_alternative<ToStdout>(sink);
  if (law.mode == Mode::ExactlyOnce && is_stdout) law.mode = Mode::AtLeastOnce;
  return law;
}

std::optional<std::string> CrashRun::judge_sinks() {
  std::set<std::string> seen = seen_;
  std::vector<std::vector<OutputRow>> all;
  for (const SinkTarget& sink : cell_.sinks) {
    Result<std::vector<OutputRow>> rows = rows_of(sink);
    if (!rows) return "the output cannot be read: " + rows.error().message;
    for (const OutputRow& row : *rows) seen.insert(row.word);
    all.push_back(std::move(*rows));
  }
  const std::set<std::string> durable = input_.durable(seen);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (auto complaint = judge(all[i], law_of(cell_.sinks[i]), input_.lines(), durable)) {
      return fmt::format("sink {}: {}", i, *complaint);
    }
  }
  return {};
}

void CrashRun::on(const Event& event) { world_.trace.note("event {}", event.index()); }

}  // namespace wordstream::simulation
