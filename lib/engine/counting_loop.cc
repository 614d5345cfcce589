#include "engine/counting_loop.h"

#include <algorithm>
#include <utility>

#include "words/splitter.h"

namespace wordstream {
namespace {

/// The first part of `lines` that is at least `bytes` long and ends with a line; all if shorter.
std::string_view whole_lines(std::string_view lines, std::size_t bytes) {
  if (lines.size() <= bytes) return lines;
  const std::size_t from = bytes - 1;
  const std::size_t end = from + line_length(lines.substr(from));
  return lines.substr(0, end + line_end_length(lines.substr(end)));
}

/// What was read into it: lines, or counts.
std::uint64_t byte_count_of(const Block& block) {
  std::uint64_t byte_count = block.lines().size();
  for (const Counted& counted : block.counted()) byte_count += counted.byte_count;
  return byte_count;
}

void add(Tally tally, Slice& slice) {
  slice.lines += tally.lines;
  if (tally.words) slice.words.push_back(std::move(tally.words));
}

}  // namespace

CountingLoop::CountingLoop(const RunContext& run, BlockChannel& blocks, SliceChannel& slices,
                           Poller& poller, BatchClock batch_clock, bool goes_on)
    : run_(run),
      counter_(run),
      blocks_(blocks),
      slices_(slices),
      poller_(poller),
      batch_clock_(batch_clock),
      is_begun_(goes_on) {}

// What was cut is handed on before anything else is done: where that finds no room, nothing is
// counted. Then come the cuts that are due, the batch's first. Only then another piece is counted,
// and the clock is read anew before the next one: that is how late a cut can be.
Next CountingLoop::step() {
  if (run_.control.is_abandoned()) return Next::done();
  gather_cuts();
  if (!hand_on_ready()) return Next::wait();
  if (is_finished_) {
    if (!cut_.empty()) return Next::wait();
    crew_.close();
    slices_.close();
    if (source_ != nullptr) source_->close();
    return discard();
  }
  const SteadyTime now = run_.clock.steady();
  if (now >= batch_clock_.deadline()) {
    close_due();
    return Next::again();
  }
  if (commit_due_ && now >= *commit_due_) {
    cut(batch_clock_.open(), false, false);
    return Next::again();
  }
  if (!block_) {
    if (cut_.size() >= run_.config.limits.batch_count_max) return Next::wait();
    std::optional<std::unique_ptr<Block>> next = blocks_.pop();
    if (!next) return blocks_.is_drained() ? finish() : Next::wait(deadline());
    block_ = std::move(*next);
    cut_line_count_ += block_->cut_line_count;
  }
  if (is_over_memory()) return stop_counting();
  if (run_.config.commit_interval && !commit_due_) commit_due_ = now + *run_.config.commit_interval;
  const bool is_awaited = block_->is_awaited;
  if (!count_some()) return Next::wait(deadline());
  if (is_awaited && !block_ && run_.config.checkpoint && !slice_.is_blank()) commit_due_ = now;
  return Next::again();
}

bool CountingLoop::hand_on_ready() {
  for (; !ready_.empty(); ready_.pop_front()) {
    if (!slices_.try_push(ready_.front())) return false;
  }
  return true;
}

bool CountingLoop::is_over_memory() const {
  std::size_t word_count = 0;
  for (const Counted& counted : block_->counted()) word_count += counted.words.size();
  return run_.memory.is_over(word_count);
}

bool CountingLoop::count_some() {
  if (!counts_itself()) return give_to_worker();
  count_piece();
  return true;
}

SteadyTime CountingLoop::deadline() const {
  const SteadyTime batch_due = batch_clock_.deadline();
  return commit_due_ ? std::min(batch_due, *commit_due_) : batch_due;
}

void CountingLoop::gather_cuts() {
  crew_.gather();
  while (!cut_.empty()) {
    std::optional<std::vector<Tally>> tallies = crew_.take_cut();
    if (!tallies) return;
    Slice slice = std::move(cut_.front());
    cut_.pop_front();
    for (Tally& tally : *tallies) add(std::move(tally), slice);
    make_ready(std::move(slice));
  }
}

// Once memory is tight the loop must be able to stop at any line, and workers stop at the end of a
// block alone. A block without lines is no work for anybody.
bool CountingLoop::counts_itself() const {
  const std::size_t size = block_->lines().size();
  return crew_.empty() || counted_bytes_ != 0 || size == 0 || run_.memory.is_tight(size);
}

bool CountingLoop::give_to_worker() {
  const std::size_t size = block_->lines().size();
  run_.memory.add_text(size);  // before a worker can have counted it
  Positions moves;
  block_->add_moves(0, size, moves);
  if (!crew_.try_count(block_)) {
    run_.memory.remove_text(size);
    return false;
  }
  slice_.byte_count += size;
  if (run_.config.checkpoint) slice_.moves.merge(moves);
  if (source_ != nullptr) source_->add(moves);
  return true;
}

void CountingLoop::count_piece() {
  const std::string_view piece =
      whole_lines(block_->lines().substr(counted_bytes_), run_.config.limits.piece_bytes);
  slice_.byte_count += piece.size();
  if (!piece.empty()) counter_.count(piece, {block_->cut_ends(), counted_bytes_}, tally_);
  // Whole, and in this slice with the place behind it: half of it would come a second time.
  for (const Counted& counted : block_->counted()) {
    slice_.byte_count += counted.byte_count;
    if (counted.byte_count != 0) counter_.add(counted, tally_);
  }
  counted_bytes_ += piece.size();
  if (source_ != nullptr) note_moves();
  if (counted_bytes_ < block_->lines().size()) return;
  note_moves();
  give_back(std::move(block_));
  counted_bytes_ = noted_bytes_ = 0;
}

/// How positions have moved with what was counted of the block. That may cost the proof of a place:
/// where nobody waits for it, it is done when the block is over or the slice is cut, and not
/// before.
void CountingLoop::note_moves() {
  Positions moves;
  block_->add_moves(noted_bytes_, counted_bytes_, moves);
  noted_bytes_ = counted_bytes_;
  if (source_ != nullptr) source_->add(moves);
  if (run_.config.checkpoint) slice_.moves.merge(moves);
}

void CountingLoop::close_due() {
  const Now now = run_.clock.now();
  const SteadyTime due = batch_clock_.deadline();
  const Interval interval = batch_clock_.close_due(now);
  const bool is_last = run_.config.batch_count_max == closed_count_ + 1;
  close(interval, is_last && !run_.config.checkpoint, due);
  if (const std::uint64_t skipped = batch_clock_.skipped_tick_count(); skipped != 0) {
    run_.observer.on(event::TicksSkipped{skipped, skipped * run_.config.batch, interval.end});
  }
  if (!is_last) return;
  is_finished_ = true;
  run_.control.stop();
}

Next CountingLoop::finish() {
  is_finished_ = true;
  if (run_.config.checkpoint && run_.control.is_stopping()) return suspend();
  const Now now = run_.clock.now();
  if (!slice_.is_empty() || is_begun_) {
    close(batch_clock_.close_early(now), true, now.steady);
  } else {
    Interval interval = batch_clock_.open();
    interval.end = batch_clock_.end_of_run(now);
    cut(interval, false, true);
  }
  return Next::again();
}

Next CountingLoop::stop_counting() {
  is_over_memory_ = true;
  uncounted_bytes_ = byte_count_of(*block_) - counted_bytes_;
  if (counted_bytes_ != noted_bytes_) note_moves();
  give_back(std::move(block_));
  run_.control.fail(run_.memory.error());
  return finish();
}

Next CountingLoop::suspend() {
  const Interval open = batch_clock_.open();
  tell_cut_lines(open.end);
  if (!slice_.is_blank()) cut(open, false, false);
  return Next::again();
}

Next CountingLoop::discard() {
  std::optional<std::unique_ptr<Block>> next = blocks_.pop();
  if (next) {
    uncounted_bytes_ += byte_count_of(**next);
    give_back(std::move(*next));
    return Next::again();
  }
  if (!blocks_.is_drained()) return Next::wait();
  if (is_over_memory_) run_.observer.on(event::Uncounted{uncounted_bytes_});
  return Next::done();
}

void CountingLoop::give_back(std::unique_ptr<Block> block) {
  block->clear(run_.config.limits.block_bytes);
  run_.spare_blocks.give_back(std::move(block));
}

void CountingLoop::close(Interval interval, bool ends_run, SteadyTime due) {
  slice_.due = due;
  tell_cut_lines(interval.end);
  cut(interval, true, ends_run);
  is_begun_ = false;
  ++closed_count_;
}

void CountingLoop::cut(Interval interval, bool closes, bool ends_run) {
  if (block_ && counted_bytes_ != noted_bytes_) note_moves();
  slice_.interval = interval;
  slice_.closes = closes;
  slice_.ends_run = ends_run;
  is_begun_ = is_begun_ || !slice_.is_empty();
  commit_due_.reset();
  add(std::exchange(tally_, Tally{}), slice_);
  if (crew_.empty()) {
    make_ready(std::exchange(slice_, Slice{}));
  } else {
    crew_.cut();
    cut_.push_back(std::exchange(slice_, Slice{}));
  }
}

void CountingLoop::make_ready(Slice slice) {
  const LineTotals& lines = slice.lines;
  const bool may_be_told = run_.config.keys.leaves_out() || lines.wordless_count != 0;
  if (may_be_told && lines.line_count != 0) {
    run_.observer.on(event::LinesLookedAt{lines.line_count, lines.left_out_count,
                                          lines.keyless_count, lines.wordless_count,
                                          slice.interval.end});
  }
  ready_.push_back(std::move(slice));
}

void CountingLoop::tell_cut_lines(Label batch_end) {
  if (cut_line_count_ == 0) return;
  run_.observer.on(event::LinesCut{std::exchange(cut_line_count_, 0), batch_end});
}

}  // namespace wordstream
