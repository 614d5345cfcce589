#include "engine/writer.h"

#include <utility>
#include <variant>

namespace wordstream {
Writer::Writer(std::unique_ptr<Sink> sink, EmissionChannel& emissions, SinkProgress& progress,
               Control& control, Poller& poller)
    : sink_(std::move(sink)),
      emissions_(emissions),
      progress_(progress),
      control_(control),
      poller_(poller) {
  watch_sink();
}

Writer::~Writer() {
  if (sink_->output() != nullptr) poller_.forget(*sink_->output());
}

Next Writer::step() {
  const bool has_hung_up = !poller_.take_ready().empty() && !is_flushing_;
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

void Writer::watch_sink() {
  if (const Pollable* const output = sink_->output()) {
    poller_.watch(*output, is_flushing_ ? Interest::Write : Interest::Hangup, 0);
  }
}

}  // namespace wordstream
