// Each word's total since the beginning. Words that have been silent for long may be dropped: seen
// again, they begin at zero.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "window/fold.h"
#include "words/numbered_counts.h"
#include "words/word_sums.h"

namespace wordstream {

class RunningTotals final : public Fold {
 public:
  /// Which tables an emission has, of words with their totals. The others are empty.
  struct Rows {
    bool all = false;
    bool changed = false;  ///< of the words that the batch has counted
  };

  /// A word is dropped at the end of the batch by which it has not been seen for `idle_after`, by
  /// labels less the steps of the clock; never without.
  /// `began`: when everything began, where that was before the first batch given.
  RunningTotals(Rows rows, std::optional<Millis> idle_after, HashKey key,
                std::optional<Label> began = {});

  void take(const Batch& batch) override;
  void finish(Label) override {}
  /// One emission a batch, from the beginning to the batch's end. It is never partial: nothing is
  /// missing from a total.
  std::optional<Emission> next() override;
  std::size_t word_count() const override { return sums_.size(); }

  /// The number of bytes of the totals, the totals as WordCounts has them, and for each word, in
  /// their order, the millisecond since the epoch when it was last seen, by the clock of the last
  /// batch, if that matters. All numbers are varints.
  bool remembers_all() const override { return true; }
  std::string save() const override;
  bool restore(std::string_view saved) override;

 private:
  /// The words of a batch of which some may have been seen last in it.
  struct Seen {
    Label end;
    NumberedCounts counts;
  };

  void note_seen(Label end, NumberedCounts counts);
  void relabel_seen(Millis step);
  void drop_idle(Label now);
  bool restore_last_seen(std::string_view saved);

  Rows rows_;
  std::optional<Millis> idle_after_;
  WordSums sums_;
  std::deque<Seen> seen_;         // only with idle_after_, and so is
  std::vector<Label> last_seen_;  // by number
  std::optional<Label> began_;
  std::optional<Emission> emission_;
};

}  // namespace wordstream
