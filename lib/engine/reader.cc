#include "engine/reader.h"

#include <algorithm>
#include <utility>

namespace wordstream {
namespace {

/// Whoever does not take the last answers for so long gets none.
constexpr Millis kAnswerPatience{5000};
constexpr Millis kProgressInterval{1000};
/// So much of the rate that is shown is what was read last: it is to stand still enough to be read.
constexpr double kNewRateShare = 0.4;

}  // namespace

Reader::Reader(const RunContext& run, std::unique_ptr<Source> source, BlockChannel& blocks,
               Poller& source_poller, Poller& queue_poller)
    : run_(run),
      source_(std::move(source)),
      blocks_(blocks),
      source_poller_(source_poller),
      queue_poller_(queue_poller) {}

// The source is told first what has become the run's own: it may have been waiting for that. A full
// block is handed on before anything else is read; one that is not full when the source has nothing
// more now.
Next Reader::step() {
  if (run_.control.is_abandoned()) return Next::done();
  if (run_.control.is_stopping() && !std::exchange(is_ending_, true)) source_->stop();
  tell_source();
  if (is_handed_on_) return answer();
  if (must_hand_on_ && !hand_on()) return Next::wait();
  if (is_ending_) return hand_on_last();

  if (!block_) block_ = run_.spare_blocks.lend(run_.config.limits.block_bytes);
  const SteadyTime now = run_.clock.steady();
  if (run_.config.tells_progress) tell_progress(now);
  const Result<Turn> turn = source_->poll(now, *block_);
  if (!turn) {
    run_.control.fail(turn.error());  // the next step stops the source
    return Next::again();
  }
  switch (turn->state) {
    case Turn::State::Again:
      return Next::again();
    case Turn::State::Full:
      must_hand_on_ = true;
      return Next::again();
    case Turn::State::Ended:
      is_ending_ = true;
      return Next::again();
    case Turn::State::Idle:
      break;
  }
  // Nothing more comes now: what is here need not wait for the block to fill.
  if (!block_->is_blank() && !hand_on()) return Next::wait();
  return Next::wait(turn->wake_at);
}

void Reader::tell_progress(SteadyTime now) {
  if (progress_ && now < progress_->at + kProgressInterval) return;
  const std::optional<Extent> extent = source_->extent();
  if (!extent) return;
  if (!progress_) {
    progress_ = Progress{now, extent->read};
    return;
  }
  const double seconds = std::chrono::duration<double>(now - progress_->at).count();
  const double rate = static_cast<double>(extent->read - progress_->read_bytes) / seconds;
  const double before = progress_->bytes_per_second;
  const double shown = before == 0 ? rate : before + kNewRateShare * (rate - before);
  progress_ = Progress{now, extent->read, shown};
  run_.observer.on(event::ReadProgress{
      .read_bytes = extent->read,
      .all_bytes = extent->is_length_known ? std::optional(extent->seen) : std::nullopt,
      .bytes_per_second = static_cast<std::uint64_t>(shown)});
}

void Reader::tell_source() {
  if (commits_ == nullptr) return;
  if (const Positions change = commits_->take_changes(); !change.empty())
    source_->committed(change);
}

bool Reader::hand_on() {
  must_hand_on_ = !blocks_.try_push(block_);
  return !must_hand_on_;
}

Next Reader::hand_on_last() {
  if (block_ && !block_->is_blank() && !hand_on()) return Next::wait();
  // Before anybody behind can know that it was the last, and shows what they make of it.
  if (progress_) run_.observer.on(event::ReadProgress{.is_over = true});
  blocks_.close();
  is_handed_on_ = true;
  return commits_ != nullptr ? Next::again() : Next::done();
}

Next Reader::answer() {
  const SteadyTime now = run_.clock.steady();
  const Turn turn = source_->answer(now);
  const bool has_answered = turn.state == Turn::State::Ended;
  if (commits_->is_drained()) {
    if (!answers_until_) answers_until_ = now + kAnswerPatience;
    if (has_answered || now >= *answers_until_) return Next::done();
  }
  if (turn.state == Turn::State::Again) return Next::again();
  if (!answers_until_) return Next::wait(turn.wake_at);
  return Next::wait(std::min(*answers_until_, turn.wake_at.value_or(*answers_until_)));
}

}  // namespace wordstream
