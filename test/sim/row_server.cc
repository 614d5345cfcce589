#include "sim/row_server.h"

#include <utility>

#include "base/check.h"

namespace wordstream::sim {
namespace {

constexpr std::uint64_t kPauseMax = 500'000'000;  // ns, that by chance somebody has to wait

}  // namespace

RowServer::RowServer(std::uint64_t seed, const FakeClock& clock, Trace& trace)
    : prng_(seed ^ 0x5E24E2), clock_(clock), trace_(trace) {}

const RowTable& RowServer::counts() {
  catch_up();
  return counts_;
}

const RowTable& RowServer::totals() {
  catch_up();
  return totals_;
}

const std::optional<StoreProgress>& RowServer::progress() {
  catch_up();
  return progress_;
}

bool RowServer::has_fault() { return fault_rarity != 0 && prng_.one_in(fault_rarity); }

bool RowServer::is_silent() { return has_fault() || clock_.steady() < is_silent_until; }

bool RowServer::undoes_at(std::string_view act) {
  if (act != undoes) return has_fault();
  undoes.clear();
  return true;
}

bool RowServer::accepts() {
  if (has_fault()) refuses_until = clock_.steady() + Nanos(prng_.below(kPauseMax));
  return clock_.steady() >= refuses_until;
}

bool RowServer::is_free_for(const FakeRowStore& store) const {
  return !under_way_ && (writer_ == nullptr || writer_ == &store);
}

bool RowServer::lock(const FakeRowStore& store) {
  const bool is_free = is_free_for(store);
  if (is_free) writer_ = &store;
  return is_free;
}

void RowServer::unlock(const FakeRowStore& store) {
  if (writer_ == &store) writer_ = nullptr;
}

void RowServer::commit(Changes changes) {
  if (changes.clears_totals) totals_.clear();
  for (auto& [key, count] : changes.counts) counts_[key] = count;
  for (auto& [key, count] : changes.totals) totals_[key] = count;
  if (changes.progress) progress_ = std::move(changes.progress);
}

LostCommit RowServer::end_of_lost_commit() {
  return lost_commit.value_or(static_cast<LostCommit>(prng_.below(4)));
}

void RowServer::lose(Changes changes, LostCommit end) {
  constexpr std::string_view kEnds[] = {"undone", "made", "undone later", "made later"};
  trace_.note("server: a connection is lost, its transaction {}",
              kEnds[static_cast<std::size_t>(end)]);
  if (end == LostCommit::Undone) return;
  if (end == LostCommit::Made) return commit(std::move(changes));
  under_way_ = UnderWay{std::move(changes), clock_.steady() + Nanos(1 + prng_.below(kPauseMax)),
                        end == LostCommit::MadeLater};
}

void RowServer::catch_up() {
  if (under_way_ && clock_.steady() >= under_way_->until) {
    const UnderWay done = *std::exchange(under_way_, std::nullopt);
    if (done.is_made) commit(done.changes);
  }
  if (writer_ != nullptr && !writer_->process_.is_alive()) writer_ = nullptr;
}

FakeRowStore::~FakeRowStore() { undo(); }

Result<Act> FakeRowStore::ask(std::string_view what, const std::function<Result<Act>()>& happen,
                              const Committing& committing) {
  if (!is_connected_ && process_.is_alive()) return Act::lost(name_ + ": there is no connection");
  if (process_.is_alive()) {
    WS_CHECK(under_way_.empty() || under_way_ == what, "ending an act before the next");
    if (std::exchange(under_way_, what).empty()) asked_at_ = server_.clock_.steady();
    if (server_.is_silent() || server_.clock_.steady() < asked_at_ + server_.answers_after) {
      return Act::under_way();
    }
    under_way_.clear();
  }
  // A look has a transaction of its own, which nobody else sees.
  const bool has_transaction = server_.writer_ == this || what == "read progress";
  if (process_.is_alive() && has_transaction && what != "begin" && server_.undoes_at(what)) {
    undo();  // a deadlock, a serialization failure, an administrator: the connection stands
    return Act::undone(name_ + ": the transaction was undone");
  }
  Result<Act> answer = Act::lost(name_ + ": the connection was reset");
  const auto lose_it = [&] {
    server_.catch_up();
    answer->is_commit_unknown = what == "commit";
    lose(committing ? committing() : std::nullopt);
  };
  const auto answer_it = [&] {
    if (server_.has_fault()) return lose_it();
    server_.catch_up();
    answer = happen();
    if (!answer) undo();
  };
  process_.ask(name_, what, answer_it, lose_it);
  if (!process_.is_alive()) return fail(ErrorCode::Io, name_ + ": the process is dead");
  return answer;
}

/// The server may notice it late, and keeps the lock for so long.
void FakeRowStore::lose(const std::optional<Changes>& committing) {
  const bool is_writer = server_.writer_ == this;
  is_connected_ = false;
  under_way_.clear();
  is_commit_unknown_ = is_commit_unknown_ || committing;
  undo();
  if (committing) return server_.lose(*committing, server_.end_of_lost_commit());
  const bool is_noticed_late = is_writer && !server_.lost_commit && server_.prng_.one_in(3);
  server_.lose({}, is_noticed_late ? LostCommit::UndoneLater : LostCommit::Undone);
}

void FakeRowStore::undo() {
  server_.unlock(*this);
  changes_ = {};
}

Result<Act> FakeRowStore::read_progress(std::optional<StoreProgress>& progress) {
  progress.reset();
  if (!is_connected_ && process_.is_alive()) {
    if (!server_.accepts()) return Act::lost(name_ + ": the connection was refused");
    is_connected_ = true;
  }
  return ask("read progress", [&]() -> Result<Act> {
    if (is_commit_unknown_ && server_.under_way_) {
      return Act::not_now(name_ + ": the last transaction is under way");
    }
    is_commit_unknown_ = false;
    progress = server_.progress_;
    return Act::done();
  });
}

bool FakeRowStore::can_take_over(const TakeOver& take_over) const {
  return server_.is_free_for(*this) && server_.progress_ == take_over.found;
}

Result<Act> FakeRowStore::take_over(const TakeOver& take_over) {
  const Changes changes{.clears_totals = take_over.clears_totals, .progress = take_over.ours};
  const auto happen = [&]() -> Result<Act> {
    if (!server_.is_free_for(*this)) return Act::not_now(name_ + ": others are writing");
    if (!can_take_over(take_over)) return Act::overtaken();
    server_.commit(changes);
    return Act::done();
  };
  return ask("take over", happen,
             [&] { return can_take_over(take_over) ? std::optional(changes) : std::nullopt; });
}

Result<Act> FakeRowStore::begin() {
  return ask("begin", [&]() -> Result<Act> {
    WS_CHECK(server_.writer_ != this, "beginning a transaction after the last one");
    if (!server_.lock(*this)) return Act::not_now(name_ + ": others are writing");
    return Act::done();
  });
}

Result<Act> FakeRowStore::clear_totals() {
  return ask("clear totals", [&]() -> Result<Act> {
    changes_.clears_totals = true;
    changes_.totals.clear();
    return Act::done();
  });
}

Result<Act> FakeRowStore::write() {
  const Interval& interval = given_.interval;
  return ask("write", [&]() -> Result<Act> {
    WS_CHECK(server_.writer_ == this, "writing in a transaction");
    for (const WordCount& row : given_.rows) {
      const std::string word(row.word);
      if (is_total_) {
        changes_.totals[{0, 0, word}] = row.count;
        continue;
      }
      const RowKey key{interval.start.time_since_epoch().count(),
                       interval.end.time_since_epoch().count(), word};
      const bool is_there = changes_.counts.contains(key) || server_.counts_.contains(key);
      if (is_there && !given_.may_be_there) {
        return fail(ErrorCode::AlreadyThere, name_ + ": there is such a row");
      }
      changes_.counts[key] = row.count;
    }
    return Act::done();
  });
}

std::string_view FakeRowStore::advice_for(ErrorCode code) const {
  return code == ErrorCode::BadData ? "name another server" : "start again";
}

Result<Act> FakeRowStore::note(const StoreProgress& progress) {
  return ask("note", [&]() -> Result<Act> {
    WS_CHECK(server_.writer_ == this, "noting in a transaction");
    std::optional<StoreProgress> there = server_.progress_;
    if (!there || there->journal != progress.journal || there->epoch != progress.epoch) {
      undo();
      return Act::overtaken();
    }
    there->batch = progress.batch;
    there->positions = progress.positions;
    changes_.progress = std::move(there);
    return Act::done();
  });
}

Result<Act> FakeRowStore::commit() {
  const auto happen = [&]() -> Result<Act> {
    WS_CHECK(server_.writer_ == this, "committing a transaction");
    server_.commit(changes_);
    undo();
    return Act::done();
  };
  return ask("commit", happen, [&] { return std::optional(changes_); });
}

}  // namespace wordstream::sim
