// The three delivery modes: in which order a batch is made durable, given to a sink, and marked as
// taken by it. Nothing else in the engine asks which mode it is. An object of the delivery loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "base/result.h"
#include "delivery/promise.h"
#include "delivery/retention.h"
#include "journal/journal.h"
#include "model/emission.h"
#include "model/positions.h"
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
  Mode mode = Mode::AtMostOnce;
  bool shows_empty = false;  ///< it shows an emission without rows, too
  SinkMark taken = {};       ///< in earlier runs, and then in this one
  SinkMark kept = {};        ///< as far as the journal knows
  bool is_news = false;      ///< the journal is to know more
  bool is_wanted = false;    ///< and the sink waits for that
};

class Committer {
 public:
  /// Nothing is kept, of so many sinks.
  explicit Committer(std::size_t sink_count = 0) : sinks_(sink_count) {}
  /// The sinks are those of the journal, in its order. `retention` knows the batches that the
  /// journal has. The journal outlives this.
  Committer(Journal& journal, std::vector<CommittedSink> sinks, Retention retention);

  /// `tell_source` is called from now on with how the source has moved, each time when that is
  /// durable, and not before.
  void acknowledge_to(std::function<void(const Positions& moves)> tell_source) {
    tell_source_ = std::move(tell_source);
  }

  /// Whether an empty batch must be kept for the sake of an emission that comes with it.
  bool must_keep(const Emission& emission) const;

  // Any failure of what follows is final.

  /// Makes a slice of a batch that stays open durable, with how its source has moved.
  Status keep(SliceRecord slice, const Positions& moves);
  /// The same where the source has moved, and nothing was counted.
  Status keep(const Positions& moves);

  /// The step before a batch is given to the sinks: its last slice and its end become durable.
  Status before_output(SliceRecord slice, const Positions& moves);

  /// The step after: a sink has taken everything up to its mark, as durably as its mode needs it.
  void after_output(std::size_t sink, const SinkMark& mark);

  /// The sink waits for its last mark to be durable: keep_marks() writes it, be it the one that the
  /// sink began with, which is else written with the next one.
  void want_kept(std::size_t sink);

  /// Makes the marks durable that have come since, without waiting for the next record.
  Status keep_marks();

  /// How far a sink has come by what is durable; without a journal by its own last word.
  const SinkMark& kept_mark(std::size_t sink) const { return sinks_[sink].kept; }

  /// Where the source goes on by what is durable, in all of its streams; null without a journal.
  std::shared_ptr<const Positions> positions() const;

  /// The last batch that all sinks have taken. Requires: there is a journal.
  std::uint64_t taken_by_all() const;

 private:
  void at_most_once(std::size_t sink, std::uint64_t batch, Record& record);
  void at_least_once(std::size_t sink, Record& record);
  void exactly_once(std::size_t sink, Record& record);
  void mark_if_new(std::size_t sink, Record& record);
  Status write(const Record& record);
  /// The last batch that neither a sink nor a window to come needs.
  std::uint64_t unneeded_through();

  Journal* journal_ = nullptr;
  std::function<void(const Positions&)> tell_source_;  // none where the source wants no answer
  std::vector<CommittedSink> sinks_;
  Retention retention_;
};

}  // namespace wordstream
