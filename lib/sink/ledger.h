// What makes a sink exactly-once, for every store that can change rows and a row of progress in one
// transaction. A ledger decides, by what the journal knows and what the store says of itself: to
// begin, to go on and from where, or to refuse, and whether a row may be there already. It does
// nothing itself, and knows no store.
//
// Only who has the epoch that stands in the store may write there. It is replaced when a run takes
// the store over, compared in every transaction, and compared for equality: of two copies of one
// checkpoint one alone goes on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "env/machine.h"
#include "model/emission.h"
#include "sink/resume.h"

namespace wordstream {

/// What a store says of itself: who has written how far. A row of it is a durable format
/// (docs/formats.md).
struct StoreProgress {
  std::string journal;         ///< to_text() of its id
  std::uint64_t batch = 0;     ///< the rows of all batches up to it are there; 0: none
  std::uint64_t epoch = 0;     ///< of the run that has written last
  ProcessName process = {};    ///< that run, where it is known
  std::string positions = {};  ///< where its source went on from there: to_text() of Positions

  friend bool operator==(const StoreProgress& one, const StoreProgress& other) {
    return one.journal == other.journal && one.batch == other.batch && one.epoch == other.epoch;
  }
};

class Ledger {
 public:
  /// `store` is what messages call it, `how_to_forget` what makes it forget who has written there;
  /// nothing in `resume`: no journal stands behind the run.
  Ledger(std::string store, std::string how_to_forget, std::optional<SinkResume> resume,
         ProcessName process);

  /// Takes in what stands in the store. Fails with BadData where the store is not what the journal
  /// knows, or is a journal's and the run has none; with Busy where another run has taken it over.
  /// A take-over of its own, the answer to which was lost, says nothing new of the store.
  Status look(const std::optional<StoreProgress>& found);

  // Requires of all that follows: look() has succeeded.

  bool has_journal() const { return resume_.has_value(); }
  /// Nobody has written there for this journal, or has been forgotten.
  bool is_new() const { return !batch_before_; }
  /// What was found, to be compared once more when it is replaced; nothing where it is new.
  const std::optional<StoreProgress>& found() const { return found_; }
  /// Every batch up to it need not be given again.
  std::uint64_t applied() const { return applied_; }

  /// What stands there from the take-over on. Requires: has_journal().
  StoreProgress taken_over() const;
  /// What stands there with a batch. It never goes back, where older batches are given again.
  /// Requires: has_journal().
  StoreProgress after(const BatchEnd& end) const;
  /// A batch's rows and progress are in the store.
  void note(const StoreProgress& written) { known_ = written; }

  /// Whether a transaction up to this batch is in a store that says this of itself; asked when the
  /// answer to a commit was lost. Fails with Busy where another run has taken the store over.
  Result<bool> is_written(const std::optional<StoreProgress>& there, std::uint64_t batch) const;

  /// Whether rows of a batch may stand there by this job's own doing: then they are the same.
  bool may_be_there(std::uint64_t batch) const { return batch_before_ && batch <= *batch_before_; }
  /// How many rows a batch has at most, where `top` is asked for now: as many as were asked for
  /// when it was first to be shown.
  std::size_t top_of(std::uint64_t batch, std::size_t top) const;

 private:
  Status check(const StoreProgress& found) const;
  bool is_taken_over(const std::optional<StoreProgress>& found) const;
  tl::unexpected<Error> refused(const std::string& why) const;

  std::string store_;
  std::string how_to_forget_;
  std::optional<SinkResume> resume_;
  ProcessName process_;
  std::optional<StoreProgress> found_;         // when it was looked at last
  StoreProgress known_;                        // as it stands there since the take-over
  std::optional<std::uint64_t> batch_before_;  // that was there before the take-over
  std::uint64_t applied_ = 0;
};

}  // namespace wordstream
