#include "engine/delivery_loop.h"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

#include "words/merge.h"

namespace wordstream {

DeliveryLoop::DeliveryLoop(std::unique_ptr<Fold> fold, Committer committer, Recovery recovery,
                           std::optional<BaseWriter> base, HashKey hash_key, SliceChannel& slices,
                           Recycler<WordTable>& spare_tables, MemoryLimit& memory, Control& control,
                           Observer& observer, Poller& poller)
    : fold_(std::move(fold)),
      committer_(std::move(committer)),
      recovery_(recovery),
      base_(std::move(base)),
      hash_key_(hash_key),
      slices_(slices),
      spare_tables_(spare_tables),
      memory_(memory),
      control_(control),
      observer_(observer),
      poller_(poller),
      last_id_(recovery_.last_closed()) {}

Next DeliveryLoop::step() {
  if (control_.is_abandoned()) return give_up();
  if (const Status served = serve_sinks(); !served) return fail_run(served.error());
  if (!deliver()) return Next::wait();
  const Result<bool> advanced = advance();
  if (!advanced) return fail_run(advanced.error());
  if (*advanced) return Next::again();
  return slices_.is_drained() ? finish() : Next::wait();
}

Next DeliveryLoop::fail_run(const Error& error) {
  control_.abandon(error);
  return Next::again();
}

/// A sink that waits for its mark may be the one that holds all others up.
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
  tell_sinks();
  return {};
}

/// What the journal knows of their marks.
void DeliveryLoop::tell_sinks() {
  for (std::size_t sink = 0; sink < sinks_.size(); ++sink) {
    sinks_[sink]->set_kept(committer_.kept_mark(sink));
  }
}

/// Gives what is under way to every sink that has not taken it in an earlier run. Returns false
/// while the queue of one of them is full.
bool DeliveryLoop::deliver() {
  if (!delivery_) return true;
  bool have_all = true;
  for (Outlet& outlet : outlets_) {
    if (!outlet.has_it && (id_ == 0 || id_ > outlet.taken)) {
      Delivery copy = *delivery_;
      outlet.has_it = outlet.emissions->try_push(copy);
      have_all = have_all && outlet.has_it;
    }
  }
  if (!have_all) return false;
  for (Outlet& outlet : outlets_) outlet.has_it = false;
  delivery_.reset();
  return true;
}

/// Does what comes next. Returns false when there is nothing to do.
Result<bool> DeliveryLoop::advance() {
  Status status;
  if (std::optional<Emission> emission = fold_->next()) {
    status = emit(std::move(*emission));
  } else if (run_end_) {
    fold_->finish(*std::exchange(run_end_, std::nullopt));
  } else if (!std::exchange(is_ended_, true)) {
    status = end_batch();
  } else if (!recovery_.is_done()) {
    Result<Recovered> recovered = recovery_.next();
    status = recovered ? recover(std::move(*recovered)) : fail(recovered);
  } else if (std::optional<Slice> slice = slices_.pop()) {
    status = take(std::move(*slice));
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
    return close({SliceRecord{.interval = batch.interval, .closes = true}});
  }
  id_ = recovered.id;
  is_ended_ = false;
  if (recovered.ends_run) run_end_ = batch.interval.end;
  if (!batch.is_empty() || !recovered.ends_run) fold_->take(batch);
  if (base_) base_->note(batch.counts->packed().size());
  return {};
}

/// What is counted anew is checked there; what was counted by a run that could take more, here.
Status DeliveryLoop::check_memory(std::size_t word_count) {
  memory_.set_folded_words(word_count);
  return memory_.is_over() ? tl::unexpected<Error>(memory_.error()) : Status();
}

Status DeliveryLoop::take(Slice slice) {
  Ending ending{SliceRecord{.interval = slice.interval,
                            .line_count = slice.line_count,
                            .byte_count = slice.byte_count,
                            .counts = pack(slice),
                            .closes = slice.closes,
                            .ends_run = slice.ends_run},
                std::move(slice.moves)};
  open_.line_count += slice.line_count;
  open_.byte_count += slice.byte_count;
  if (ending.slice.counts) open_.slices.push_back(ending.slice.counts);
  if (slice.closes || slice.ends_run) return close(std::move(ending));
  const bool has_lines = ending.slice.line_count != 0 || ending.slice.byte_count != 0;
  if (!has_lines) return committer_.keep(ending.moves);
  ending.slice.batch = last_id_ + 1;
  return committer_.keep(std::move(ending.slice), ending.moves);
}

