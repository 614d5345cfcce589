#include "engine/writer.h"

#include <utility>
#include <variant>

namespace wordstream {
namespace {

constexpr std::uint64_t kOutputToken = 0;
constexpr std::uint64_t kTriggerToken = 1;

}  // namespace

Writer::Writer(std::unique_ptr<Sink> sink, EmissionChannel& emissions, SinkProgress& progress,
               StatusBoard& board, Control& control, Poller& poller)
    : sink_(std::move(sink)),
      emissions_(emissions),
      progress_(progress),
      board_(board),
      control_(control),
      poller_(poller) {
  watch_sink();
}

Writer::~Writer() {
  if (sink_->output() != nullptr) poller_.forget(*sink_->output());
  if (sink_->trigger() != nullptr) poller_.forget(*sink_->trigger());
}

Next Writer::step() {
  bool has_hung_up = false;
  for (const std::uint64_t token : poller_.take_ready()) {
    if (token == kTriggerToken) {
      is_triggered_ = true;
    } else {
      has_hung_up = !is_flushing_;
    }
  }
  if (control_.is_abandoned()) return Next::done();
  if (is_flushing_) return flush();
  if (has_hung_up) {
    control_.abandon(Error{ErrorCode::Closed, "nobody reads stdout any more"});
    return Next::done();
  }
  if (const std::optional<SinkMark> kept = progress_.take_kept()) sink_->marked(*kept);
  if (std::optional<SinkMark> awaited = sink_->awaited_mark()) {
    progress_.await(std::move(*awaited));
    return Next::wait();
  }
  if (refresh()) return Next::again();
  if (const std::optional<Delivery> delivery = emissions_.pop()) {
    return std::visit([this](const auto& each) { return give(each); }, *delivery);
  }
  if (!emissions_.is_drained()) return Next::wait();
  if (std::exchange(is_finished_, true)) {
    progress_.finish();
    return Next::done();
  }
  if (std::optional<SinkMark> last = sink_->finish()) progress_.set(std::move(*last));
  is_flushing_ = true;
  return Next::again();
}

Next Writer::give(const Emission& emission) {
  sink_->take(emission);
  is_flushing_ = true;
  return Next::again();
}

Next Writer::give(EndOfBatch end) {
  Result<SinkMark> mark = sink_->settle(end.batch);
  if (!mark) {
    control_.abandon(mark.error());
    return Next::done();
  }
  progress_.set(std::move(*mark));
  return Next::again();
}

bool Writer::refresh() {
  if (sink_->trigger() == nullptr || is_finished_) return false;
  const std::optional<RunStatus> news = board_.news(poller_);
  if (news) status_ = *news;
  if (!std::exchange(is_triggered_, false) && !news) return false;
  sink_->refresh(status_);
  is_flushing_ = true;
  return true;
}

Next Writer::flush() {
  const Result<bool> flushed = sink_->flush();
  if (!flushed) {
    control_.abandon(flushed.error());
    return Next::done();
  }
  is_flushing_ = !*flushed;
  watch_sink();
  return is_flushing_ ? Next::wait() : Next::again();
}

// While the output stands still a trigger can do nothing but wait: it would only keep us awake.
void Writer::watch_sink() {
  if (const Pollable* const output = sink_->output()) {
    poller_.watch(*output, is_flushing_ ? Interest::Write : Interest::Hangup, kOutputToken);
  }
  if (const Pollable* const trigger = sink_->trigger()) {
    poller_.watch(*trigger, is_flushing_ ? Interest::Hangup : Interest::Read, kTriggerToken);
  }
}

}  // namespace wordstream
