// A row store in a SQLite database: a file on this machine, with other processes beside us that
// have it now and then. A connection to it is never lost.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "env/storage.h"
#include "sink/row_store.h"
#include "sink/sink_choice.h"
#include "sink/sqlite_tables.h"

namespace wordstream {

/// Tables in a database.
class ToSqlite final : public SinkTarget {
 public:
  static constexpr SinkClass kPromise = SinkClass::Ledger;
  /// Reads a path.
  static Result<ParsedTarget> parse(std::string_view text);
  explicit ToSqlite(std::string path) : path_(std::move(path)) {}

  std::string name(const Files& files) const override;
  SinkClass promise() const override;
  bool has_format() const override;
  bool wants_all(std::optional<FormatKind> format) const override;
  std::string path(const Files& files) const override;
  std::vector<std::string> notes(const Env& /*env*/) const override { return {}; }
  Result<std::unique_ptr<Sink>> open(const SinkContext& context) const override;

 private:
  std::string path_;  // as it was typed
};

class SqliteStore final : public RowStore {
 public:
  /// The database at `path`, which is absolute. Rows go into counts, or into totals. With a journal
  /// a table of the progress's name must be ours. Storage outlives the store.
  SqliteStore(Storage& storage, std::string path, SqliteTable table, bool has_journal)
      : storage_(storage), path_(std::move(path)), table_(table), has_journal_(has_journal) {}

  const std::string& name() const override { return path_; }
  Result<Act> read_progress(std::optional<StoreProgress>& progress) override;
  Result<Act> take_over(const TakeOver& take_over) override;
  Result<Act> begin() override;
  Result<Act> clear_totals() override;
  void give(NewRows rows) override { given_ = std::move(rows); }
  Result<Act> write() override;
  Result<Act> note(const StoreProgress& progress) override;
  Result<Act> commit() override;
  bool can_be_lost() const override { return false; }
  std::string_view advice_for(ErrorCode code) const override;

 private:
  /// Opens the database, where that has not been done, as we want it.
  Status connect();
  Result<Act> leave_wal();
  /// What stands there now, and whether it is what was found.
  Result<bool> is_as_found(const TakeOver& take_over);
  Status change_hands(const TakeOver& take_over);
  /// How an act has ended that has undone the transaction where it was not done.
  Result<Act> undone(const Act& act);

  Storage& storage_;
  std::string path_;
  SqliteTable table_;
  bool has_journal_;
  NewRows given_ = {};
  bool is_changing_hands_ = false;  // but for the commit, for which others are in the way
  // In this order: statements go before their database.
  std::unique_ptr<Database> database_;
  std::optional<SqliteRows> rows_;            // that are not there
  std::optional<SqliteRows> replacing_rows_;  // that may be there
  std::optional<Statement> note_;
};

}  // namespace wordstream
