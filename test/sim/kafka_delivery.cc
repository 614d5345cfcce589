// How what a producer of the fake Kafka has queued comes into the log.
#include <algorithm>
#include <map>
#include <utility>

#include "murmur2.h"
#include "sim/kafka_producer.h"

namespace wordstream::sim {
namespace {

/// What the broker adds to a request with one message.
constexpr std::size_t kOverhead = 70;

using State = KafkaReply::State;

}  // namespace

bool FakeKafkaProducer::can_log() const {
  const FakeKafkaTopic* const found = kafka_.find(topic());
  return found == nullptr || !found->is_silent(kafka_.clock_.steady());
}

void FakeKafkaProducer::plan_delivery() {
  if (queue_.empty() || !process_.is_alive() || std::exchange(is_delivery_planned_, true)) return;
  kafka_.timeline_.after(kafka_.some_delay(), [&kafka = kafka_, number = number_] {
    const auto found = kafka.producers_.find(number);
    if (found != kafka.producers_.end()) found->second->deliver();
  });
}

/// What cannot be delivered now is when something has changed, or when somebody asks.
void FakeKafkaProducer::deliver() {
  is_delivery_planned_ = false;
  if (!process_.is_alive()) return;
  expire();
  if (ended_ || failed_ || queue_.empty()) return;
  if (kafka_.reach_ != FakeKafka::Reach::Open || !can_log()) return;
  if (has_transactions() && !can_be_undone()) return;  // all of it is in the log
  KafkaReply reply =
      answer({.name = "deliver", .happen = [&] { return log_all(); }, .lose = [&] { log_some(); }});
  if (!process_.is_alive()) return;
  if (reply.is_done()) acknowledge();
  if (reply.state == State::NotYet) plan_delivery();
  settle(std::move(reply));
}

void FakeKafkaProducer::expire() {
  if (message_timeout_ == Nanos(0)) return;
  const auto is_late = [&](const Queued& queued) {
    return !queued.is_logged && queued.expires_at <= kafka_.clock_.steady();
  };
  if (!has_transactions()) {
    drop(is_late);
    return;
  }
  if (failed_ || std::none_of(queue_.begin(), queue_.end(), is_late)) return;
  settle({State::Undone, "messages were not delivered in their time"});
}

std::size_t FakeKafkaProducer::drop(const std::function<bool(const Queued&)>& is_lost) {
  const std::size_t count = std::erase_if(queue_, is_lost);
  lost_count_ += count;
  if (count != 0) kafka_.trace_.note("producer {}: {} messages are lost", number_, count);
  return count;
}

KafkaReply FakeKafkaProducer::log(std::size_t count) {
  if (has_transactions() && kafka_.coordinator.is_fenced(claim_)) return fenced();
  const FakeKafkaTopic* const found = kafka_.find(topic());
  if (found == nullptr) {
    if (has_transactions()) return {State::Undone, "there is no such topic"};
    drop([](const Queued&) { return true; });
    return KafkaReply::done();
  }
  if (!found->is_permitted) {
    return {State::Refused, "the topic may not be written to", ErrorCode::NotPermitted};
  }
  if (count != 0 && std::exchange(has_left_gap_, false) && kafka_.prng_.one_in(2)) {
    return {State::Undone, "a message before was not delivered"};
  }
  if (mark_too_large(*found, count)) {
    if (has_transactions()) {
      has_left_gap_ = true;
      return {State::TooLarge, "the topic takes no request so large"};
    }
    count -= drop([](const Queued& queued) { return queued.is_too_large; });
  }
  append(count);
  return KafkaReply::done();
}

void FakeKafkaProducer::log_some() {
  if (!queue_.empty()) log(kafka_.prng_.below(queue_.size() + 1));
}

void FakeKafkaProducer::append(std::size_t count) {
  std::size_t appended = 0;
  for (std::size_t i = 0; i < count; ++i) {
    Queued& queued = queue_[i];
    if (std::exchange(queued.is_logged, true)) continue;
    if (appended++ == 0 && has_transactions()) kafka_.coordinator.open(claim_, transaction_);
    kafka_.append(topic(), queued.partition, queued.value, transaction_, queued.label);
  }
  if (appended == 0) return;
  kafka_.trace_.note("producer {}: {} messages are in the log", number_, appended);
  kafka_.stir(topic());
}

bool FakeKafkaProducer::mark_too_large(const FakeKafkaTopic& topic, std::size_t count) {
  const std::size_t partition_count = topic.partitions.size();
  std::map<std::int32_t, std::size_t> sums;
  for (std::size_t i = 0; i < count; ++i) {
    Queued& queued = queue_[i];
    if (queued.is_logged) continue;
    const bool has_key = queued.label && queued.label->key;
    queued.partition = has_key ? partition_of(*queued.label->key, partition_count)
                               : static_cast<std::int32_t>(kafka_.prng_.below(partition_count));
    sums[queued.partition] += queued.bytes;
  }
  // Who sends no more at once than the topic takes has it parted.
  const bool is_parted = request_bytes_max() <= topic.request_bytes_max;
  bool has_too_large = false;
  for (std::size_t i = 0; i < count; ++i) {
    Queued& queued = queue_[i];
    if (queued.is_logged) continue;
    const bool is_sum_too_large = !is_parted && sums[queued.partition] > topic.request_bytes_max;
    queued.is_too_large = is_sum_too_large || queued.bytes + kOverhead > topic.request_bytes_max;
    has_too_large = has_too_large || queued.is_too_large;
  }
  return has_too_large;
}

void FakeKafkaProducer::acknowledge() {
  while (!queue_.empty() && queue_.front().is_logged) queue_.pop_front();
}

}  // namespace wordstream::sim
