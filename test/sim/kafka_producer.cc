#include "sim/kafka_producer.h"

#include <array>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "sim/kafka_properties.h"

namespace wordstream::sim {
namespace {

constexpr std::uint64_t kPauseMax = 500'000'000;          // ns, that by chance somebody has to wait
constexpr std::int64_t kTransactionTimeout = 60'000;      // ms, as librdkafka has it
constexpr std::int64_t kTransactionTimeoutMax = 900'000;  // of a broker
constexpr std::size_t kRequestBytes = 1'000'000;          // of the library, unless it is told

constexpr const char* kTransactionTimeoutName = "transaction.timeout.ms";
constexpr const char* kMessageTimeoutName = "message.timeout.ms";

using State = KafkaReply::State;

KafkaReply dead() { return {State::Broken, "the process is dead"}; }

bool takes(std::string& scripted, std::string_view name) {
  if (scripted != name) return false;
  scripted.clear();
  return true;
}

}  // namespace

FakeKafkaProducer::FakeKafkaProducer(FakeKafka& kafka, FakeProcess& process,
                                     const KafkaProducerSettings& settings, std::uint64_t number)
    : kafka_(kafka), process_(process), settings_(settings), number_(number) {
  const std::int64_t usual =
      has_transactions()
          ? property(settings.properties, kTransactionTimeoutName, kTransactionTimeout)
          : 0;
  message_timeout_ = Millis(property(settings.properties, kMessageTimeoutName, usual));
  claim_.id = settings.transactional_id;
  kafka_.producers_.emplace(number_, this);
  kafka_.trace_.note("producer {}: into topic {}", number_, topic());
}

FakeKafkaProducer::~FakeKafkaProducer() { kafka_.producers_.erase(number_); }

Status FakeKafkaProducer::check(const KafkaProducerSettings& settings) {
  if (const Status checked = check_properties(settings.properties); !checked) return checked;
  const std::int64_t most =
      property(settings.properties, kTransactionTimeoutName, kTransactionTimeout);
  const bool is_in_time = property(settings.properties, kMessageTimeoutName, most) <= most;
  if (settings.transactional_id.empty() || is_in_time) return {};
  return fail(ErrorCode::CannotPromise, std::string(kMessageTimeoutName) +
                                            " must not be greater than " + kTransactionTimeoutName);
}

KafkaReply FakeKafkaProducer::find(KafkaTarget& target, Millis /*at_most*/) {
  const FakeKafkaTopic* const found = kafka_.find(topic());
  const auto happen = [&]() -> KafkaReply {
    if (found == nullptr) {
      return {State::Refused, "there is no such topic", ErrorCode::NotFound};
    }
    if (!found->is_permitted) {
      return {State::Refused, "the topic may not be seen", ErrorCode::NotPermitted};
    }
    target = {kafka_.cluster_id, found->partitions.size(), found->request_bytes_max};
    if (kafka_.producers.hides_limits) target.request_bytes_max.reset();
    return KafkaReply::done();
  };
  return ask({.name = "find",
              .happen = happen,
              .is_due = found == nullptr || !found->is_silent(kafka_.clock_.steady()),
              .may_be_given_up = true});
}

KafkaReply FakeKafkaProducer::read_group(const std::string& group, bool is_stable,
                                         std::optional<KafkaGroupPlace>& place,
                                         Millis /*at_most*/) {
  const auto happen = [&] {
    place = kafka_.coordinator.place(key_of(group));
    return KafkaReply::done();
  };
  return ask({.name = "read group",
              .happen = happen,
              .is_due = !is_stable || !kafka_.coordinator.is_pending(key_of(group)),
              .may_be_given_up = true});
}

KafkaReply FakeKafkaProducer::init(Millis /*at_most*/) {
  const std::int64_t timeout =
      property(settings_.properties, kTransactionTimeoutName, kTransactionTimeout);
  const auto take_id = [&] { return kafka_.coordinator.init(claim_.id, Millis(timeout)); };
  const auto happen = [&]() -> KafkaReply {
    if (timeout > kTransactionTimeoutMax) {
      return {State::Refused,
              std::string("brokers do not take so long a ") + kTransactionTimeoutName,
              ErrorCode::CannotPromise};
    }
    claim_.epoch = take_id();
    stage_ = Stage::Ready;
    return KafkaReply::done();
  };
  const auto lose = [&] {
    if (lost_how() != KafkaLost::Undone && timeout <= kTransactionTimeoutMax) take_id();
  };
  WS_CHECK(has_transactions(), "taking an id where there is one");
  WS_CHECK(ended_ || !process_.is_alive() || stage_ == Stage::New, "taking the id once");
  return ask({.name = "init", .happen = happen, .lose = lose});
}

KafkaReply FakeKafkaProducer::begin() {
  if (!process_.is_alive()) return dead();
  if (ended_) return *ended_;
  WS_CHECK(stage_ == Stage::Ready, "beginning a transaction after the last one");
  stage_ = Stage::Transaction;
  transaction_ = kafka_.begin_transaction();
  kafka_.trace_.note("producer {}: transaction {}", number_, transaction_);
  return KafkaReply::done();
}

KafkaReply FakeKafkaProducer::put_place(const std::string& group, const KafkaGroupPlace& place,
                                        Millis /*at_most*/) {
  const auto happen = [&] {
    KafkaReply logged = log_all();
    if (!logged.is_done()) return logged;
    kafka_.coordinator.open(claim_, transaction_);
    kafka_.coordinator.put_place(claim_, key_of(group), place);
    return logged;
  };
  const auto lose = [&] {
    if (lost_how() != KafkaLost::Undone) {
      happen();
    } else {
      log_some();
    }
  };
  KafkaReply reply = ask({.name = "put place",
                          .happen = happen,
                          .lose = lose,
                          .is_due = can_log(),
                          .is_in_transaction = true});
  if (reply.is_done()) acknowledge();
  return reply;
}

KafkaReply FakeKafkaProducer::commit(Millis /*at_most*/) {
  FakeKafkaCoordinator& coordinator = kafka_.coordinator;
  const auto may_commit = [&] {
    if (coordinator.is_fenced(claim_)) return fenced();
    using enum FakeKafkaCoordinator::State;
    return coordinator.state(claim_, transaction_) == NotEnded ? log_all() : KafkaReply::done();
  };
  const auto happen = [&] {
    KafkaReply reply = may_commit();
    if (reply.is_done()) coordinator.commit(claim_, transaction_);
    return reply;
  };
  const auto lose = [&] {
    const KafkaLost how = lost_how();
    if (how == KafkaLost::Undone) return log_some();
    if (how == KafkaLost::Made) {
      happen();
    } else if (may_commit().is_done()) {
      coordinator.commit_later(claim_, transaction_, Nanos(1 + kafka_.prng_.below(kPauseMax)));
    }
  };
  KafkaReply reply = ask({.name = "commit",
                          .happen = happen,
                          .lose = lose,
                          .is_due = can_log() && !is_committing(),
                          .is_in_transaction = true});
  if (reply.is_done()) end_transaction();
  return reply;
}

KafkaReply FakeKafkaProducer::abort(Millis /*at_most*/) {
  queue_.clear();
  const auto happen = [&] {
    if (kafka_.coordinator.is_fenced(claim_)) return fenced();
    kafka_.coordinator.abort(claim_, transaction_);
    return KafkaReply::done();
  };
  const auto lose = [&] {
    if (lost_how() != KafkaLost::Undone) happen();
  };
  check_open();
  KafkaReply reply = ask({.name = "abort", .happen = happen, .lose = lose});
  if (reply.is_done()) end_transaction();
  return reply;
}

KafkaReply FakeKafkaProducer::send(const KafkaOutgoing& message) {
  if (!process_.is_alive()) return dead();
  expire();
  if (ended_) return *ended_;
  if (failed_) return *failed_;
  WS_CHECK(under_way_.empty(), "ending an act before a message is sent");
  check_open();
  std::size_t bytes = message.value.size() + message.key.value_or("").size();
  if (bytes > request_bytes_max()) {
    return settle({State::TooLarge, "the message is larger than a request may be"});
  }
  const bool is_full = queue_.size() >= kafka_.producers.queue_max;
  if (is_full || (!queue_.empty() && kafka_.has_fault())) {
    return KafkaReply::not_yet("the queue is full");
  }
  std::shared_ptr<KafkaLabel> label;
  if (message.key || !message.headers.empty()) {
    label = std::make_shared<KafkaLabel>();
    label->key = message.key;
    for (const KafkaHeader& header : message.headers) {
      label->headers.emplace_back(header.name, header.value);
      bytes += header.name.size() + header.value.size();
    }
  }
  queue_.push_back({std::string(message.value), std::move(label), bytes,
                    kafka_.clock_.steady() + message_timeout_});
  plan_delivery();
  return KafkaReply::done();
}

KafkaReply FakeKafkaProducer::flush(Millis /*at_most*/) {
  expire();
  const bool has_nothing_to_say = process_.is_alive() && !ended_ && !failed_;
  if (queue_.empty() && has_nothing_to_say && under_way_.empty()) return KafkaReply::done();
  const auto happen = [&] {
    // Some room is made, and that is told at once.
    const bool is_part =
        queue_.size() >= kafka_.producers.queue_max ? kafka_.prng_.one_in(2) : kafka_.has_fault();
    KafkaReply logged = is_part ? log(kafka_.prng_.part_of(queue_.size())) : log_all();
    if (!logged.is_done()) return logged;
    acknowledge();
    return queue_.empty() ? logged : KafkaReply::not_yet();
  };
  check_open();
  return ask({.name = "flush",
              .happen = happen,
              .lose = [&] { log_some(); },
              .is_due = can_log(),
              .is_in_transaction = true,
              .may_be_given_up = true});
}

KafkaReply FakeKafkaProducer::fenced() {
  return {State::Fenced, "another producer has the transactional id, or its time had run out"};
}

std::vector<KafkaEvent> FakeKafkaProducer::hear() {
  if (!process_.is_alive()) return {};
  using Reach = FakeKafka::Reach;
  if (std::exchange(reach_told_, kafka_.reach_) != kafka_.reach_ && kafka_.reach_ != Reach::Open) {
    events_.push_back(
        {.kind = kafka_.reach_ == Reach::Away ? KafkaEvent::Kind::Away : KafkaEvent::Kind::Refused,
         .why = why_unreached()});
  }
  return std::exchange(events_, {});
}

void FakeKafkaProducer::check_open() const {
  const bool is_over = ended_ || !process_.is_alive();
  WS_CHECK(is_over || !has_transactions() || stage_ == Stage::Transaction,
           "doing in a transaction what belongs to one");
}

std::size_t FakeKafkaProducer::request_bytes_max() const {
  return settings_.request_bytes_max == 0 ? kRequestBytes : settings_.request_bytes_max;
}

std::string FakeKafkaProducer::why_unreached() const {
  return kafka_.reach_ == FakeKafka::Reach::Away ? "Connection refused" : "Authentication failed";
}

void FakeKafkaProducer::end_transaction() {
  queue_.clear();
  failed_.reset();
  stage_ = Stage::Ready;
}

KafkaReply FakeKafkaProducer::ask(const Act& act) {
  if (!process_.is_alive()) return dead();
  if (ended_) return *ended_;
  WS_CHECK(under_way_.empty() || under_way_ == act.name, "ending an act before the next");
  if (act.is_in_transaction) check_open();
  under_way_ = act.name;
  std::optional<KafkaReply> sooner = end_before(act);
  KafkaReply reply = sooner ? std::move(*sooner) : answer(act);
  if (!process_.is_alive()) return dead();
  if (reply.state != State::NotYet || act.may_be_given_up) under_way_.clear();
  constexpr std::array<std::string_view, 7> kStates{"done",   "not yet", "undone", "too large",
                                                    "fenced", "broken",  "refused"};
  kafka_.trace_.note("producer {}: {}: {}", number_, act.name,
                     kStates.at(static_cast<std::size_t>(reply.state)));
  return settle(std::move(reply));
}

std::optional<KafkaReply> FakeKafkaProducer::end_before(const Act& act) {
  if (act.is_in_transaction) expire();
  if (act.is_in_transaction && failed_) return failed_;
  if (std::optional<KafkaReply> befallen = befall(act)) return befallen;
  if (kafka_.reach_ != FakeKafka::Reach::Open) return KafkaReply::not_yet(why_unreached());
  const SteadyTime now = kafka_.clock_.steady();
  if (kafka_.has_fault()) answers_at_ = now + Nanos(kafka_.prng_.below(kPauseMax));
  if (now < answers_at_ || !act.is_due) return KafkaReply::not_yet();
  return std::nullopt;
}

std::optional<KafkaReply> FakeKafkaProducer::befall(const Act& act) {
  KafkaProducerScript& script = kafka_.producers;
  if (takes(script.breaks, act.name) || has_fault_in(12)) {
    return KafkaReply{State::Broken, "the library has come to its end"};
  }
  FakeKafkaCoordinator& coordinator = kafka_.coordinator;
  if (stage_ == Stage::Transaction && has_fault_in(12) && !coordinator.is_fenced(claim_) &&
      coordinator.has_open_transaction(claim_.id)) {
    coordinator.time_out(claim_.id);
  }
  if (act.is_in_transaction && can_be_undone()) {
    if (takes(script.undoes, act.name) || has_fault_in(3)) {
      return KafkaReply{State::Undone, "the transaction has failed"};
    }
  }
  return std::nullopt;
}

KafkaReply FakeKafkaProducer::answer(const Act& act) {
  KafkaReply reply = KafkaReply::not_yet("no answer has come");
  const auto answer_it = [&] {
    if (takes(kafka_.producers.loses, act.name) || kafka_.has_fault()) return act.lose();
    reply = act.happen();
  };
  process_.ask("kafka", act.name, answer_it, act.lose);
  return reply;
}

KafkaReply FakeKafkaProducer::settle(KafkaReply reply) {
  const bool is_ended = reply.state == State::Fenced || reply.state == State::Broken;
  const bool is_failed = reply.state == State::Undone || reply.state == State::TooLarge;
  if (is_ended && !ended_) {
    ended_ = reply;
    if (reply.state == State::Broken) events_.push_back({KafkaEvent::Kind::Broken});
    if (reply.state == State::Broken) events_.back().why = reply.why;
  }
  if (is_failed && has_transactions()) failed_ = reply;
  return reply;
}

bool FakeKafkaProducer::can_be_undone() const {
  return stage_ == Stage::Transaction &&
         kafka_.coordinator.state(claim_, transaction_) == FakeKafkaCoordinator::State::NotEnded;
}

bool FakeKafkaProducer::is_committing() const {
  return kafka_.coordinator.state(claim_, transaction_) == FakeKafkaCoordinator::State::Committing;
}

KafkaLost FakeKafkaProducer::lost_how() {
  return kafka_.producers.lost.value_or(static_cast<KafkaLost>(kafka_.prng_.below(3)));
}

bool FakeKafkaProducer::has_fault_in(std::uint64_t count) {
  return kafka_.has_fault() && kafka_.prng_.one_in(count);
}

}  // namespace wordstream::sim
