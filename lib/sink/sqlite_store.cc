#include "sink/sqlite_store.h"

#include <fmt/format.h>

#include "env/storage_error.h"
#include "sink/row_sink.h"

namespace wordstream {
namespace {

/// Others who have the database now are no failure.
Result<Act> act_of(const Status& status) {
  if (status) return Act::done();
  if (status.error().code == ErrorCode::Busy) return Act::not_now(status.error().message);
  return fail(status);
}

/// Of an act within a transaction, in which nobody can be in the way.
Result<Act> done_or_failed(const Status& status) {
  if (!status) return fail(status);
  return Act::done();
}

}  // namespace

Result<ParsedTarget> ToSqlite::parse(std::string_view text) {
  Result<ParsedPath> parsed = parse_path(text);
  if (!parsed) return fail(parsed);
  return ParsedTarget{std::make_shared<const ToSqlite>(parsed->path), parsed->parameters};
}

std::string ToSqlite::name(const Files& files) const { return "sqlite:" + path(files); }
SinkClass ToSqlite::promise() const { return kPromise; }
bool ToSqlite::has_format() const { return false; }
bool ToSqlite::wants_all(std::optional<FormatKind> /*format*/) const { return false; }
std::string ToSqlite::path(const Files& files) const { return files.absolute(path_); }
Result<std::unique_ptr<Sink>> ToSqlite::open(const SinkContext& context) const {
  auto store = std::make_unique<SqliteStore>(
      context.env.storage, path(context.env.files),
      context.is_total ? SqliteTable::Totals : SqliteTable::Counts, context.resume.has_value());
  return std::make_unique<RowSink>(std::move(store), context);
}

Status SqliteStore::connect() {
  if (database_) return {};
  Result<std::unique_ptr<Database>> database = storage_.open_database(path_, {});
  if (!database) return fail(database);
  // Large pages cost least here; a database that has other ones keeps them. EXTRA: with less, a
  // power loss could bring back a rollback journal that was removed, and undo what was
  // acknowledged.
  Status set = (*database)->execute(
      "PRAGMA page_size = 16384; PRAGMA synchronous = EXTRA; PRAGMA cache_size = -32768");
  if (!set) return set;
  Result<Statement> encoding = (*database)->prepare("PRAGMA encoding");
  if (!encoding) return fail(encoding);
  if (const Result<bool> row = encoding->step(); !row) return fail(row);
  if (encoding->bytes(0) != "UTF-8") {
    return fail(ErrorCode::BadData, fmt::format("{}: its encoding is not UTF-8", path_));
  }
  database_ = std::move(*database);
  return {};
}

Result<Act> SqliteStore::read_progress(std::optional<StoreProgress>& progress) {
  progress.reset();
  if (const Status connected = connect(); !connected) return act_of(connected);
  const Result<ProgressTable> table = find_progress_table(*database_);
  if (!table) return act_of(fail(table));
  if (*table == ProgressTable::None) return Act::done();
  if (*table == ProgressTable::Foreign) {
    // Nobody else's table of that name is looked at by a run that keeps no progress.
    return has_journal_ ? done_or_failed(not_ours(*database_)) : Act::done();
  }
  Result<std::optional<StoreProgress>> read = wordstream::read_progress(*database_, *table);
  if (!read) return act_of(fail(read));
  progress = std::move(*read);
  return Act::done();
}

Result<Act> SqliteStore::take_over(const TakeOver& take_over) {
  if (!is_changing_hands_) {
    Result<Act> left = leave_wal();
    if (!left || !left->is_done()) return left;
    Result<Act> begun = begin();
    if (!begun || !begun->is_done()) return begun;
    const Result<bool> is_expected = is_as_found(take_over);
    if (!is_expected) return fail(is_expected);
    if (!*is_expected) return undone(Act::overtaken());
    if (const Status changed = change_hands(take_over); !changed) return fail(changed);
    is_changing_hands_ = true;
  }
  // While readers are in the way the transaction stays open: so no others come in.
  Result<Act> committed = commit();
  if (!committed || !committed->is_done()) return committed;
  is_changing_hands_ = false;
  Result<SqliteRows> rows = SqliteRows::prepare(*database_, table_, SqliteRows::Keys::New);
  if (!rows) return fail(rows);
  rows_.emplace(std::move(*rows));
  return committed;
}

/// A database may come in the mode of a write-ahead log, of which older SQLites have lost pages.
Result<Act> SqliteStore::leave_wal() {
  Result<Statement> mode = database_->prepare("PRAGMA journal_mode = DELETE");
  if (!mode) return act_of(fail(mode));
  const Result<bool> row = mode->step();
  if (!row) return act_of(fail(row));
  if (*row && mode->bytes(0) == "delete") return Act::done();
  return Act::not_now(fmt::format("{}: others use it in another journal mode", path_));
}

Result<bool> SqliteStore::is_as_found(const TakeOver& take_over) {
  std::optional<StoreProgress> there;
  const Result<Act> read = read_progress(there);
  if (!read) return fail(read);
  return there == take_over.found;
}

Status SqliteStore::change_hands(const TakeOver& take_over) {
  Status status = ensure_table(*database_, table_);
  if (status && take_over.ours) status = ensure_progress_table(*database_);
  if (status && take_over.ours) status = write_progress(*database_, *take_over.ours);
  if (status && take_over.clears_totals) status = database_->execute("DELETE FROM totals");
  return status;
}

Result<Act> SqliteStore::begin() {
  // IMMEDIATE: who begins as a reader and writes later may wait for others who wait for him.
  const Status begun = database_->execute("BEGIN IMMEDIATE");
  return act_of(begun ? storage_.make_rollback_journal(*database_) : begun);
}

Result<Act> SqliteStore::clear_totals() {
  return done_or_failed(database_->execute("DELETE FROM totals"));
}

Result<Act> SqliteStore::write() {
  if (!given_.may_be_there) {
    return done_or_failed(rows_->write(given_.interval, std::move(given_.rows)));
  }
  if (!replacing_rows_) {
    Result<SqliteRows> replacing =
        SqliteRows::prepare(*database_, table_, SqliteRows::Keys::Replaced);
    if (!replacing) return fail(replacing);
    replacing_rows_.emplace(std::move(*replacing));
  }
  return done_or_failed(replacing_rows_->write(given_.interval, std::move(given_.rows)));
}

Result<Act> SqliteStore::note(const StoreProgress& progress) {
  if (!note_) {
    Result<Statement> note = prepare_note(*database_);
    if (!note) return fail(note);
    note_.emplace(std::move(*note));
  }
  const Result<bool> noted = run_note(*note_, progress);
  if (!noted) return fail(noted);
  return *noted ? Act::done() : undone(Act::overtaken());
}

Result<Act> SqliteStore::commit() { return act_of(database_->execute("COMMIT")); }

std::string_view SqliteStore::advice_for(ErrorCode code) const {
  switch (code) {
    case ErrorCode::BadData:
      return "put back the database that it was, or name another file";
    case ErrorCode::Busy:
      return "stop whoever uses it, and start again";
    default:
      return storing_advice(code);
  }
}

Result<Act> SqliteStore::undone(const Act& act) {
  if (const Status undone = database_->execute("ROLLBACK"); !undone) return fail(undone);
  return act;
}

}  // namespace wordstream
