#include "view/run_record.h"

#include <algorithm>
#include <variant>

namespace wordstream {

void DelayHistogram::add(Nanos time) {
  const double seconds = std::chrono::duration<double>(time).count();
  const auto* const bound = std::ranges::lower_bound(kBounds, seconds);
  ++counts[static_cast<std::size_t>(bound - kBounds.begin())];
  sum_seconds += seconds;
}

RunRecord::RunRecord(const std::vector<std::string>& sinks, Now began) : began_(began) {
  for (const std::string& name : sinks) sinks_.push_back({name});
}

/// What each event changes.
struct RunRecord::Taking {
  RunRecord& record;
  Now now;
  RunCounters& counters = record.counters_;

  void connect() const { record.disconnected_since_.reset(); }
  void disconnect() const {
    if (!record.disconnected_since_) record.disconnected_since_ = now.steady;
  }

  void operator()(const event::Connected& /*e*/) const {
    ++counters.connections;
    connect();
  }
  void operator()(const event::ClientJoined& /*e*/) const { ++counters.connections; }
  void operator()(const event::Waiting& /*e*/) const { disconnect(); }
  void operator()(const event::Disconnected& /*e*/) const { disconnect(); }
  void operator()(const event::LinesCut& e) const { counters.cut_lines += e.line_count; }
  void operator()(const event::LineDropped& /*e*/) const { ++counters.dropped_lines; }
  void operator()(const event::LinesLookedAt& e) const {
    counters.left_out_lines += e.left_out_count;
    counters.keyless_lines += e.keyless_count;
  }
  void operator()(const event::TicksSkipped& e) const { counters.skipped_ticks += e.tick_count; }
  void operator()(const event::Truncated& e) const {
    if (e.copy.empty()) ++counters.truncated_files;
  }
  void operator()(const event::LineGrown& /*e*/) const { ++counters.grown_lines; }
  void operator()(const event::AcceptFailed& /*e*/) const { ++counters.failed_accepts; }
  void operator()(const event::Repeated& /*e*/) const { ++counters.repeated_files; }
  void operator()(const event::Forgotten& /*e*/) const { ++counters.forgotten_files; }
  void operator()(const event::ZerosSkipped& e) const {
    counters.skipped_zero_bytes += e.byte_count;
  }
  void operator()(const event::Lost& /*e*/) const { ++counters.lost_files; }
  void operator()(const event::RotatedUnread& /*e*/) const { ++counters.lost_files; }
  void operator()(const event::MessagesLost& e) const { counters.lost_messages += e.count_max; }
  void operator()(const event::RowsLost& e) const { counters.lost_rows += e.count; }
  void operator()(const event::WordsTruncated& e) const { counters.truncated_words += e.count; }
  void operator()(const event::Uncounted& e) const { counters.uncounted_bytes += e.byte_count; }
  void operator()(const event::RelpTotals& e) const { counters.relp = e; }
  void operator()(const event::RelpSoFar& e) const { counters.relp = e.totals; }
  void operator()(const event::OutputAway& e) const { lose_sink(e.sink, e.why); }
  void operator()(const event::OutputBusy& e) const {
    lose_sink(e.sink, e.path + ": held by another process");
  }
  void operator()(const event::OutputBack& e) const { record.sinks_[e.sink].away_since.reset(); }
  void operator()(const event::BatchClosed& e) const {
    ++counters.batches;
    counters.lines += e.line_count;
    counters.words += e.total_word_count;
    counters.bytes += e.byte_count;
    record.waited_.add(e.waited);
    if (record.batches_.size() == kBatchRecordsMax) record.batches_.pop_front();
    record.batches_.push_back({.end = e.end,
                               .line_count = e.line_count,
                               .byte_count = e.byte_count,
                               .word_count = e.total_word_count,
                               .distinct_count = e.word_count,
                               .waited = e.waited,
                               .taken_up = e.taken_up});
  }
  void operator()(const event::BatchGivenOut& e) const { record.give_out(e); }
  void operator()(const event::SinkTook& e) const { record.settle(e, now.wall); }
  template <class Other>
  void operator()(const Other& /*event*/) const {}

  void lose_sink(std::size_t number, const std::string& why) const {
    SinkStanding& sink = record.sinks_[number];
    if (!sink.away_since) sink.away_since = now.steady;
    sink.why_away = why;
  }
};

void RunRecord::take(const Event& event, Now now) {
  status_.take(event);
  std::visit(Taking{*this, now}, event);
}

// It comes before any sink is told of the batch's end. Without an id they are told of none.
void RunRecord::give_out(const event::BatchGivenOut& event) {
  const auto record = std::ranges::find(batches_.rbegin(), batches_.rend(), event.end,
                                        [](const BatchRecord& each) { return each.end; });
  if (event.batch == 0 || sinks_.empty()) {
    if (record != batches_.rend()) finish(*record, event.at);
    return;
  }
  last_batch_ = std::max(last_batch_, event.batch);
  if (record == batches_.rend()) return;
  record->batch = event.batch;
  pending_.push_back({event.batch, record->taken_up});
}

void RunRecord::settle(const event::SinkTook& event, WallTime now) {
  SinkStanding& sink = sinks_[event.sink];
  sink.taken = std::max(sink.taken, event.batch);
  sink.took = event.at;
  sink.took_at = now;
  sink.away_since.reset();
  const std::uint64_t taken_by_all =
      std::ranges::min_element(sinks_, {}, &SinkStanding::taken)->taken;
  while (!pending_.empty() && pending_.front().batch <= taken_by_all) {
    const auto record = std::ranges::find(batches_, pending_.front().batch, &BatchRecord::batch);
    if (record != batches_.end()) finish(*record, event.at);
    pending_.pop_front();
  }
}

void RunRecord::finish(BatchRecord& record, SteadyTime at) {
  record.processed = std::max(Nanos(0), at - record.taken_up);
  processed_.add(*record.processed);
}

std::uint64_t RunRecord::lag_batches(std::size_t sink) const {
  return last_batch_ - std::min(last_batch_, sinks_[sink].taken);
}

Nanos RunRecord::lag(std::size_t sink, SteadyTime now) const {
  const std::uint64_t taken = sinks_[sink].taken;
  if (taken >= last_batch_) return Nanos(0);
  if (taken < last_batch_before_) return now - began_.steady;
  const auto oldest =
      std::ranges::find_if(pending_, [&](const Pending& each) { return each.batch > taken; });
  return oldest == pending_.end() ? Nanos(0) : now - oldest->closed_at;
}

Nanos RunRecord::stuck(std::size_t sink, SteadyTime now) const {
  const Nanos owed = lag(sink, now);
  const std::optional<SteadyTime> took = sinks_[sink].took;
  return took ? std::min(owed, now - *took) : owed;
}

}  // namespace wordstream
