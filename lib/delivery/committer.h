// The three delivery modes: in which order a batch is made durable, given to a sink, and marked as
// taken by it. Nothing else in the engine asks which mode it is. An object of the delivery loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "delivery/promise.h"
#include "delivery/retention.h"
#include "journal/journal.h"
#include "model/emission.h"
#include "model/position.h"
#include "model/progress.h"

namespace wordstream {

/// What its mode asks of a sink.
struct Duty {
  bool must_last = false;  ///< what it has taken must outlive a power loss before it says so
  bool is_asked =
      false;  ///< on a restart its own word of what it took last counts, not the journal's
};
Duty duty_of(Mode mode);

/// A sink as the committer knows it.
struct CommittedSink {
  Mode mode;
  bool shows_empty;      ///< it shows an emission without rows, too
  SinkMark taken = {};   ///< in earlier runs, and then in this one
  bool is_news = false;  ///< the journal does not know it yet
};

class Committer {
 public:
  /// Nothing is kept.
  Committer() = default;
  /// The sinks are those of the journal, in its order. `retention` knows the batches that the
  /// journal has. The journal outlives this.
  Committer(Journal& journal, std::vector<CommittedSink> sinks, Retention retention);

  /// Whether an empty batch must be kept for the sake of an emission that comes with it.
  bool must_keep(const Emission& emission) const;

  /// Makes a slice of a batch that stays open durable, with the place where its source goes on.
  Status keep(SliceRecord slice, std::optional<Position> position);

  /// The step before a batch is given to the sinks: its last slice and its end become durable.
  /// Any failure is final.
  Status before_output(SliceRecord slice, std::optional<Position> position);

  /// The step after: a sink has taken everything up to its mark, as durably as its mode needs it.
  void after_output(std::size_t sink, const SinkMark& mark);

  /// The last batch that all sinks have taken.
  std::uint64_t taken_by_all() const;

  /// Nothing is given out any more: makes durable what before_output() would have next time.
  Status finish();

 private:
  void at_most_once(std::size_t sink, std::uint64_t batch, Record& record);
  void at_least_once(std::size_t sink, Record& record);
  void exactly_once(std::size_t sink, Record& record);
  void mark_if_new(std::size_t sink, Record& record);
  std::uint64_t unneeded_through();

  Journal* journal_ = nullptr;
  std::vector<CommittedSink> sinks_;
  Retention retention_;
};

}  // namespace wordstream
