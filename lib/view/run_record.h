// What a run has done so far, in numbers, gathered from its events: how each of the latest batches
// went, how far every sink is, what was lost. For the page and the metrics; pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/events.h"
#include "view/run_counters.h"
#include "view/run_status.h"

namespace wordstream {

/// So many batches are remembered.
inline constexpr std::size_t kBatchRecordsMax = 1000;

struct BatchRecord {
  std::uint64_t batch = 0;  ///< 0: it was empty, and no sink had to be told of it
  Label end;
  std::uint64_t line_count = 0, byte_count = 0, word_count = 0, distinct_count = 0;
  Nanos waited{};  ///< from when it was due until it was taken up
  /// From then until the last sink had made it last; nothing before that.
  std::optional<Nanos> processed = {};
  SteadyTime taken_up{};
};

struct SinkStanding {
  std::string name;
  std::uint64_t taken = 0;  ///< every batch up to this one
  /// When it took the last one; nothing where it took none in this run.
  std::optional<SteadyTime> took = {};
  std::optional<WallTime> took_at = {};
  /// Since when it is waited for, and why; nothing as long as it answers.
  std::optional<SteadyTime> away_since = {};
  std::string why_away = {};
};

/// How often a time was how long.
struct DelayHistogram {
  static constexpr std::array<double, 14> kBounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                  0.25,  0.5,    1,     2.5,  5,     10,   60};
  std::array<std::uint64_t, kBounds.size() + 1> counts{};  ///< up to each bound; the last: above
  double sum_seconds = 0;

  void add(Nanos time);
};

class RunRecord {
 public:
  /// `sinks` are their names, in the order of the configuration.
  RunRecord(const std::vector<std::string>& sinks, Now began);

  /// An earlier run has closed batches up to `last`; the sink of that number has taken `taken`.
  void go_on(std::uint64_t last) { last_batch_ = last_batch_before_ = last; }
  void go_on(std::size_t sink, std::uint64_t taken) { sinks_[sink].taken = taken; }

  void take(const Event& event, Now now);

  Now began() const { return began_; }
  const RunStatus& status() const { return status_; }
  const RunCounters& counters() const { return counters_; }
  const std::deque<BatchRecord>& batches() const { return batches_; }  ///< the oldest first
  const DelayHistogram& waited() const { return waited_; }
  const DelayHistogram& processed() const { return processed_; }
  const std::vector<SinkStanding>& sinks() const { return sinks_; }

  /// How many batches the sink of that number has not taken, and for how long the oldest of them
  /// has been closed.
  std::uint64_t lag_batches(std::size_t sink) const;
  Nanos lag(std::size_t sink, SteadyTime now) const;
  /// For how long it has owed something and taken nothing.
  Nanos stuck(std::size_t sink, SteadyTime now) const;

  /// Whether lines can come now; or none are waited for: a file that is not there is quiet.
  bool is_connected() const { return !disconnected_since_; }
  std::optional<SteadyTime> disconnected_since() const { return disconnected_since_; }

 private:
  struct Taking;
  /// A closed batch that a sink has not taken.
  struct Pending {
    std::uint64_t batch;
    SteadyTime closed_at;
  };

  void give_out(const event::BatchGivenOut& event);
  void settle(const event::SinkTook& event, WallTime now);
  void finish(BatchRecord& record, SteadyTime at);

  Now began_;
  RunStatus status_;
  RunCounters counters_;
  std::deque<BatchRecord> batches_;
  DelayHistogram waited_, processed_;
  std::vector<SinkStanding> sinks_;
  std::deque<Pending> pending_;
  std::uint64_t last_batch_ = 0;
  std::uint64_t last_batch_before_ = 0;  // of earlier runs
  std::optional<SteadyTime> disconnected_since_;
};

}  // namespace wordstream
