// Counts over the last while: windows that slide, tumble (slide = length) or leave gaps (slide >
// length) over batches. A window ends at every multiple of the slide since the epoch and covers the
// batches of the `length` before it.
//
// Incremental: what all batches of the window hold together is one table, to which a new batch is
// added and from which one that has left is taken away. Batches are kept packed until they leave.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>

#include "base/time.h"
#include "window/fold.h"
#include "words/numbered_counts.h"
#include "words/word_sums.h"

namespace wordstream {

struct WindowShape {
  Millis length;
  Millis slide;
};

class SlidingWindow final : public Fold {
 public:
  /// Requires: length and slide are multiples of the batches' interval, whose ends are multiples of
  /// it, too. `began` is when everything began, where that was before the first batch given: no
  /// window starts earlier.
  SlidingWindow(WindowShape shape, HashKey key, std::optional<Label> began = {});

  void take(const Batch& batch) override;
  void finish(Label end) override { run_end_ = end; }

  /// A window that ends with a batch is due even if it is empty. One whose end has passed between
  /// two batches (a stall, a run that was down) is due, late, if it holds anything. At the end of
  /// the run the window then open is due, partial, if it holds anything.
  std::optional<Emission> next() override;
  std::size_t word_count() const override { return sums_.size(); }

  /// How much memory its table and its packed batches hold; without what it shares with emissions.
  std::size_t byte_count() const;

 private:
  /// A batch that some window still covers.
  struct Kept {
    Label end;
    NumberedCounts counts;
  };

  std::optional<Emission> next_until(Label label);
  std::optional<Emission> last(Label end);
  Emission serve_due();
  void add(const Batch& batch);
  void drop_before(Label start);
  Emission emit(Label end);

  WindowShape shape_;
  WordSums sums_;
  std::shared_ptr<const WordCounts> packed_;  // the sums; null where they have changed since
  std::deque<Kept> kept_;
  std::optional<Label> began_;
  Label due_;                     // the next multiple of the slide that has not been served
  Label covered_ = Label::min();  // the end of the last batch
  Label last_partial_end_ = Label::min();  // of the window that was open at the end of a run
  std::optional<Batch> taken_;             // and still to be added
  std::optional<Label> run_end_;
};

}  // namespace wordstream
