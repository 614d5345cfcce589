#include "engine/counting_loop.h"

#include <utility>

#include "words/case_fold.h"
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

}  // namespace

CountingLoop::CountingLoop(const Config& config, HashKey hash_key, BlockChannel& blocks,
                           Recycler<Block>& spare_blocks, BatchChannel& batches,
                           Recycler<WordTable>& spare_tables, Control& control, Observer& observer,
                           const Clock& clock, Poller& poller)
    : config_(config),
      hash_key_(hash_key),
      blocks_(blocks),
      spare_blocks_(spare_blocks),
      batches_(batches),
      spare_tables_(spare_tables),
      control_(control),
      observer_(observer),
      clock_(clock),
      poller_(poller),
      batch_clock_(config.batch, clock.now()) {}

Next CountingLoop::step() {
  if (control_.is_abandoned()) return Next::done();
  while (!closed_.empty()) {
    if (!batches_.try_push(closed_.front())) return Next::wait();
    closed_.pop_front();
  }
  if (is_finished_) {
    batches_.close();
    return discard();
  }
  if (clock_.steady() >= batch_clock_.deadline()) {
    cut();
    return Next::again();
  }
  if (!block_) {
    std::optional<std::unique_ptr<Block>> next = blocks_.pop();
    if (!next) return blocks_.is_drained() ? finish() : Next::wait(batch_clock_.deadline());
    block_ = std::move(*next);
    cut_line_count_ += block_->cut_line_count;
  }
  count_piece();
  return Next::again();
}

void CountingLoop::count_piece() {
  const std::string_view piece =
      whole_lines(block_->lines().substr(counted_bytes_), config_.limits.piece_bytes);
  open_.batch.byte_count += piece.size();
  if (config_.lower) {
    fold_case(piece, folded_);
    count_lines(folded_);
  } else {
    count_lines(piece);
  }
  counted_bytes_ += piece.size();
  if (counted_bytes_ < block_->lines().size()) return;
  block_->clear(config_.limits.block_bytes);
  spare_blocks_.give_back(std::move(block_));
  counted_bytes_ = 0;
}

void CountingLoop::count_lines(std::string_view lines) {
  if (!open_.words) open_.words = spare_tables_.take(hash_key_);
  WordTable& words = *open_.words;
  for_each_line(lines, [&](std::string_view line) {
    ++open_.batch.line_count;
    for_each_word(line, config_.split, [&](std::string_view word, std::uint64_t times) {
      words.add_later(word, times);
    });
  });
  words.settle();
}

void CountingLoop::cut() {
  const Now now = clock_.now();
  const Interval interval = batch_clock_.close_due(now);
  close(interval);
  if (const std::uint64_t skipped = batch_clock_.skipped_tick_count(); skipped != 0) {
    observer_.on(event::TicksSkipped{skipped, skipped * config_.batch, interval.end});
  }
  if (config_.batch_count_max == closed_count_) {
    end_run(interval.end);
    control_.stop();
  }
}

/// The input has ended, or was stopped: what has been counted so far is the last batch.
Next CountingLoop::finish() {
  const Now now = clock_.now();
  Label end = batch_clock_.end_of_run(now);
  if (!open_.batch.is_empty()) {
    const Interval interval = batch_clock_.close_early(now);
    close(interval);
    end = interval.end;
  }
  end_run(end);
  return Next::again();
}

void CountingLoop::end_run(Label end) {
  closed_.push_back(RunEnd{end});
  is_finished_ = true;
}

/// After the last batch: takes what is still handed on, so that the reader is not held up at the
/// full queue.
Next CountingLoop::discard() {
  std::optional<std::unique_ptr<Block>> next = blocks_.pop();
  if (!next) return blocks_.is_drained() ? Next::done() : Next::wait();
  (*next)->clear(config_.limits.block_bytes);
  spare_blocks_.give_back(std::move(*next));
  return Next::again();
}

void CountingLoop::close(Interval interval) {
  if (cut_line_count_ != 0) {
    observer_.on(event::LinesCut{std::exchange(cut_line_count_, 0), interval.end});
  }
  open_.batch.interval = interval;
  ++closed_count_;
  closed_.push_back(std::exchange(open_, CutBatch{}));
}

}  // namespace wordstream
