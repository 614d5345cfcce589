#include "sink/row_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/units.h"
#include "words/order.h"

namespace wordstream {
namespace {

constexpr Millis kWaitWorthTelling{5000};
/// For whoever only looks something up, so that this is no reason to fail; and for an answer.
constexpr Millis kLastPatience{1000};
constexpr Millis kAnswerPatience{5000};
constexpr Millis kPauseMax{50};
/// Before a server that was not to be reached is tried again.
constexpr Millis kAwayPauseMax{1000};

/// So many rows wait for the end of their batch, and so many batches for those behind them.
constexpr std::size_t kKeptRowsMax = 1'000'000;
constexpr std::size_t kEndedMax = 64;

/// The most frequent rows, in no order if that is all of them.
std::vector<WordCount> first_by_count(const WordCounts& counts, std::size_t top) {
  if (top < counts.size()) return rows_by_count(counts, top);
  std::vector<WordCount> rows;
  rows.reserve(counts.size());
  counts.for_each([&](const WordCount& row) { rows.push_back(row); });
  return rows;
}

}  // namespace

RowSink::RowSink(std::unique_ptr<RowStore> store, const SinkContext& context)
    : store_(std::move(store)),
      ledger_(store_->name(), store_->how_to_forget(), context.resume, context.env.process),
      observer_(context.observer),
      number_(context.number),
      control_(context.control),
      patience_(context.patience),
      wait_(context.patience ? std::optional(context.patience->wait) : std::nullopt),
      chance_(context.env.hash_key[0]),
      top_(context.top),
      is_total_(context.is_total),
      must_clear_totals_(context.is_total && !context.resume) {}

Result<Turn> RowSink::look(SteadyTime now) {
  store_->set_time(now);
  std::optional<StoreProgress> found;
  const Result<Act> read = store_->read_progress(found);
  if (!read) return explained(read.error());
  if (!read->is_done()) return wait(now, *read);
  get_on();
  if (const Status looked = ledger_.look(found); !looked) return explained(looked.error());
  mark_.applied = ledger_.applied();
  return Turn::ended();
}

Result<Turn> RowSink::take_over(SteadyTime now) {
  store_->set_time(now);
  if (is_looking_) {
    // Somebody was faster, or we were and do not know it. What stands there now tells.
    Result<Turn> looked = look(now);
    if (!looked || looked->state != Turn::State::Ended) return looked;
    is_looking_ = false;
  }
  TakeOver change{
      .found = ledger_.found(),
      .ours = ledger_.has_journal() ? std::optional(ledger_.taken_over()) : std::nullopt,
      .clears_totals = is_total_ && ledger_.has_journal() && ledger_.is_new()};
  const Result<Act> taken = store_->take_over(change);
  if (!taken) return explained(taken.error());
  switch (taken->state) {
    case Act::State::Done:
      break;
    case Act::State::UnderWay:
    case Act::State::NotNow:
    case Act::State::Undone:
      return wait(now, *taken);
    case Act::State::Lost:
    case Act::State::Overtaken: {
      is_looking_ = true;
      const bool was_lost = std::exchange(is_lost_, taken->state == Act::State::Lost);
      return was_lost ? wait(now, *taken) : Turn::again();
    }
  }
  is_lost_ = false;
  patience_.reset();
  get_on();
  if (change.ours && store_->keeps_progress() && ledger_.is_new() && ledger_.applied() != 0) {
    observer_.on(event::OutputNew{store_->name()});
  }
  return Turn::ended();
}

void RowSink::take(const Emission& emission) {
  if (emission.changed->empty()) return;
  kept_row_count_ += emission.changed->size();
  parts_.emplace_back(emission);
  // What has ended is committed before any of this goes into a transaction.
  if (kept_row_count_ >= kKeptRowsMax && due_ != 0) must_commit_ = true;
}

void RowSink::settle(const BatchEnd& end, bool more_waiting) {
  const bool is_known = last_end_ && last_end_->batch == end.batch;
  if (!is_known) {
    last_end_ = end;
    // A batch without rows is nothing to write where there is no progress to note.
    if (parts_.empty() && !ledger_.has_journal()) {
      mark_.applied = end.batch;
      return;
    }
    parts_.emplace_back(end);
    due_ = parts_.size();
    ++ended_count_;
  }
  const bool is_much = kept_row_count_ >= kKeptRowsMax || ended_count_ >= kEndedMax;
  must_commit_ = due_ != 0 && (must_commit_ || !more_waiting || is_much);
}

/// Whether there is anything to do before more is taken. A batch that has ended waits until it is
/// asked for. One that has not may have more rows than are to be kept: all but the emission that
/// came last go into the open transaction, which cannot be committed then before the batch has
/// ended. That one waits for the end: as a rule it is the only one, and others have the store.
/// Where a transaction can be lost they are kept anyway, and all wait.
bool RowSink::is_due() const {
  if (phase_ == Phase::LookAgain) return true;
  if (must_commit_ && written_ <= due_) return true;
  if (is_finishing_ && phase_ == Phase::Begin) return true;
  return kept_row_count_ >= kKeptRowsMax && written_ + 1 < parts_.size() && !store_->can_be_lost();
}

Result<Turn> RowSink::turn(SteadyTime now) {
  store_->set_time(now);
  if (!is_due()) return Turn::ended();
  const Result<Act> done = act();
  if (!done && done.error().code == ErrorCode::AlreadyThere) return already_there();
  if (!done) return explained(done.error());
  switch (done->state) {
    case Act::State::Done:
      get_on();
      return Turn::again();
    case Act::State::UnderWay:
    case Act::State::NotNow:
      return wait(now, *done);
    case Act::State::Undone:
      begin_anew(phase_ == Phase::LookAgain ? phase_ : Phase::Begin);
      is_undone_ = true;
      return wait(now, *done);
    case Act::State::Lost:
    case Act::State::Overtaken:
      break;
  }
  is_commit_unknown_ = is_commit_unknown_ || done->is_commit_unknown;
  begin_anew(Phase::LookAgain);
  if (done->state == Act::State::Lost) tell_away(done->why);
  const bool was_lost = std::exchange(is_lost_, true);
  return was_lost ? wait(now, *done) : Turn::again();
}

/// The way of a transaction: begin, write the parts, note the progress, commit. From anywhere it
/// may lead back to its beginning, by a look at what stands in the store now.
Result<Act> RowSink::act() {
  switch (phase_) {
    case Phase::Begin:
      return begin();
    case Phase::Clear:
      return clear();
    case Phase::Write:
      return write_next();
    case Phase::Note:
      return note();
    case Phase::Commit:
      return commit();
    case Phase::LookAgain:
      break;
  }
  return look_again();
}

Result<Act> RowSink::begin() {
  if (is_finishing_ && due_ == 0) {
    Result<Act> finished = store_->finish();
    if (finished && finished->is_done()) is_finishing_ = false;
    return finished;
  }
  Result<Act> begun = store_->begin();
  if (begun && begun->is_done()) phase_ = must_clear_totals_ ? Phase::Clear : Phase::Write;
  return begun;
}

Result<Act> RowSink::clear() {
  Result<Act> cleared = store_->clear_totals();
  if (cleared && cleared->is_done()) phase_ = Phase::Write;
  return cleared;
}

/// Writes one part. Behind the last one that is due comes the progress, or the commit.
Result<Act> RowSink::write_next() {
  if (must_commit_ && written_ == due_) {
    phase_ = ledger_.has_journal() ? Phase::Note : Phase::Commit;
    return Act::done();
  }
  Emission* const emission = std::get_if<Emission>(&parts_[written_]);
  Result<Act> done = emission != nullptr ? write(*emission) : Act::done();
  if (!done || !done->is_done()) return done;
  // Where the transaction cannot be lost, its rows need not be kept.
  if (emission != nullptr && !store_->can_be_lost()) *emission = Emission{};
  ++written_;
  return done;
}

Result<Act> RowSink::write(const Emission& emission) {
  if (!std::exchange(is_given_, true)) {
    store_->give({emission.batch, emission.interval,
                  first_by_count(*emission.changed, ledger_.top_of(emission.batch, top_)),
                  ledger_.may_be_there(emission.batch)});
  }
  Result<Act> written = store_->write();
  if (written && written->is_done()) is_given_ = false;
  return written;
}

Result<Act> RowSink::note() {
  Result<Act> noted = store_->note(ledger_.after(*last_end_));
  if (noted && noted->is_done()) phase_ = Phase::Commit;
  return noted;
}

Result<Act> RowSink::commit() {
  Result<Act> committed = store_->commit();
  if (committed && committed->is_done()) finish_transaction();
  return committed;
}

/// The connection was lost, or another run is suspected: what stands in the store now tells.
Result<Act> RowSink::look_again() {
  std::optional<StoreProgress> there;
  Result<Act> read = store_->read_progress(there);
  if (!read || !read->is_done()) return read;
  const bool is_unknown = std::exchange(is_commit_unknown_, false);
  phase_ = Phase::Begin;
  if (!ledger_.has_journal()) {
    if (!is_unknown) return read;
    return fail(ErrorCode::Io,
                fmt::format("{}: the connection was lost while a batch was committed, and without "
                            "a --checkpoint nobody can tell whether it is there",
                            store_->name()));
  }
  const Result<bool> is_written =
      ledger_.is_written(there, is_unknown ? last_end_->batch : UINT64_MAX);
  if (!is_written) return fail(is_written);
  if (*is_written) finish_transaction();
  return read;
}

/// The transaction is undone.
void RowSink::begin_anew(Phase phase) {
  written_ = 0;
  is_given_ = false;
  phase_ = phase;
}

/// All that was due is in the store.
void RowSink::finish_transaction() {
  if (ledger_.has_journal()) ledger_.note(ledger_.after(*last_end_));
  mark_.applied = last_end_->batch;
  parts_.erase(parts_.begin(), parts_.begin() + static_cast<std::ptrdiff_t>(due_));
  kept_row_count_ = 0;
  for (const Part& part : parts_) {
    if (const auto* const kept = std::get_if<Emission>(&part))
      kept_row_count_ += kept->changed->size();
  }
  due_ = written_ = ended_count_ = 0;
  must_commit_ = must_clear_totals_ = is_wait_told_ = is_lost_ = is_undone_ = false;
  phase_ = Phase::Begin;
}

/// Something is done. It counts as getting on where the connection was not lost since: a server
/// that loses every connection is as good as one that has none. So it is where every transaction is
/// undone.
void RowSink::get_on() {
  silent_since_.reset();
  if (is_lost_ || is_undone_) return;
  waiting_.reset();
  if (std::exchange(is_away_, false)) observer_.on(event::OutputBack{store_->name(), number_});
}

/// Others are in the way, or the store is not to be reached, or does not answer yet. Tries again
/// later; once the run has been given up, not for long.
Result<Turn> RowSink::wait(SteadyTime now, const Act& act) {
  const bool is_answer = act.state == Act::State::UnderWay;
  if (!waiting_) waiting_ = Waiting{.since = now};
  if (act.has_moved || !is_answer) silent_since_.reset();
  if (act.has_moved) {
    waiting_->until.reset();
    return Turn::again();
  }
  if (is_answer && !silent_since_) silent_since_ = now;
  const SteadyTime since = is_answer ? *silent_since_ : waiting_->since;
  const bool is_long = now - since >= kWaitWorthTelling;
  const std::string why = is_answer && act.why.empty() ? store_->name() + ": no answer" : act.why;
  if (act.state == Act::State::Lost || (is_answer && is_long)) {
    tell_away(why);
  } else if (is_long && !is_answer && !std::exchange(is_wait_told_, true)) {
    observer_.on(event::OutputBusy{store_->name(), number_});
  }
  // While it is not answered, what kept it away last is more to the point.
  const std::string& reason = is_answer && is_away_ ? away_ : why;
  if (patience_ && now >= patience_->until) return waited_in_vain(reason);
  // Who is there and has much to do is not away.
  const bool is_gone = act.state == Act::State::Lost || is_answer;
  if (wait_ && is_away_ && is_gone && now - since >= *wait_) return waited_in_vain(reason);
  if (control_.is_given_up()) {
    const bool has_sent = is_answer && due_ != 0;
    if (!waiting_->until) waiting_->until = now + (has_sent ? kAnswerPatience : kLastPatience);
    if (now >= *waiting_->until) {
      return explained(
          {is_gone || is_away_ ? ErrorCode::Unavailable : ErrorCode::Busy, is_away_ ? away_ : why});
    }
  }
  if (is_answer) return Turn::idle(now + Millis(1));  // the store itself has waited for it
  const Millis pause_max = act.state == Act::State::Lost ? kAwayPauseMax : kPauseMax;
  waiting_->pause = std::min(2 * waiting_->pause, pause_max);
  // Two that are in each other's way do not come back at the same time.
  chance_ = chance_ * 6364136223846793005U + 1442695040888963407U;
  const Millis pause = waiting_->pause - waiting_->pause * ((chance_ >> 33) % 50) / 100;
  return Turn::idle(earlier(earlier(now + pause, waiting_->until),
                            patience_ ? std::optional(patience_->until) : std::nullopt));
}

void RowSink::tell_away(const std::string& why) {
  away_ = why;
  if (!std::exchange(is_away_, true)) observer_.on(event::OutputAway{store_->name(), why, number_});
}

tl::unexpected<Error> RowSink::waited_in_vain(const std::string& why) const {
  return fail(
      ErrorCode::Unavailable,
      fmt::format("cannot write to {} within {}: {}; start again later, or give --wait more "
                  "time",
                  store_->name(), to_text(*wait_), why));
}

/// Rows of the part that is written now, or, where a store takes several together, of one before
/// it.
tl::unexpected<Error> RowSink::already_there() const {
  std::size_t part = std::min(written_, parts_.size() - 1);
  while (part > 0 && !std::holds_alternative<Emission>(parts_[part])) --part;
  const auto* const emission = std::get_if<Emission>(&parts_[part]);
  return explained(
      {ErrorCode::BadData,
       fmt::format("{}: it has rows for the interval that ends at {}{} already, which are not of "
                   "this job",
                   store_->name(), to_text(emission ? emission->interval.end : Label()),
                   store_->can_be_lost() ? ", or one before it," : "")});
}

tl::unexpected<Error> RowSink::explained(const Error& error) const {
  return fail(error.code,
              fmt::format("cannot write to {}; {}", error.message, store_->advice_for(error.code)));
}

}  // namespace wordstream
