#include "engine/writer.h"

#include <utility>

namespace wordstream {
namespace {

constexpr std::uint64_t kOutputToken = 0;

}  // namespace

Writer::Writer(std::unique_ptr<Sink> sink, EmissionChannel& emissions, Control& control,
               Poller& poller)
    : sink_(std::move(sink)), emissions_(emissions), control_(control), poller_(poller) {
  poller_.watch(sink_->output(), Interest::Hangup, kOutputToken);
}

Writer::~Writer() { poller_.forget(sink_->output()); }

Next Writer::step() {
  const bool has_hung_up = !poller_.take_ready().empty() && !is_flushing_;
  if (control_.is_abandoned()) return Next::done();
  if (is_flushing_) return flush();
  if (has_hung_up) {
    control_.abandon(Error{ErrorCode::Closed, "nobody reads stdout any more"});
    return Next::done();
  }
  const std::optional<Emission> emission = emissions_.pop();
  if (!emission) return emissions_.is_drained() ? Next::done() : Next::wait();
  sink_->take(*emission);
  is_flushing_ = true;
  return Next::again();
}

Next Writer::flush() {
  const Result<bool> flushed = sink_->flush();
  if (!flushed) {
    control_.abandon(flushed.error());
    return Next::done();
  }
  is_flushing_ = !*flushed;
  poller_.watch(sink_->output(), is_flushing_ ? Interest::Write : Interest::Hangup, kOutputToken);
  return is_flushing_ ? Next::wait() : Next::again();
}

}  // namespace wordstream