/// Null where there are no words.
std::shared_ptr<const WordCounts> DeliveryLoop::pack(Slice& slice) {
  if (slice.words.empty()) return nullptr;
  for (const auto& words : slice.words) memory_.remove_words(words->size());
  WordTable& all = *slice.words.front();
  for (const auto& words : std::span(slice.words).subspan(1)) all.add_all(*words);
  auto counts = std::make_shared<const WordCounts>(all.pack());
  for (std::unique_ptr<WordTable>& words : slice.words) {
    words->clear();
    spare_tables_.give_back(std::move(words));
  }
  new_line_count_ += slice.line_count;
  new_word_count_ += counts->total();
  return counts;
}

/// The open batch is complete, or the stream has ended within an empty one.
Status DeliveryLoop::close(Ending ending) {
  const Open closed = std::exchange(open_, Open{});
  const Interval interval = ending.slice.interval;
  const bool is_batch = ending.slice.closes;
  if (ending.slice.ends_run) run_end_ = interval.end;
  id_ = 0;
  is_ended_ = false;
  ending.slice.closes = true;
  not_entered_ = std::move(ending);
  if (!is_batch) return {};
  const Batch batch{interval, closed.line_count, closed.byte_count,
                    merge(closed.slices, hash_key_)};
  observer_.on(
      event::BatchClosed{batch.line_count, batch.byte_count, batch.counts->size(), interval.end});
  if (!batch.is_empty()) {
    if (Status entered = enter(); !entered) return entered;
  }
  fold_->take(batch);
  if (base_) base_->note(batch.counts->packed().size());
  return {};
}

/// The batch closed last gets an id, and into the journal.
Status DeliveryLoop::enter() {
  id_ = ++last_id_;
  Ending ending = *std::exchange(not_entered_, std::nullopt);
  ending.slice.batch = id_;
  note_progress();
  return committer_.before_output(std::move(ending.slice), ending.moves);
}

Status DeliveryLoop::emit(Emission emission) {
  if (id_ == 0 && committer_.must_keep(emission)) {
    // An empty batch, but a window has changed with it.
    if (Status entered = enter(); !entered) return entered;
  }
  emission.batch = id_;
  emission.new_line_count = std::exchange(new_line_count_, 0);
  emission.new_word_count = std::exchange(new_word_count_, 0);
  delivery_ = std::move(emission);
  return {};
}

Status DeliveryLoop::end_batch() {
  memory_.set_folded_words(fold_->word_count());
  if (id_ == 0) {
    // No sink is given anything of an empty batch, but its source may have moved.
    const Ending ending = *std::exchange(not_entered_, std::nullopt);
    return committer_.keep(ending.moves);
  }
  // Of batches before the last one the journal knows no positions any more.
  delivery_ = BatchEnd{id_, recovery_.is_done() ? committer_.positions() : nullptr};
  if (!base_ || !recovery_.is_done()) return {};
  note_progress();
  return base_->step(*fold_, id_, committer_.taken_by_all());
}

void DeliveryLoop::note_progress() {
  for (std::size_t sink = 0; sink < sinks_.size(); ++sink) {
    committer_.after_output(sink, sinks_[sink]->latest());
  }
}

/// Everything has been given out: when the sinks have taken it, the journal is told.
Next DeliveryLoop::finish() {
  if (source_ != nullptr) source_->close();
  for (const Outlet& outlet : outlets_) outlet.emissions->close();
  for (const SinkProgress* const sink : sinks_) {
    if (!sink->is_done()) return Next::wait();
  }
  note_progress();
  if (const Status kept = committer_.keep_marks(); !kept) control_.abandon(kept.error());
  return Next::done();
}

/// Nothing can be given out any more, but what sinks have taken they need not get again.
Next DeliveryLoop::give_up() {
  note_progress();
  // The run has failed already; what is not marked now is only given again.
  std::ignore = committer_.keep_marks();
  return Next::done();
}

}  // namespace wordstream
