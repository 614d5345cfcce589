// Writes emissions into tables of a SQLite database, a batch in one transaction, which begins as
// late as it can: whoever reads sees all of it or nothing. With a journal, the row that says how
// far it has come is in the same transaction, so that a restart takes its word for it.
//
// While others hold the database it is waited for. Any other failure is final.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "env/storage.h"
#include "model/events.h"
#include "sink/resume.h"
#include "sink/sink_choice.h"
#include "sink/sqlite_tables.h"

namespace wordstream {

struct SqliteOptions {
  std::size_t top;        ///< rows of an emission at most, the most frequent; kAllRows for all
  bool is_total = false;  ///< emissions are totals, and fill a table of their own
  /// Asked while it waits for others: whether there is no point in waiting any more. They get one
  /// more second then.
  std::function<bool()> is_given_up = {};
};

/// Tables in a database.
class ToSqlite final : public SinkTarget {
 public:
  explicit ToSqlite(std::string path) : path_(std::move(path)) {}

  std::string name(const Files& files) const override;
  SinkClass promise() const override;
  bool has_format() const override;
  bool wants_all(std::optional<FormatKind> format) const override;
  std::string path(const Files& files) const override;
  Result<std::unique_ptr<Sink>> open(const SinkContext& context) const override;

 private:
  std::string path_;  // as it was typed
};

class SqliteSink final : public Sink {
 public:
  /// Without `resume` nothing stands behind it. Fails with BadData where there is no database, or
  /// another one than the journal knows, or tables of the same names that are not ours; with Busy
  /// where a copy of the journal has taken it over; and as Database does. Storage and
  /// observer outlive the sink.
  static Result<std::unique_ptr<Sink>> open(Storage& storage, const std::string& path,
                                            const SqliteOptions& options,
                                            const std::optional<SinkResume>& resume,
                                            Observer& observer);

  std::optional<SinkMark> mark() const override { return mark_; }
  void take(const Emission& emission) override;
  Result<bool> flush() override;
  Result<SinkMark> settle(std::uint64_t batch) override;

 private:
  SqliteSink(Storage& storage, std::string path, const SqliteOptions& options,
             const std::optional<SinkResume>& resume, Observer& observer);

  bool wait_for_others(Millis waited);
  Status begin();
  Status prepare_database();
  Status leave_wal();
  Status go_on();
  Status check_unowned();
  Status check(const SqliteProgress& progress) const;
  Status begin_progress();
  Status fence(const SqliteProgress& found);
  Status empty_totals();
  Status note_progress(std::uint64_t batch);
  Status begin_transaction();
  Status commit();
  Status write_kept();
  Status write(const Emission& emission);
  Status finish_batch(std::uint64_t batch);
  SqliteTable table() const;
  tl::unexpected<Error> refused(const std::string& why) const;
  tl::unexpected<Error> explained(const Error& error) const;

  Storage& storage_;
  std::string path_;
  SqliteOptions options_;
  std::optional<SinkResume> resume_;
  Observer& observer_;
  bool is_wait_told_ = false;
  std::optional<Millis> waits_at_most_;  ///< once it has been given up
  std::unique_ptr<Database> database_;
  std::optional<SqliteRows> rows_;
  bool is_in_transaction_ = false;
  bool must_empty_totals_;
  std::optional<Emission> taken_;
  std::optional<Emission> kept_;  ///< flushed, as far as others see
  SinkMark mark_;
};

}  // namespace wordstream
