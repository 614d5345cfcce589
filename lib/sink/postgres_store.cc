#include "sink/postgres_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "base/check.h"

namespace wordstream {
namespace {

/// An act waits so long for the server, at most; then others have a turn.
constexpr Millis kTurn{50};

/// Who stops within a transaction holds others up no longer than that, and who waits for a lock
/// asks again. What the server acknowledges is on its disk, and on those of others where that is
/// asked for.
constexpr std::string_view kBegin =
    "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = 0; "
    "SET LOCAL lock_timeout = '1s'; "
    "SET LOCAL idle_in_transaction_session_timeout = '5s'; "
    "SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') "
    "WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true)";

/// "wordstre": who makes tables holds it.
constexpr std::int64_t kMakingTables = 0x776F726473747265;

PostgresStatement lock_tables() {
  return {"SELECT pg_advisory_xact_lock($1)", {postgres_integer(kMakingTables)}};
}

std::string application_of(const std::optional<StoreProgress>& ours) {
  return ours ? fmt::format("wordstream {} {}", ours->journal, ours->epoch) : "wordstream";
}

std::optional<StoreProgress> ours_of(const std::optional<SinkResume>& resume) {
  if (!resume) return std::nullopt;
  return StoreProgress{.journal = to_text(resume->journal), .epoch = resume->epoch};
}

/// What a SQLSTATE means for whoever writes. Source: PostgreSQL's manual, appendix A.
enum class Meaning {
  Away,    ///< the connection, or a server that can be written to, is to be had later
  Locked,  ///< others hold what is asked for
  Undone,  ///< others were faster, or somebody has stopped the statement
  There,
  NoSpace,
  NotPermitted,
  NotOurs,
  Broken
};
Meaning meaning_of(std::string_view code) {
  const auto is_of = [&](std::initializer_list<std::string_view> classes) {
    return std::any_of(classes.begin(), classes.end(),
                       [&](std::string_view it) { return code.starts_with(it); });
  };
  // Of 40003 the server does not know itself whether it was made.
  if (is_of({"08", "57P", "53300", "25006", "25P03", "40003"})) return Meaning::Away;
  if (is_of({"55P03"})) return Meaning::Locked;
  if (is_of({"40", "57014", "25P02"})) return Meaning::Undone;
  if (is_of({"23505"})) return Meaning::There;
  if (is_of({"53100"})) return Meaning::NoSpace;
  if (is_of({"28", "42501"})) return Meaning::NotPermitted;
  if (is_of({"23", "3D", "3F", "42", "P0"})) return Meaning::NotOurs;
  return Meaning::Broken;
}

}  // namespace

Result<Act> PostgresStore::must_be_there(const Rows& rows) {
  return rows.empty() ? Act::overtaken() : Act::done();
}

Result<Act> PostgresStore::must_not_be_there(const Rows& rows) {
  return rows.empty() ? Act::done() : Act::overtaken();
}

PostgresStore::PostgresStore(std::string uri, std::string name, PostgresTable table, bool is_total,
                             const std::optional<SinkResume>& resume)
    : connection_(std::move(uri), application_of(ours_of(resume))),
      name_(std::move(name)),
      application_(application_of(ours_of(resume))),
      named_(std::move(table)),
      is_total_(is_total),
      ours_(ours_of(resume)) {}

Result<Act> PostgresStore::connect() {
  const PostgresReply reply = connection_.connect(kTurn);
  switch (reply.state) {
    case PostgresReply::State::NotYet:
      return Act::under_way();
    case PostgresReply::State::Lost:
      return Act::lost(fmt::format("{}: {}", name_, reply.why));
    case PostgresReply::State::Refused:
      if (reply.code.empty() || reply.code == "42704" || reply.code.starts_with("22")) {
        return failed(ErrorCode::InvalidArgument, reply.why);
      }
      return refused(reply);
    case PostgresReply::State::Done:
      break;
  }
  backend_ = connection_.backend();
  const std::string encoding = connection_.parameter("server_encoding");
  if (encoding != "UTF8") {
    return failed(ErrorCode::BadData, fmt::format("the encoding of its database is {}", encoding));
  }
  return Act::done();
}

Result<Act> PostgresStore::run(std::string_view act, const std::function<Steps()>& make,
                               const std::function<Steps()>& when_locked) {
  if (!connection_.is_open()) return Act::lost(name_ + ": there is no connection");
  WS_CHECK(under_way_.empty() || under_way_ == act, "ending an act before the next");
  if (std::exchange(under_way_, act).empty()) steps_ = make();
  while (!steps_.empty()) {
    if (!connection_.is_under_way()) {
      const Step& next = steps_.front();
      is_committing_ = next.is_commit;
      connection_.send(next.statement.sql, next.statement.values);
    }
    const PostgresReply reply = connection_.hear(kTurn);
    if (reply.state == PostgresReply::State::NotYet) return Act::under_way();
    if (reply.state == PostgresReply::State::Lost) return lost(reply);
    if (reply.state == PostgresReply::State::Refused) {
      const Meaning meaning = meaning_of(reply.code);
      if (end_ && meaning != Meaning::Away) {  // it may not do that: then it waits longer
        steps_.pop_front();
        continue;
      }
      if (!when_locked || meaning != Meaning::Locked) return refused(reply);
      end_ = Act::not_now(fmt::format("{}: {}", name_, reply.why));
      steps_ = when_locked();
      continue;
    }
    const Step step = std::move(steps_.front());
    steps_.pop_front();
    if (!step.take) continue;
    Result<Act> taken = step.take(reply.rows);
    if (!taken || !taken->is_done()) return ended(std::move(taken));
  }
  return ended(end_.value_or(Act::done()));
}

Result<Act> PostgresStore::ended(Result<Act> act) {
  steps_.clear();
  end_.reset();
  under_way_ = {};
  return act;
}

/// How an act has ended that the server does not do.
Result<Act> PostgresStore::refused(const PostgresReply& reply) {
  const std::string why = fmt::format("{}: {}", name_, reply.why);
  const Meaning meaning = meaning_of(reply.code);
  if (meaning == Meaning::Away) return lost(reply);
  is_committing_ = false;
  switch (meaning) {
    case Meaning::Away:
    case Meaning::Locked:
    case Meaning::Undone:
      return ended(Act::undone(why));
    case Meaning::There:
      return failed(ErrorCode::AlreadyThere, reply.why);
    case Meaning::NoSpace:
      return failed(ErrorCode::NoSpace, reply.why);
    case Meaning::NotPermitted:
      return failed(ErrorCode::NotPermitted, reply.why);
    case Meaning::NotOurs:
      return failed(ErrorCode::BadData, reply.why);
    case Meaning::Broken:
      break;
  }
  return failed(ErrorCode::Io, reply.why);
}

/// Whoever asks next connects anew. What the server has of this connection may hold what we ask for
/// then, and for ever where it waits for the rest of a statement.
Result<Act> PostgresStore::lost(const PostgresReply& reply) {
  if (backend_ != 0) lost_backends_.push_back(std::exchange(backend_, 0));
  connection_.close();
  const bool is_unknown = std::exchange(is_committing_, false);
  is_commit_unknown_ = is_commit_unknown_ || is_unknown;
  return ended(Act::lost(fmt::format("{}: {}", name_, reply.why), is_unknown));
}

/// Undoes the transaction, and ends what stands in its way of ours.
PostgresStore::Steps PostgresStore::end_ours() const {
  // Connections are those of the role that has connected, whatever role it has taken on since.
  Steps steps{{{"ROLLBACK"}}, {{"BEGIN; SET LOCAL ROLE NONE"}}};
  for (const int backend : lost_backends_) steps.push_back({end_backend(backend, application_)});
  if (ours_) steps.push_back({end_predecessors(ours_->journal, ours_->epoch)});
  steps.push_back({{"ROLLBACK"}});
  return steps;
}

tl::unexpected<Error> PostgresStore::failed(ErrorCode code, std::string_view why) const {
  return fail(code, fmt::format("{}: {}", name_, why));
}

/// A transaction of its own begins; one that has failed is ended.
PostgresStore::Steps PostgresStore::first_steps() const {
  Steps steps;
  if (connection_.is_in_transaction()) steps.push_back({{"ROLLBACK"}});
  steps.push_back({{std::string(kBegin)}});
  return steps;
}

Result<Act> PostgresStore::take_tables(const Rows& rows, bool keeps_progress) {
  found_ = {};
  for (const std::vector<std::string>& row : rows) {
    const bool is_progress = PostgresTables::is_progress(row);
    const bool is_ours = tables_->is_ours(row);
    // Nobody else's table of that name is looked at by a run that keeps no progress.
    if (is_progress && !is_ours && !keeps_progress) continue;
    if (!is_ours) {
      return failed(ErrorCode::BadData, fmt::format("its table {} is not one of ours", row[0]));
    }
    found_.progress = found_.progress || is_progress;
    found_.long_words = found_.long_words || PostgresTables::is_long_words(row);
    found_.rows = found_.rows || tables_->is_rows(row);
  }
  return Act::done();
}

// What is there is looked at within a transaction, so that a lock is not waited for without an end.
// After a commit whose answer was lost, the connection that it was asked on may still be at it: it
// holds the progress, or, where it makes the tables, the lock for that.
Result<Act> PostgresStore::read_progress(std::optional<StoreProgress>& progress) {
  progress.reset();
  if (!connection_.is_open()) {
    Result<Act> connected = connect();
    if (!connected || !connected->is_done()) return connected;
  }
  const auto take_progress = [this](const Rows& rows) -> Result<Act> {
    read_ = rows.empty() ? std::nullopt : std::optional(PostgresTables::to_progress(rows.front()));
    return Act::done();
  };
  const auto look_into = [this, take_progress](const Rows& rows) -> Result<Act> {
    Result<Act> taken = take_tables(rows, ours_.has_value());
    if (taken && found_.progress) {
      steps_.push_front({tables_->read_progress(is_commit_unknown_), take_progress});
    }
    return taken;
  };
  const auto take_schema = [this, look_into](const Rows& rows) -> Result<Act> {
    if (rows.front().front().empty()) {
      return failed(ErrorCode::BadData,
                    "there is no schema in its search_path: name one, table=SCHEMA.NAME");
    }
    if (!tables_) {
      tables_.emplace(PostgresTable{rows.front().front(), named_.name}, is_total_);
      rows_.emplace(*tables_);
    }
    steps_.push_front({tables_->find(), look_into});
    return Act::done();
  };
  const auto steps = [&] {
    read_.reset();
    Steps all = first_steps();
    if (is_commit_unknown_) all.push_back({lock_tables()});
    const PostgresStatement schema =
        named_.schema.empty()
            ? PostgresStatement{"SELECT current_schema()"}
            : PostgresStatement{"SELECT $1::text", {postgres_text(named_.schema)}};
    all.push_back({schema, take_schema});
    all.push_back({{"COMMIT"}});
    return all;
  };
  Result<Act> read = run("read progress", steps, [&] { return end_ours(); });
  if (!read || !read->is_done()) return read;
  is_commit_unknown_ = false;
  progress = read_;
  if (ours_ && read_ && *read_ == StoreProgress{ours_->journal, read_->batch, ours_->epoch}) {
    ours_->batch = read_->batch;
  }
  return read;
}

PostgresStore::Steps PostgresStore::missing_tables() const {
  Steps steps;
  if (!found_.rows) steps.push_back({tables_->make_rows()});
  if (!found_.long_words) steps.push_back({tables_->make_long_words()});
  if (!found_.progress && ours_) steps.push_back({tables_->make_progress()});
  return steps;
}

Result<Act> PostgresStore::take_over(const TakeOver& take_over) {
  const auto change = [this, take_over](const Rows& rows) -> Result<Act> {
    Result<Act> taken = take_tables(rows, ours_.has_value());
    if (!taken) return taken;
    Steps next = missing_tables();
    const bool has_progress = found_.progress;
    if (take_over.ours && take_over.found) {
      if (!has_progress) return Act::overtaken();
      next.push_back({tables_->take_over(*take_over.found, *take_over.ours), must_be_there});
    } else if (take_over.ours) {
      next.push_back({tables_->begin_with(*take_over.ours), must_be_there});
    } else if (has_progress) {
      next.push_back({tables_->read_progress(false), must_not_be_there});
    }
    if (take_over.clears_totals) next.push_back({tables_->clear()});
    steps_.insert(steps_.begin(), next.begin(), next.end());
    return taken;
  };
  const auto steps = [&] {
    Steps all = first_steps();
    all.push_back({lock_tables()});
    all.push_back({tables_->find(), change});
    all.push_back(commit_step());
    return all;
  };
  Result<Act> taken = run("take over", steps, [&] { return end_ours(); });
  if (taken && taken->is_done()) ours_ = take_over.ours;
  return taken;
}

Result<Act> PostgresStore::begin() {
  const auto steps = [&] {
    rows_->clear();
    Steps all = first_steps();
    if (ours_) all.push_back({tables_->fence(*ours_), must_be_there});
    return all;
  };
  return run("begin", steps, [&] { return end_ours(); });
}

Result<Act> PostgresStore::clear_totals() {
  return run("clear totals", [&] { return Steps{{tables_->clear()}}; });
}

void PostgresStore::give(NewRows rows) { rows_->add(std::move(rows)); }

/// Rows that do not fill a statement wait for those of the next batch, or for the end.
Result<Act> PostgresStore::write() {
  Result<Act> written = run("write", [&] {
    std::optional<PostgresStatement> next = rows_->next(false);
    return next ? Steps{{std::move(*next)}} : Steps{};
  });
  const bool is_more = written && written->is_done() && !rows_->is_taken();
  return is_more ? Act::under_way(true) : std::move(written);
}

PostgresStore::Steps PostgresStore::rest_of_rows() {
  Steps steps;
  while (std::optional<PostgresStatement> next = rows_->next(true)) {
    steps.push_back({std::move(*next)});
  }
  return steps;
}

Result<Act> PostgresStore::note(const StoreProgress& progress) {
  return run("note", [&] {
    Steps steps = rest_of_rows();
    steps.push_back({tables_->note(*ours_, progress), must_be_there});
    noted_ = progress;
    return steps;
  });
}

Result<Act> PostgresStore::commit() {
  Result<Act> committed = run("commit", [&] {
    Steps steps = rest_of_rows();
    steps.push_back(commit_step());
    return steps;
  });
  if (committed && committed->is_done()) {
    if (const auto noted = std::exchange(noted_, std::nullopt)) ours_ = noted;
    lost_backends_.clear();
  }
  return committed;
}

std::string_view PostgresStore::advice_for(ErrorCode code) const {
  switch (code) {
    case ErrorCode::BadData:
      return "put back the table that it was, or name another with table=";
    case ErrorCode::Busy:
      return "stop whoever uses it, and start again";
    case ErrorCode::NotPermitted:
      return "give the role its rights, or connect as another";
    case ErrorCode::NoSpace:
      return "make room on the server, and start again";
    case ErrorCode::InvalidArgument:
      return "see what the URI, its service or the environment (PG...) says";
    default:
      return "see that the server is well, and start again";
  }
}

}  // namespace wordstream
