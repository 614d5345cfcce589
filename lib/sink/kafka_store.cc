#include "sink/kafka_store.h"

#include <fmt/format.h>

#include <utility>

#include "base/check.h"
#include "sink/kafka_group.h"
#include "text/visible.h"

namespace wordstream {
namespace {

/// So many messages are handed over in one turn.
constexpr std::size_t kSentAtOnceMax = 10'000;
/// So often a batch's transaction may run out of time.
constexpr std::size_t kTimeoutsMax = 2;

bool is_same(const std::optional<StoreProgress>& one, const std::optional<StoreProgress>& other) {
  return one.has_value() == other.has_value() && (!one || *one == *other);
}

}  // namespace

KafkaStore::KafkaStore(TopicToWrite what, Kafka& kafka, Observer& observer,
                       const std::optional<SinkResume>& resume)
    : resume_(resume),
      delivery_(!resume || !resume->must_last ? Delivery::Sent
                : resume->is_exactly_once     ? Delivery::Transactional
                                              : Delivery::Acknowledged),
      group_(resume ? group_of(to_text(resume->journal)) : ""),
      outlet_(what, keeps_progress() ? fmt::format("{}-{}", group_, what.at.topic) : "", kafka,
              observer),
      observer_(observer),
      rows_(what.has_keys) {}

/// A producer that is lost when the time of its transaction is over has had too much to write; one
/// on a machine that slept has not. A turn may have taken long itself: so the next one tells.
void KafkaStore::set_time(SteadyTime now) {
  outlet_.set_time(now);
  const bool is_late = now - begun_at_ >= outlet_.transaction_timeout();
  if (std::exchange(has_lost_rows_, false) && is_late) ++timeout_count_;
}

Result<Act> KafkaStore::run(std::string_view act, const std::function<Steps()>& make) {
  WS_CHECK(under_way_.empty() || under_way_ == act, "ending an act before the next");
  if (std::exchange(under_way_, act).empty()) steps_ = make();
  while (!steps_.empty()) {
    // It may put others behind itself, where it stands: so it is taken out for so long.
    Step step = std::move(steps_.front());
    Result<Act> done = step();
    if (!done) return ended(std::move(done));
    if (done->state == Act::State::UnderWay) {
      steps_.front() = std::move(step);
      return done;
    }
    steps_.pop_front();
    if (done->state == Act::State::Undone && outlet_.has_transaction) {
      end_ = std::move(*done);
      steps_ = {[this] { return abort_transaction(); }};
      continue;
    }
    if (!done->is_done()) return ended(std::move(done));
  }
  return ended(end_.value_or(Act::done()));
}

Result<Act> KafkaStore::ended(Result<Act> act) {
  steps_.clear();
  end_.reset();
  under_way_ = {};
  return act;
}

/// Behind the step that is being taken.
void KafkaStore::put_next(Steps steps) {
  steps_.insert(steps_.begin() + 1, steps.begin(), steps.end());
}

KafkaStore::Step KafkaStore::ask(std::function<KafkaReply(KafkaProducer&)> request) {
  return
      [this, request = std::move(request)] { return outlet_.act_of(request(outlet_.producer())); };
}

Result<Act> KafkaStore::read_place(bool is_stable) {
  std::optional<KafkaGroupPlace> place;
  Result<Act> read =
      outlet_.act_of(outlet_.producer().read_group(group_, is_stable, place, KafkaOutlet::kTurn));
  if (!read || !read->is_done()) return read;
  read_.reset();
  if (!place) return read;
  read_ = progress_of(*place, to_text(resume_->journal));
  if (read_) return read;
  return outlet_.failed(ErrorCode::BadData,
                        fmt::format("what stands in the group {} is none of ours: offset {}, '{}'",
                                    group_, place->offset, visible(place->metadata)));
}

/// A group that nobody has written to for a week is forgotten, and one whose topic was deleted at
/// once. That is no harm where nothing is in doubt: it stands where we have left it.
Result<Act> KafkaStore::recall_forgotten() {
  if (read_) return Act::done();
  const std::uint64_t applied = resume_->mark.applied;
  if (ours_) {
    read_ = ours_;
  } else if (applied != 0 && applied != resume_->last_batch) {
    return outlet_.failed(
        ErrorCode::BadData,
        fmt::format("the group {} is gone, and with it whether the batches {} to {} are there: "
                    "look into the topic; start once with --mode at-most-once where they are, with "
                    "--mode at-least-once where they are not",
                    group_, applied + 1, resume_->last_batch));
  } else if (applied != 0 && !resume_->epochs_before.empty()) {
    read_ = {to_text(resume_->journal), applied, resume_->epochs_before.back()};
  }
  return Act::done();
}

/// As far as is known: a group may be forgotten at any time.
bool KafkaStore::is_as_it_was() const { return !read_ || is_same(read_, ours_); }

/// After a commit whose answer was lost: as long as it may still be made, nothing that stands there
/// can be relied upon. Who takes the transactional id has it ended, one way or the other: that is
/// done where nobody else has been there.
Result<Act> KafkaStore::settle_unknown() {
  const bool is_ours = is_as_it_was() || is_same(read_, noted_);
  if (is_commit_unknown_ && is_ours) put_next(own_id());
  return Act::done();
}

/// Takes the transactional id, and reads what stands there then for good.
KafkaStore::Steps KafkaStore::own_id() {
  Steps steps;
  steps.emplace_back([this]() -> Result<Act> {
    if (outlet_.has_id) return Act::done();
    Result<Act> done = outlet_.act_of(outlet_.producer().init(KafkaOutlet::kTurn));
    if (done && done->is_done()) outlet_.has_id = true;
    return done;
  });
  // A broker that was killed may leave an offset pending for good (KAFKA-20734). Whatever of this
  // id ends next would end that, too, and so decide what has been decided: it may be a commit,
  // whose rows are there.
  steps.emplace_back([this] { return read_place(true); });
  steps.emplace_back([this]() -> Result<Act> {
    is_commit_unknown_ = false;
    return Act::done();
  });
  return steps;
}

Result<Act> KafkaStore::read_progress(std::optional<StoreProgress>& progress) {
  progress.reset();
  Result<Act> read = run("read progress", [&]() -> Steps {
    read_.reset();
    if (!keeps_progress()) return {[this] { return outlet_.open(); }};
    return {[this] { return outlet_.open(); }, [this] { return read_place(false); },
            [this] { return settle_unknown(); }, [this] { return recall_forgotten(); }};
  });
  // Nothing is lost yet; but whoever waits is told at once.
  const bool is_away = read && read->state == Act::State::UnderWay && !outlet_.away().empty();
  if (is_away) return Act::lost(read->why);
  if (read && read->is_done()) progress = read_;
  return read;
}

KafkaStore::Step KafkaStore::begin_transaction() {
  return [this] {
    Result<Act> begun = outlet_.act_of(outlet_.producer().begin());
    if (begun && begun->is_done()) {
      outlet_.has_transaction = true;
      begun_at_ = outlet_.now();
    }
    return begun;
  };
}

KafkaStore::Step KafkaStore::put(const StoreProgress& progress) {
  return ask([this, place = place_of(progress)](KafkaProducer& producer) {
    return producer.put_place(group_, place, KafkaOutlet::kTurn);
  });
}

Result<Act> KafkaStore::abort_transaction() {
  Result<Act> done = outlet_.act_of(outlet_.producer().abort(KafkaOutlet::kTurn));
  if (done && done->is_done()) outlet_.has_transaction = false;
  return done;
}

/// Whether it was made is not known where the producer is lost in it.
Result<Act> KafkaStore::commit_transaction() {
  Result<Act> done = outlet_.act_of(outlet_.producer().commit(KafkaOutlet::kTurn));
  if (!done) return done;
  if (done->state == Act::State::Lost) done->is_commit_unknown = is_commit_unknown_ = true;
  if (done->is_done()) {
    outlet_.has_transaction = false;
    ours_ = noted_;
  }
  return done;
}

Result<Act> KafkaStore::take_over(const TakeOver& take_over) {
  if (!keeps_progress()) return Act::done();
  if (!outlet_.is_open()) return Act::lost(name() + ": there is no producer");
  return run("take over", [&] {
    ours_ = take_over.found;
    noted_ = take_over.ours;
    Steps steps = own_id();
    steps.emplace_back(
        [this]() -> Result<Act> { return is_as_it_was() ? Act::done() : Act::overtaken(); });
    steps.push_back(begin_transaction());
    steps.push_back(put(*take_over.ours));
    steps.emplace_back([this] { return commit_transaction(); });
    return steps;
  });
}

/// Where the producer was made anew, it must have the transactional id first; and what stands in
/// the group then must be ours.
Result<Act> KafkaStore::begin() {
  if (timeout_count_ >= kTimeoutsMax) return out_of_time();
  Result<Act> begun = run("begin", [&]() -> Steps {
    rows_.clear();
    row_count_ = 0;
    if (!keeps_progress()) return {[this] { return outlet_.open(); }};
    const auto own = [this]() -> Result<Act> {
      if (outlet_.has_id) return Act::done();
      Steps steps = own_id();
      steps.emplace_back(
          [this]() -> Result<Act> { return is_as_it_was() ? Act::done() : Act::overtaken(); });
      put_next(std::move(steps));
      return Act::done();
    };
    return {[this] { return outlet_.open(); }, own, begin_transaction()};
  });
  // Where nothing stands in a group there is nothing to look at.
  const bool is_lost = begun && begun->state == Act::State::Lost;
  return is_lost && !keeps_progress() ? Act::undone(begun->why) : std::move(begun);
}

void KafkaStore::give(NewRows rows) {
  const bool is_old = resume_ && rows.batch <= resume_->last_batch;
  const FormatKind format = is_old ? resume_->shown_before.kind : outlet_.what().format;
  rows_.take(std::move(rows), format, outlet_.request_bytes_max());
}

Result<Act> KafkaStore::write() {
  Result<Act> written = run("write", [&]() -> Steps { return {[this] { return send_some(); }}; });
  if (!written) return written;
  note_lost(written);
  const bool is_over = written->state == Act::State::Lost || written->state == Act::State::Undone;
  // What is sent once alone is not sent again: the rest of the rows is lost with the producer.
  if (delivery_ == Delivery::Sent && is_over) {
    tell_lost(rows_.left());
    rows_.clear();
    return Act::done();
  }
  if (delivery_ == Delivery::Acknowledged && is_over) return Act::undone(written->why);
  return written;
}

/// Hands messages over as far as there is room for them.
Result<Act> KafkaStore::send_some() {
  if (!outlet_.is_open()) return Act::lost(name() + ": there is no producer");
  std::size_t sent = 0;
  while (const KafkaOutgoing* const message = rows_.next()) {
    if (sent == kSentAtOnceMax) return Act::under_way(true);
    const KafkaReply reply = outlet_.producer().send(*message);
    if (reply.state == KafkaReply::State::NotYet) {
      Result<Act> flushed = outlet_.act_of(outlet_.producer().flush(KafkaOutlet::kTurn));
      const bool has_moved = flushed && (flushed->is_done() || sent != 0);
      return has_moved ? Act::under_way(true) : std::move(flushed);
    }
    const bool is_refused = reply.state == KafkaReply::State::TooLarge;
    if (is_refused && delivery_ == Delivery::Sent) {
      tell_lost(1);
    } else if (!reply.is_done()) {
      return outlet_.act_of(reply);
    }
    rows_.advance();
    ++sent;
    ++row_count_;
  }
  if (const std::uint64_t count = rows_.take_cut_count(); count != 0) {
    observer_.on(event::WordsTruncated{name(), count, outlet_.request_bytes_max()});
  }
  return Act::done();
}

Result<Act> KafkaStore::note(const StoreProgress& progress) {
  if (!keeps_progress()) return Act::done();
  Result<Act> noted = run("note", [&]() -> Steps {
    noted_ = progress;
    Steps steps;
    steps.push_back(put(progress));
    return steps;
  });
  note_lost(noted);
  return noted;
}

Result<Act> KafkaStore::commit() {
  Result<Act> committed = run("commit", [&]() -> Steps {
    if (keeps_progress()) return {[this] { return commit_transaction(); }};
    if (delivery_ == Delivery::Sent) return {};
    return {[this] { return check_acknowledged(); }};
  });
  if (!committed) return committed;
  if (committed->state == Act::State::Lost) {
    if (!keeps_progress()) return Act::undone(committed->why);
    note_lost(committed);
  }
  if (committed->is_done()) {
    timeout_count_ = 0;
    if (delivery_ == Delivery::Sent) tell_lost(0);
  }
  return committed;
}

/// What is lost is written again, with all that was sent beside it.
Result<Act> KafkaStore::check_acknowledged() {
  if (!outlet_.is_open()) return Act::lost(name() + ": there is no producer");
  Result<Act> flushed = outlet_.act_of(outlet_.producer().flush(KafkaOutlet::kTurn));
  if (!flushed || !flushed->is_done()) return flushed;
  const std::uint64_t lost = outlet_.take_lost_count();
  if (lost == 0) return flushed;
  outlet_.look_again();
  return Act::undone(fmt::format("{}: {} messages were not acknowledged", name(), lost));
}

/// What was sent and not waited for is waited for at the very end.
Result<Act> KafkaStore::finish() {
  if (delivery_ != Delivery::Sent || !outlet_.is_open()) return Act::done();
  Result<Act> finished = run("finish", [&]() -> Steps {
    return {ask([](KafkaProducer& producer) { return producer.flush(KafkaOutlet::kTurn); })};
  });
  if (finished && finished->state == Act::State::UnderWay) return finished;
  tell_lost(0);
  return finished ? Act::done() : std::move(finished);
}

/// Of what nobody waits for.
void KafkaStore::tell_lost(std::uint64_t more) {
  const std::uint64_t lost = outlet_.take_lost_count() + more;
  if (lost != 0) observer_.on(event::RowsLost{name(), lost});
}

void KafkaStore::note_lost(const Result<Act>& act) {
  const bool is_lost = act && act->state == Act::State::Lost;
  has_lost_rows_ = is_lost && keeps_progress() && row_count_ != 0;
}

tl::unexpected<Error> KafkaStore::out_of_time() const {
  return outlet_.failed(
      ErrorCode::CannotPromise,
      fmt::format("its transaction has run out of time twice, with {} rows in it: they take longer "
                  "than transaction.timeout.ms, which is {}; give it more, or take a smaller top",
                  row_count_, outlet_.transaction_timeout().count()));
}

std::string KafkaStore::how_to_forget() const { return "delete Kafka's group " + group_; }

std::string_view KafkaStore::advice_for(ErrorCode code) const {
  switch (code) {
    case ErrorCode::NotFound:
      return "make the topic first, it is never made by itself";
    case ErrorCode::BadData:
      return "put back the topic and the group that it was, or name another topic";
    case ErrorCode::Busy:
      return "stop whoever uses it, and start again";
    case ErrorCode::NotPermitted:
    case ErrorCode::CannotPromise:
    case ErrorCode::InvalidArgument:
      return "see the file that --kafka-config names";
    default:
      return "see that the brokers are well, and start again";
  }
}

}  // namespace wordstream
