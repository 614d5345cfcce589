#include "engine/writer.h"

#include <utility>
#include <variant>

namespace wordstream {

Writer::Writer(const RunContext& run, std::unique_ptr<Sink> sink, EmissionChannel& emissions,
               SinkProgress& progress, Poller& poller, std::size_t number)
    : run_(run),
      sink_(std::move(sink)),
      emissions_(emissions),
      progress_(progress),
      poller_(poller),
      number_(number),
      told_(sink_->mark().value_or(SinkMark()).applied) {
  watch_output();
}

Writer::~Writer() {
  if (sink_->output() != nullptr) poller_.forget(*sink_->output());
}

// The sink does what it was asked for before it is asked for more: an emission, the end of a batch,
// at last to finish. What the journal has of it it is told in between, and while it waits for that
// it is asked for nothing.
Next Writer::step() {
  const bool has_hung_up = !poller_.take_ready().empty() && !is_busy_;
  if (run_.control.is_abandoned()) return Next::done();
  if (is_busy_) return work();
  if (has_hung_up) {
    run_.control.abandon(Error{ErrorCode::Closed, "nobody reads stdout any more"});
    return Next::done();
  }
  if (const std::optional<SinkMark> kept = progress_.take_kept()) sink_->marked(*kept);
  if (std::optional<SinkMark> awaited = sink_->awaited_mark()) {
    progress_.await(std::move(*awaited));
    return Next::wait();
  }
  if (is_finished_) {
    progress_.finish();
    return Next::done();
  }
  if (!ask()) return Next::wait();
  is_busy_ = true;
  return Next::again();
}

bool Writer::ask() {
  const std::uint64_t reopen_count = run_.control.reopen_count();
  if (std::exchange(reopen_count_, reopen_count) != reopen_count) {
    sink_->reopen();
    return true;
  }
  const std::optional<Delivery> next = emissions_.pop();
  if (!next) {
    if (put_off_) {
      // Nothing came after all.
      sink_->settle(*std::exchange(put_off_, std::nullopt), false);
      return true;
    }
    if (!emissions_.is_drained()) return false;
    sink_->finish();
    is_finished_ = true;
    return true;
  }
  if (const Emission* const emission = std::get_if<Emission>(&*next)) {
    sink_->take(*emission);
    return true;
  }
  const BatchEnd& end = std::get<BatchEnd>(*next);
  const bool is_more_waiting = !emissions_.empty();
  put_off_ = is_more_waiting ? std::optional(end) : std::nullopt;
  sink_->settle(end, is_more_waiting);
  return true;
}

Next Writer::work() {
  const Result<Turn> turn = sink_->turn(run_.clock.steady());
  if (!turn) {
    run_.control.abandon(turn.error());
    return Next::done();
  }
  if (std::optional<SinkMark> mark = sink_->mark()) note(std::move(*mark));
  is_busy_ = turn->state != Turn::State::Ended;
  watch_output();
  return turn->state == Turn::State::Idle ? Next::wait(turn->wake_at) : Next::again();
}

void Writer::note(SinkMark mark) {
  if (std::exchange(told_, mark.applied) != mark.applied) {
    run_.observer.on(event::SinkTook{number_, mark.applied, run_.clock.steady()});
  }
  progress_.set(std::move(mark));
}

void Writer::watch_output() {
  if (const Pollable* const output = sink_->output()) {
    poller_.watch(*output, is_busy_ ? Interest::Write : Interest::Hangup, 0);
  }
}

}  // namespace wordstream
