// A store of rows as a row sink sees it: transactions, and a row that says how far it has come.
// What each act does is the store's; when it is done, and what follows from how it has ended, is
// the sink's (sink/row_sink.h) and the ledger's (sink/ledger.h).
//
// Of one thread. No act waits for others: it says NotNow, and is done again later. One that a
// server has not answered yet is asked for again, until it has ended.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/batch.h"
#include "sink/ledger.h"
#include "words/word_counts.h"

namespace wordstream {

/// How an act has ended that has not failed for good.
struct Act {
  enum class State {
    Done,
    UnderWay,   ///< asked for, and not answered yet: do it again to hear how it ends
    NotNow,     ///< others are in the way, and nothing has changed: do it again
    Undone,     ///< others were in the way: the transaction is undone, and a new one may do better
    Lost,       ///< the connection, and with it the transaction; see is_commit_unknown
    Overtaken,  ///< another progress stands there than is to be replaced
  };
  State state;
  /// Of NotNow, Undone and Lost, for people: "/out.db: database is locked"; of UnderWay where it is
  /// known.
  std::string why = {};
  bool has_moved = false;          ///< of UnderWay: a part of it is done
  bool is_commit_unknown = false;  ///< of Lost: it was asked for, and may have been made

  static Act done() { return {State::Done}; }
  static Act under_way(bool has_moved = false, std::string why = {}) {
    return {State::UnderWay, std::move(why), has_moved};
  }
  static Act not_now(std::string why) { return {State::NotNow, std::move(why)}; }
  static Act undone(std::string why) { return {State::Undone, std::move(why)}; }
  static Act lost(std::string why, bool is_commit_unknown = false) {
    return {State::Lost, std::move(why), false, is_commit_unknown};
  }
  static Act overtaken() { return {State::Overtaken}; }
  bool is_done() const { return state == State::Done; }
};

/// How a store changes hands.
struct TakeOver {
  std::optional<StoreProgress> found;  ///< what is to be replaced; nothing: there must be none
  std::optional<StoreProgress> ours;   ///< nothing without a journal: then no progress is kept
  bool clears_totals = false;          ///< those that are there are another job's
};

/// Rows of one batch or window.
struct NewRows {
  std::uint64_t batch;
  Interval interval;
  std::vector<WordCount> rows;  ///< in any order
  bool may_be_there = false;    ///< by this job's own doing
};

class RowStore {
 public:
  virtual ~RowStore() = default;

  /// "/out.db": what messages call it. It holds no secret.
  virtual const std::string& name() const = 0;

  /// What time it is for the acts that follow.
  virtual void set_time(SteadyTime /*now*/) {}

  // Each fails for good with BadData where the store is none of ours, else as its door says.

  /// Reads how far it has come into `progress`; nothing where nobody has said. Changes nothing that
  /// others can see. Connects where there is no connection; any other act is Lost then. When the
  /// answer to a commit was lost it is NotNow as long as that commit may still be made. Requires:
  /// no transaction is open.
  virtual Result<Act> read_progress(std::optional<StoreProgress>& progress) = 0;
  /// Makes the tables that are missing, and changes hands, in one transaction. Requires: as before.
  virtual Result<Act> take_over(const TakeOver& take_over) = 0;

  // A transaction: begin(), then the others in any order, then commit(). NotNow is the answer of
  // the first and the last alone. After Undone, Lost and Overtaken none is open. After an error the
  // store is of no more use.

  virtual Result<Act> begin() = 0;
  virtual Result<Act> clear_totals() = 0;
  /// Hands over rows of different words, for write(). They outlive it, or the transaction.
  virtual void give(NewRows rows) = 0;
  /// Adds the rows that were handed over last; in place of others with the same keys where these
  /// may be there, and always where the rows are totals. Fails else with AlreadyThere, be it later:
  /// a store may take the rows of several together.
  virtual Result<Act> write() = 0;
  /// Sets the progress where the same journal and epoch stand there; else Overtaken.
  virtual Result<Act> note(const StoreProgress& progress) = 0;
  virtual Result<Act> commit() = 0;
  /// What was committed without an answer being waited for has come there, or is lost. Nothing is
  /// asked for behind it. Requires: no transaction is open.
  virtual Result<Act> finish() { return Act::done(); }

  /// Whether it keeps the progress that it is given: one that does not says nothing of itself, and
  /// what the journal knows of it counts.
  virtual bool keeps_progress() const { return true; }
  /// Whether an act can end as Undone or Lost: what a transaction is made of must be kept until it
  /// is committed.
  virtual bool can_be_lost() const = 0;
  /// What to do about a failure: "put back the database that it was, or name another file".
  virtual std::string_view advice_for(ErrorCode code) const = 0;
  /// How somebody makes it forget who has written there: "set epoch to 0 in wordstream_progress".
  virtual std::string how_to_forget() const { return "set epoch to 0 in wordstream_progress"; }
};

}  // namespace wordstream
