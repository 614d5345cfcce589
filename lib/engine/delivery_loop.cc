#include "engine/delivery_loop.h"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

#include "view/run_sight.h"
#include "words/merge.h"

namespace wordstream {
namespace {

std::uint64_t batch_of(const Delivery& delivery) {
  return std::visit([](const auto& each) { return each.batch; }, delivery);
}

/// How many rows of a batch somebody asks for, where nothing else is wanted of it.
std::optional<std::size_t> head_wanted(const Config& config) {
  const bool is_per_batch = std::holds_alternative<PerBatch>(config.fold);
  if (!is_per_batch || config.checkpoint || config.live) return std::nullopt;
  std::size_t top = 0;
  for (const SinkChoice& sink : config.sinks) top = std::max(top, sink.top);
  if (config.http) top = std::max(top, kShownRowsMax);
  return top == kAllRows ? std::nullopt : std::optional(top);
}

}  // namespace

DeliveryLoop::DeliveryLoop(const RunContext& run, DeliveryStart start, SliceChannel& slices,
                           Poller& poller)
    : run_(run),
      fold_(std::move(start.fold)),
      committer_(std::move(start.committer)),
      recovery_(start.recovery),
      base_(std::move(start.base)),
      slices_(slices),
      poller_(poller),
      last_id_(recovery_.last_closed()) {}

// One batch at a time goes through. Its slices come in until one of them closes it; the fold takes
// it; then it goes out: each emission that is due with it, and behind the last one its end. It is
// in the journal before the first of them is given to a sink. The next batch is taken when all
// sinks have taken what is under way: a sink that takes nothing holds up everything.
Next DeliveryLoop::step() {
  if (run_.control.is_abandoned()) return give_up();
  if (const Status served = serve_sinks(); !served) return fail_run(served.error());
  if (!deliver()) {
    give_back_tables();
    return Next::wait();
  }
  const Result<bool> advanced = advance();
  if (!advanced) return fail_run(advanced.error());
  if (*advanced) return Next::again();
  return slices_.is_drained() ? finish() : Next::wait();
}

Result<bool> DeliveryLoop::advance() {
  Status status;
  if (!closed_) give_back_tables();
  if (closed_) {
    status = give_out();
  } else if (!recovery_.is_done()) {
    Result<Recovered> recovered = recovery_.next();
    status = recovered ? recover(std::move(*recovered)) : fail(recovered);
  } else if (std::optional<Slice> slice = slices_.pop()) {
    status = add(std::move(*slice));
  } else {
    return false;
  }
  if (!status) return fail(status);
  return true;
}

Status DeliveryLoop::recover(Recovered recovered) {
  Batch& batch = recovered.batch;
  const std::size_t word_count = std::max(fold_->word_count(), batch.counts->size());
  if (Status enough = check_memory(word_count); !enough) return enough;
  if (recovered.state != Recovered::State::Closed) {
    open_ = {batch.line_count, batch.byte_count, {batch.counts}};
    if (recovered.state == Recovered::State::Open) return {};
    const SteadyTime now = run_.clock.steady();
    return close({.record = {.interval = batch.interval}, .due = now, .taken_up = now}, true);
  }
  closed_ = ClosedBatch{.id = recovered.id};
  if (recovered.ends_run) closed_->run_end = batch.interval.end;
  if (!batch.is_empty() || !recovered.ends_run) fold(batch);
  return {};
}

Status DeliveryLoop::add(Slice slice) {
  const SteadyTime taken_up = run_.clock.steady();
  LastSlice last = pack(slice);
  last.taken_up = taken_up;
  last.due = slice.due;
  open_.line_count += slice.lines.line_count;
  open_.byte_count += slice.byte_count;
  if (last.record.counts) open_.slices.push_back(last.record.counts);
  if (slice.closes || slice.ends_run) return close(std::move(last), slice.closes);
  const bool has_lines = last.record.line_count != 0 || last.record.byte_count != 0;
  if (!has_lines) return committer_.keep(last.moves);
  last.record.batch = last_id_ + 1;
  return committer_.keep(std::move(last.record), last.moves);
}

DeliveryLoop::LastSlice DeliveryLoop::pack(Slice& slice) {
  return {.record = {.interval = slice.interval,
                     .line_count = slice.lines.line_count,
                     .byte_count = slice.byte_count,
                     .counts = pack_words(slice),
                     .ends_run = slice.ends_run},
          .moves = std::move(slice.moves)};
}

std::shared_ptr<const WordCounts> DeliveryLoop::pack_words(Slice& slice) {
  if (slice.words.empty()) return nullptr;
  for (const auto& words : slice.words) run_.memory.remove_words(words->size());
  WordTable& all = *slice.words.front();
  for (const auto& words : std::span(slice.words).subspan(1)) all.add_all(*words);
  // Of slices that become one batch each word must be there.
  const bool is_whole_batch = slice.closes && open_.slices.empty();
  const auto head = is_whole_batch ? head_wanted(run_.config) : std::nullopt;
  auto counts = std::make_shared<const WordCounts>(head ? all.pack_head(*head) : all.pack());
  spent_tables_ = std::move(slice.words);
  new_line_count_ += slice.lines.line_count;
  new_word_count_ += counts->total();
  return counts;
}

// Behind the emission: clearing a large table takes longer than finding its first rows.
void DeliveryLoop::give_back_tables() {
  for (std::unique_ptr<WordTable>& words : std::exchange(spent_tables_, {})) {
    words->clear();
    run_.spare_tables.give_back(std::move(words));
  }
}

Status DeliveryLoop::close(LastSlice last, bool is_batch) {
  const OpenBatch open = std::exchange(open_, OpenBatch{});
  const Interval interval = last.record.interval;
  closed_ = ClosedBatch{};
  if (last.record.ends_run) closed_->run_end = interval.end;
  const SteadyTime taken_up = last.taken_up;
  const Nanos waited = std::max(Nanos(0), taken_up - last.due);
  closed_->not_kept = std::move(last);
  if (!is_batch) return {};
  closed_->end = interval.end;
  const Batch batch{interval, open.line_count, open.byte_count, merge(open.slices, run_.hash_key)};
  run_.observer.on(event::BatchClosed{batch.line_count, batch.byte_count, batch.counts->size(),
                                      interval.end, batch.counts->total(), waited, taken_up});
  // Totals that were given again without a step would drop other words than they did.
  if (!batch.is_empty() || interval.clock_step != Millis(0)) {
    if (Status kept = keep(); !kept) return kept;
  }
  fold(batch);
  return {};
}

void DeliveryLoop::fold(const Batch& batch) {
  fold_->take(batch);
  if (base_) base_->note(batch.counts->packed().size());
}

Status DeliveryLoop::give_out() {
  if (std::optional<Emission> emission = fold_->next()) return emit(std::move(*emission));
  if (const auto run_end = std::exchange(closed_->run_end, std::nullopt)) {
    fold_->finish(*run_end);
    return {};
  }
  return end_batch();
}

Status DeliveryLoop::keep() {
  closed_->id = ++last_id_;
  LastSlice last = *std::exchange(closed_->not_kept, std::nullopt);
  last.record.batch = closed_->id;
  last.record.closes = true;
  note_progress();
  return committer_.before_output(std::move(last.record), last.moves);
}

Status DeliveryLoop::emit(Emission emission) {
  // A batch may be empty, and yet a window has changed with it.
  if (closed_->not_kept && committer_.must_keep(emission)) {
    if (Status kept = keep(); !kept) return kept;
  }
  emission.batch = closed_->id;
  emission.new_line_count = std::exchange(new_line_count_, 0);
  emission.new_word_count = std::exchange(new_word_count_, 0);
  if (showcase_ != nullptr) showcase_->show(emission);
  delivery_ = std::move(emission);
  return {};
}

Status DeliveryLoop::end_batch() {
  const ClosedBatch closed = *std::exchange(closed_, std::nullopt);
  run_.memory.set_folded_words(fold_->word_count());
  if (closed.end) {
    run_.observer.on(event::BatchGivenOut{closed.id, *closed.end, run_.clock.steady()});
  }
  // No sink is given anything of a batch without an id, but its source may have moved.
  if (closed.not_kept) return committer_.keep(closed.not_kept->moves);
  // Of batches before the last one the journal knows no positions any more.
  std::shared_ptr<const Positions> positions =
      recovery_.is_done() ? committer_.positions() : nullptr;
  if (showcase_ != nullptr) showcase_->note(positions);
  delivery_ = BatchEnd{closed.id, std::move(positions)};
  if (!base_ || !recovery_.is_done()) return {};
  note_progress();
  return base_->step(*fold_, closed.id, committer_.taken_by_all());
}

bool DeliveryLoop::deliver() {
  if (!delivery_) return true;
  const std::uint64_t batch = batch_of(*delivery_);
  const auto* const emission = std::get_if<Emission>(&*delivery_);
  const std::size_t word_count = emission != nullptr ? emission->counts->size() : 0;
  bool have_all = true;
  for (Outlet& outlet : outlets_) {
    if (outlet.has_it || (batch != 0 && batch <= outlet.taken)) continue;
    Delivery copy = *delivery_;
    outlet.has_it = outlet.emissions->try_push(copy, word_count);
    have_all = have_all && outlet.has_it;
  }
  if (!have_all) return false;
  for (Outlet& outlet : outlets_) outlet.has_it = false;
  delivery_.reset();
  return true;
}

void DeliveryLoop::note_progress() {
  for (std::size_t sink = 0; sink < sinks_.size(); ++sink) {
    committer_.after_output(sink, sinks_[sink]->latest());
  }
}

// At each step: a sink that waits for its mark may be the one that holds all others up.
Status DeliveryLoop::serve_sinks() {
  bool is_any_waiting = false;
  for (std::size_t sink = 0; sink < sinks_.size(); ++sink) {
    if (!sinks_[sink]->is_mark_awaited()) continue;
    committer_.after_output(sink, sinks_[sink]->latest());
    committer_.want_kept(sink);
    is_any_waiting = true;
  }
  if (is_any_waiting) {
    if (Status kept = committer_.keep_marks(); !kept) return kept;
  }
  for (std::size_t sink = 0; sink < sinks_.size(); ++sink) {
    sinks_[sink]->set_kept(committer_.kept_mark(sink));
  }
  return {};
}

// What is counted anew the counting loop checks; an earlier run may have been allowed more.
Status DeliveryLoop::check_memory(std::size_t word_count) {
  run_.memory.set_folded_words(word_count);
  return run_.memory.is_over() ? tl::unexpected<Error>(run_.memory.error()) : Status();
}

Next DeliveryLoop::finish() {
  if (source_ != nullptr) source_->close();
  for (const Outlet& outlet : outlets_) outlet.emissions->close();
  for (const SinkProgress* const sink : sinks_) {
    if (!sink->is_done()) return Next::wait();
  }
  note_progress();
  if (const Status kept = committer_.keep_marks(); !kept) run_.control.abandon(kept.error());
  if (showcase_ != nullptr) showcase_->close();
  return Next::done();
}

Next DeliveryLoop::fail_run(const Error& error) {
  run_.control.abandon(error);
  return Next::again();
}

Next DeliveryLoop::give_up() {
  note_progress();
  // The run has failed already; what is not marked now is only given again.
  std::ignore = committer_.keep_marks();
  return Next::done();
}

}  // namespace wordstream
