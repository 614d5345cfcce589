// A row store on a PostgreSQL server, which others use, which can go away, and whose last answer
// can get lost. No session state is left behind a transaction, so that a pooler may stand between.
//
// Whoever had the store before may have been stopped in the middle of a statement, and then holds
// its progress for ever: who takes the store over ends the connections of those that have gone
// before it with the same journal, which it knows by the name that they give the server.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "env/postgres.h"
#include "sink/postgres_rows.h"
#include "sink/postgres_tables.h"
#include "sink/resume.h"
#include "sink/row_store.h"

namespace wordstream {

class PostgresStore final : public RowStore {
 public:
  /// The table at the server of `uri`; `name` is what messages call it. Nothing in `resume`: no
  /// journal stands behind the run.
  PostgresStore(std::string uri, std::string name, PostgresTable table, bool is_total,
                const std::optional<SinkResume>& resume);

  const std::string& name() const override { return name_; }
  Result<Act> read_progress(std::optional<StoreProgress>& progress) override;
  Result<Act> take_over(const TakeOver& take_over) override;
  Result<Act> begin() override;
  Result<Act> clear_totals() override;
  void give(NewRows rows) override;
  Result<Act> write() override;
  Result<Act> note(const StoreProgress& progress) override;
  Result<Act> commit() override;
  bool can_be_lost() const override { return true; }
  std::string_view advice_for(ErrorCode code) const override;

 private:
  using Rows = std::vector<std::vector<std::string>>;
  /// A statement, and what to make of its answer: a failure, an act's end other than Done, or to go
  /// on.
  struct Step {
    PostgresStatement statement;
    std::function<Result<Act>(const Rows&)> take = {};
    bool is_commit = false;  ///< of what must not be done twice
  };
  using Steps = std::deque<Step>;

  Result<Act> connect();
  static Step commit_step() { return {{"COMMIT"}, {}, true}; }
  // What the answer on the progress, asked for or set on a condition, has to be.
  static Result<Act> must_be_there(const Rows& rows);
  static Result<Act> must_not_be_there(const Rows& rows);
  /// Goes on with an act, step by step; `make` says which those are when it begins. Where a lock is
  /// not to be had, what `when_locked` says is done, and the act is NotNow; without that, Undone.
  Result<Act> run(std::string_view act, const std::function<Steps()>& make,
                  const std::function<Steps()>& when_locked = {});
  Steps first_steps() const;
  Steps end_ours() const;
  Result<Act> take_tables(const Rows& rows, bool keeps_progress);
  Steps missing_tables() const;
  Steps rest_of_rows();
  Result<Act> ended(Result<Act> act);
  Result<Act> refused(const PostgresReply& reply);
  Result<Act> lost(const PostgresReply& reply);
  tl::unexpected<Error> failed(ErrorCode code, std::string_view why) const;

  PostgresConnection connection_;
  std::string name_;
  std::string application_;
  PostgresTable named_;  // as it was typed
  bool is_total_;
  std::optional<StoreProgress> ours_;     // journal and epoch; none without a journal
  std::optional<PostgresTables> tables_;  // once it is connected; it does not move

  Steps steps_;                      // of the act that is under way
  std::string_view under_way_ = {};  // its name; empty: none is
  std::optional<Act> end_ = {};      // of that act, when these are done, where it is not Done
  std::optional<PostgresRows> rows_;
  struct Found {
    bool rows = false, progress = false, long_words = false;
  };
  Found found_;  // of our tables
  std::optional<StoreProgress> read_ = {};
  std::optional<StoreProgress> noted_ = {};  // in the open transaction
  int backend_ = 0;                          // of this connection
  std::vector<int> lost_backends_;           // of those before it, since the last commit
  bool is_committing_ = false;               // a COMMIT was sent and not answered
  bool is_commit_unknown_ = false;           // on a connection that is lost
};

}  // namespace wordstream
