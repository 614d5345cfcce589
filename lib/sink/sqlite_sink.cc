#include "sink/sqlite_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "words/order.h"

namespace wordstream {
namespace {

constexpr Millis kWaitWorthTelling{5000};
/// For whoever only looks something up, so that this is no reason to fail.
constexpr Millis kLastPatience{1000};

std::string_view advice_for(ErrorCode code) {
  switch (code) {
    case ErrorCode::BadData:
      return "put back the database that it was, or name another file";
    case ErrorCode::NoSpace:
      return "make room there, and start again";
    case ErrorCode::NotPermitted:
      return "name a place where you may write";
    case ErrorCode::CannotCreate:
      return "name a place that there is";
    case ErrorCode::Busy:
      return "stop whoever uses it, and start again";
    default:
      return "see that the disk is well, and start again";
  }
}

/// The most frequent rows, in no order if that is all of them.
std::vector<WordCount> first_by_count(const WordCounts& counts, std::size_t top) {
  if (top < counts.size()) return rows_by_count(counts, top);
  std::vector<WordCount> rows;
  rows.reserve(counts.size());
  counts.for_each([&](const WordCount& row) { rows.push_back(row); });
  return rows;
}

}  // namespace

std::string ToSqlite::name(const Files& files) const { return "sqlite:" + path(files); }
SinkClass ToSqlite::promise() const { return SinkClass::Ledger; }
bool ToSqlite::has_format() const { return false; }
bool ToSqlite::wants_all(std::optional<FormatKind> /*format*/) const { return false; }
std::string ToSqlite::path(const Files& files) const { return files.absolute(path_); }
Result<std::unique_ptr<Sink>> ToSqlite::open(const SinkContext& context) const {
  return SqliteSink::open(context.env.storage, path(context.env.files),
                          {context.top, context.is_total, context.is_given_up}, context.resume,
                          context.observer);
}

SqliteSink::SqliteSink(Storage& storage, std::string path, const SqliteOptions& options,
                       const std::optional<SinkResume>& resume, Observer& observer)
    : storage_(storage),
      path_(std::move(path)),
      options_(options),
      resume_(resume),
      observer_(observer),
      must_empty_totals_(options.is_total) {}

Result<std::unique_ptr<Sink>> SqliteSink::open(Storage& storage, const std::string& path,
                                               const SqliteOptions& options,
                                               const std::optional<SinkResume>& resume,
                                               Observer& observer) {
  std::unique_ptr<SqliteSink> sink(new SqliteSink(storage, path, options, resume, observer));
  if (Status begun = sink->begin(); !begun) return sink->explained(begun.error());
  return sink;
}

bool SqliteSink::wait_for_others(Millis waited) {
  if (waited >= kWaitWorthTelling && !std::exchange(is_wait_told_, true)) {
    observer_.on(event::OutputBusy{path_});
  }
  if (!options_.is_given_up || !options_.is_given_up()) return true;
  if (!waits_at_most_) waits_at_most_ = waited + kLastPatience;
  return waited < *waits_at_most_;
}

Status SqliteSink::begin() {
  DatabaseOptions options;
  options.while_busy = [this](Millis waited) { return wait_for_others(waited); };
  Result<std::unique_ptr<Database>> database = storage_.open_database(path_, options);
  if (!database) return fail(database);
  database_ = std::move(*database);
  if (Status ready = prepare_database(); !ready) return ready;
  Result<SqliteRows> rows = SqliteRows::prepare(*database_, table());
  if (!rows) return fail(rows);
  rows_.emplace(std::move(*rows));
  return {};
}

/// The database as we want it, and, with a journal, our place in it.
Status SqliteSink::prepare_database() {
  // Large pages cost least here; a database that has other ones keeps them. EXTRA: with less, a
  // power loss could bring back a rollback journal that was removed, and undo what was
  // acknowledged.
  Status set = database_->execute(
      "PRAGMA page_size = 16384; PRAGMA synchronous = EXTRA; PRAGMA cache_size = -32768");
  if (!set) return set;
  if (Status left = leave_wal(); !left) return left;
  if (Status begun = begin_transaction(); !begun) return begun;
  Status ensured = ensure_table(*database_, table());
  if (!ensured) return ensured;
  Status ready = resume_ ? go_on() : check_unowned();
  if (!ready) return ready;
  return commit();
}

/// A database may come in the mode of a write-ahead log, of which older SQLites have lost pages.
Status SqliteSink::leave_wal() {
  Result<Statement> mode = database_->prepare("PRAGMA journal_mode = DELETE");
  if (!mode) return fail(mode);
  const Result<bool> row = mode->step();
  if (!row) return fail(row);
  if (*row && mode->bytes(0) == "delete") return {};
  return fail(ErrorCode::Busy, fmt::format("{}: others use it in another journal mode", path_));
}

/// Without a journal: nobody who has one counts on what is there.
Status SqliteSink::check_unowned() {
  const Result<bool> has_progress = has_table(*database_, SqliteTable::Progress);
  if (!has_progress) return fail(has_progress);
  if (!*has_progress) return {};
  const Result<std::optional<SqliteProgress>> found = read_progress(*database_);
  if (!found) return fail(found);
  if (!*found) return {};
  return refused(fmt::format("it is written with the journal {}, and this run has no --checkpoint",
                             (*found)->journal));
}

/// Where the journal and the database say that we are; from now on nobody but us can write.
Status SqliteSink::go_on() {
  Status ensured = ensure_table(*database_, SqliteTable::Progress);
  if (!ensured) return ensured;
  const Result<std::optional<SqliteProgress>> found = read_progress(*database_);
  if (!found) return fail(found);
  mark_.applied = resume_->mark.applied;
  if (!*found) return begin_progress();
  const SqliteProgress& progress = **found;
  if (Status checked = check(progress); !checked) return checked;
  // What the database has lost since, a copy of it being put back, it gets again.
  if (resume_->must_last) mark_.applied = std::min(mark_.applied, progress.batch);
  if (resume_->is_exactly_once) mark_.applied = progress.batch;
  must_empty_totals_ = false;
  return fence(progress);
}

Status SqliteSink::check(const SqliteProgress& progress) const {
  const std::string ours = to_text(resume_->journal);
  if (progress.journal != ours) {
    return refused(fmt::format("it was written with the journal {}, and this one is {}",
                               progress.journal, ours));
  }
  // Refused before it is fenced off: whoever has taken over is in the right, and is to go on.
  if (!resume_->is_own(progress.epoch)) {
    return fail(ErrorCode::Busy,
                fmt::format("{}: another wordstream has taken over, with a copy of this checkpoint "
                            "(its epoch {} was none of this one); go on with that copy, or, where "
                            "that is lost, set epoch to 0 in wordstream_progress",
                            path_, progress.epoch));
  }
  if (progress.batch > resume_->last_batch) {
    return refused(fmt::format("its last batch is {}, and the journal {} ends with {}",
                               progress.batch, ours, resume_->last_batch));
  }
  if (resume_->must_last && progress.batch + 1 < resume_->first_kept) {
    return refused(fmt::format("its last batch is {}, and the journal {} goes back to {} only",
                               progress.batch, ours, resume_->first_kept));
  }
  return {};
}

Status SqliteSink::begin_progress() {
  if (mark_.applied != 0) observer_.on(event::OutputNew{path_});
  if (Status emptied = empty_totals(); !emptied) return emptied;
  return database_->execute(fmt::format("INSERT INTO wordstream_progress VALUES ('{}', {}, {})",
                                        to_text(resume_->journal), mark_.applied, resume_->epoch));
}

/// Totals begin with the journal, or with the run: those of another one would mix with ours.
Status SqliteSink::empty_totals() {
  if (!std::exchange(must_empty_totals_, false)) return {};
  return database_->execute("DELETE FROM totals");
}

/// Our epoch in place of the one that was found: whoever wrote with that can do so no more.
Status SqliteSink::fence(const SqliteProgress& found) {
  return database_->execute(
      fmt::format("UPDATE wordstream_progress SET epoch = {} WHERE journal = '{}'", resume_->epoch,
                  found.journal));
}

Status SqliteSink::note_progress(std::uint64_t batch) {
  Result<Statement> update =
      database_->prepare(fmt::format("UPDATE wordstream_progress SET batch = max(batch, {}) "
                                     "WHERE journal = '{}' AND epoch = {} RETURNING batch",
                                     batch, to_text(resume_->journal), resume_->epoch));
  if (!update) return fail(update);
  const Result<bool> row = update->step();
  if (!row) return fail(row);
  if (*row) return update->run();
  return fail(ErrorCode::Busy, fmt::format("{}: another wordstream has taken over", path_));
}

Status SqliteSink::begin_transaction() {
  if (is_in_transaction_) return {};
  // IMMEDIATE: who begins as a reader and writes later may wait for others who wait for him.
  Status begun = database_->execute("BEGIN IMMEDIATE");
  is_in_transaction_ = begun.has_value();
  return begun ? storage_.make_rollback_journal(*database_) : begun;
}

Status SqliteSink::commit() {
  is_in_transaction_ = false;
  Status committed = database_->execute("COMMIT");
  if (committed) is_wait_told_ = false;
  return committed;
}

void SqliteSink::take(const Emission& emission) {
  if (!emission.changed->empty()) taken_ = emission;
}

Result<bool> SqliteSink::flush() {
  if (!taken_) return true;
  // The last one of a batch waits for settle(): until then others have the database. More than one
  // is not kept, for it may be large.
  if (const Status written = write_kept(); !written) return explained(written.error());
  kept_ = std::exchange(taken_, std::nullopt);
  return true;
}

Status SqliteSink::write_kept() {
  const std::optional<Emission> emission = std::exchange(kept_, std::nullopt);
  return emission ? write(*emission) : Status();
}

Status SqliteSink::write(const Emission& emission) {
  if (Status begun = begin_transaction(); !begun) return begun;
  if (Status emptied = empty_totals(); !emptied) return emptied;
  const bool is_given_again = resume_ && emission.batch <= resume_->last_batch;
  const std::size_t top = is_given_again ? resume_->shown_before.top : options_.top;
  return rows_->write(emission.interval, first_by_count(*emission.changed, top));
}

Result<SinkMark> SqliteSink::settle(std::uint64_t batch) {
  const Status settled = finish_batch(batch);
  if (!settled) return explained(settled.error());
  mark_.applied = batch;
  return mark_;
}

Status SqliteSink::finish_batch(std::uint64_t batch) {
  if (Status written = write_kept(); !written) return written;
  if (resume_) {
    if (Status begun = begin_transaction(); !begun) return begun;
    if (Status noted = note_progress(batch); !noted) return noted;
  }
  return is_in_transaction_ ? commit() : Status();
}

SqliteTable SqliteSink::table() const {
  return options_.is_total ? SqliteTable::Totals : SqliteTable::Counts;
}

tl::unexpected<Error> SqliteSink::refused(const std::string& why) const {
  return fail(ErrorCode::BadData, fmt::format("{}: {}", path_, why));
}

tl::unexpected<Error> SqliteSink::explained(const Error& error) const {
  return fail(error.code,
              fmt::format("cannot write to {}; {}", error.message, advice_for(error.code)));
}

}  // namespace wordstream
