#include "sink/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace wordstream {
namespace {

/// "process 12 on host".
std::string to_text(const ProcessName& process) {
  return process.pid == 0 ? "a process that is not known"
                          : fmt::format("process {} on {}", process.pid, process.host);
}

/// ", at 12 in /var/log/app.log": where the source stood, in its first stream.
std::string place_in(const StoreProgress& progress) {
  const std::string line = progress.positions.substr(0, progress.positions.find('\n'));
  const std::size_t tab = line.find('\t');
  if (tab == std::string::npos) return "";
  return fmt::format(", at {} in {}", line.substr(0, tab), line.substr(tab + 1));
}

}  // namespace

Ledger::Ledger(std::string store, std::string how_to_forget, std::optional<SinkResume> resume,
               ProcessName process)
    : store_(std::move(store)),
      how_to_forget_(std::move(how_to_forget)),
      resume_(std::move(resume)),
      process_(std::move(process)) {}

Status Ledger::look(const std::optional<StoreProgress>& found) {
  if (is_taken_over(found)) {
    found_ = found;
    return {};
  }
  if (found) {
    if (Status checked = check(*found); !checked) return checked;
  }
  found_ = found;
  batch_before_ = found ? std::optional(found->batch) : std::nullopt;
  if (!resume_) return {};
  applied_ = resume_->mark.applied;
  known_ = {wordstream::to_text(resume_->journal), applied_, resume_->epoch, process_, {}};
  if (!found) return {};
  known_.batch = found->batch;
  known_.positions = found->positions;
  // What the store has lost since, a copy of it being put back, it gets again.
  if (resume_->must_last) applied_ = std::min(applied_, found->batch);
  if (resume_->is_exactly_once) applied_ = found->batch;
  return {};
}

/// The process tells it from a copy of the journal that has come to the same epoch by chance.
bool Ledger::is_taken_over(const std::optional<StoreProgress>& found) const {
  return found && *found == known_ && found->process.host == process_.host &&
         found->process.pid == process_.pid;
}

Status Ledger::check(const StoreProgress& found) const {
  if (!resume_) {
    return refused(
        fmt::format("it is written with the journal {}, and this run has no "
                    "--checkpoint",
                    found.journal));
  }
  const std::string ours = wordstream::to_text(resume_->journal);
  if (found.journal != ours) {
    return refused(
        fmt::format("it was written with the journal {}, up to its batch {}{}, and this "
                    "one is {}",
                    found.journal, found.batch, place_in(found), ours));
  }
  // Refused before it is taken over: who has taken it over is in the right, and is to go on.
  if (!resume_->is_own(found.epoch)) {
    return fail(
        ErrorCode::Busy,
        fmt::format(
            "{}: another wordstream has taken over, with a copy of this checkpoint ({}; its "
            "epoch {} was none of this one); go on with that copy, or, where that is lost, {}",
            store_, to_text(found.process), found.epoch, how_to_forget_));
  }
  if (found.batch > resume_->last_batch) {
    return refused(fmt::format("its last batch is {}, and the journal {} ends with {}", found.batch,
                               ours, resume_->last_batch));
  }
  if (resume_->must_last && found.batch + 1 < resume_->first_kept) {
    return refused(fmt::format("its last batch is {}, and the journal {} goes back to {} only",
                               found.batch, ours, resume_->first_kept));
  }
  return {};
}

StoreProgress Ledger::taken_over() const { return known_; }

StoreProgress Ledger::after(const BatchEnd& end) const {
  if (end.batch <= known_.batch) return known_;
  return {known_.journal, end.batch, known_.epoch, known_.process,
          end.positions ? wordstream::to_text(*end.positions) : ""};
}

Result<bool> Ledger::is_written(const std::optional<StoreProgress>& there,
                                std::uint64_t batch) const {
  if (!there || there->journal != known_.journal || there->epoch != known_.epoch) {
    return fail(ErrorCode::Busy, fmt::format("{}: another wordstream has taken over ({})", store_,
                                             to_text(there ? there->process : ProcessName())));
  }
  // A copy of the server that lagged behind has taken its place, or somebody has put it back.
  if (there->batch < known_.batch) {
    return fail(
        ErrorCode::Busy,
        fmt::format("{}: it had all up to batch {}, and now it has {}: a new start writes again "
                    "what it lacks, as far as the journal has it",
                    store_, known_.batch, there->batch));
  }
  // An older batch that is given again changes no progress: it can be written once more.
  return there->batch > known_.batch && there->batch >= batch;
}

std::size_t Ledger::top_of(std::uint64_t batch, std::size_t top) const {
  return resume_ && batch <= resume_->last_batch ? resume_->shown_before.top : top;
}

tl::unexpected<Error> Ledger::refused(const std::string& why) const {
  return fail(ErrorCode::BadData, fmt::format("{}: {}", store_, why));
}

}  // namespace wordstream
