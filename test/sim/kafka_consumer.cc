#include "sim/kafka_consumer.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace wordstream::sim {
namespace {

constexpr auto kAnswersWithin = std::chrono::seconds(10);
constexpr std::size_t kFetchMax = 100;  // messages
constexpr std::size_t kQueueMax = 200;  // of a partition; no more are fetched
constexpr std::uint64_t kReadyForNothingRarity = 8;

constexpr const char* kLockedOut = "Authentication failed";
constexpr const char* kNoTopic = "there is no such topic";
constexpr const char* kForbidden = "the topic may not be read";

}  // namespace

FakeKafkaConsumer::FakeKafkaConsumer(FakeKafka& kafka, FakeProcess& process,
                                     const KafkaSettings& settings, std::uint64_t number)
    : kafka_(kafka),
      process_(process),
      settings_(settings),
      number_(number),
      entry_(kafka.handles_, [this] {
        const bool has_news = has_items() || !events_.empty() || answer_.has_value() || has_heard_;
        return Readiness{.readable = process_.is_alive() && (has_news || is_ready_for_nothing_)};
      }) {
  kafka_.consumers_.emplace(number_, this);
  kafka_.trace_.note("consumer {}: of topic {}", number_, topic());
  stir();
}

FakeKafkaConsumer::~FakeKafkaConsumer() { kafka_.consumers_.erase(number_); }

void FakeKafkaConsumer::stir() {
  if (is_broken_) return;
  if (reach_told_ != kafka_.reach_) {
    kafka_.after(kafka_.some_delay(), number_, [](auto& consumer) { consumer.notice_reach(); });
  }
  for (auto& [partition, reading] : readings_) plan_fetch(partition, reading);
  if (look_) plan_look();
}

void FakeKafkaConsumer::notice_reach() {
  using Reach = FakeKafka::Reach;
  if (is_broken_ || std::exchange(reach_told_, kafka_.reach_) == kafka_.reach_) return;
  if (reach_told_ == Reach::Away) tell(KafkaEvent::Kind::Away, "Connection refused");
  if (reach_told_ == Reach::LockedOut) tell(KafkaEvent::Kind::Refused, kLockedOut);
}

void FakeKafkaConsumer::tell(KafkaEvent::Kind kind, std::string why) {
  kafka_.trace_.note("consumer {}: {}", number_, why);
  events_.push_back({.kind = kind, .why = std::move(why)});
}

void FakeKafkaConsumer::break_off(const std::string& why) {
  if (std::exchange(is_broken_, true)) return;
  tell(KafkaEvent::Kind::Broken, why);
  if (look_) answer(fail(ErrorCode::Unavailable, why));
}

void FakeKafkaConsumer::read(const KafkaOffsets& from) {
  for (const auto& [partition, offset] : from) {
    Reading& reading = readings_[partition];
    reading.queue.clear();
    reading.is_over = false;
    reading.position = offset;
    reading.topic_id = 0;
    reading.end_told = -1;
    kafka_.trace_.note("consumer {}: partition {} from {}", number_, partition, offset);
    plan_fetch(partition, reading);
  }
}

void FakeKafkaConsumer::plan_fetch(std::int32_t partition, Reading& reading) {
  if (reading.is_over || std::exchange(reading.is_fetch_planned, true)) return;
  kafka_.after(kafka_.some_delay(), number_,
               [partition](auto& consumer) { consumer.fetch(partition); });
}

std::string FakeKafkaConsumer::obstacle(const FakeKafka::Topic* topic) const {
  if (topic == nullptr) return kNoTopic;
  return topic->is_permitted && topic->is_readable ? "" : kForbidden;
}

/// What it cannot fetch now it fetches when something has changed.
void FakeKafkaConsumer::fetch(std::int32_t partition) {
  Reading& reading = readings_.at(partition);
  reading.is_fetch_planned = false;
  if (!process_.is_alive() || is_broken_ || reading.is_over) return;
  if (kafka_.reach_ != FakeKafka::Reach::Open) return;
  const FakeKafka::Topic* const topic = kafka_.find(settings_.topic);
  const std::string why = obstacle(topic);
  if (std::exchange(obstacle_told_, why) != why && !why.empty()) {
    tell(topic == nullptr ? KafkaEvent::Kind::Said : KafkaEvent::Kind::Refused, why);
    if (topic != nullptr) events_.back().partition = partition;
  }
  const auto index = static_cast<std::size_t>(partition);
  if (topic == nullptr || !why.empty() || index >= topic->partitions.size()) return;
  if (reading.topic_id == 0 || kafka_.mistakes_topics) reading.topic_id = topic->id;
  if (reading.topic_id != topic->id) return;
  const FakeKafkaLog& log = topic->partitions[index];
  if (kafka_.clock_.steady() < log.silent_until) return;
  reading.is_held = reading.queue.size() >= kQueueMax;
  if (!reading.is_held) fetch_from(log, partition, reading);
}

void FakeKafkaConsumer::fetch_from(const FakeKafkaLog& log, std::int32_t partition,
                                   Reading& reading) {
  reading.last_end = log.end();
  if (reading.position < log.begin() || reading.position > log.end()) {
    reading.is_over = true;
    kafka_.trace_.note("consumer {}: partition {}: {} is out of range", number_, partition,
                       reading.position);
    reading.queue.push_back({.event = KafkaEvent{KafkaEvent::Kind::OutOfRange, partition}});
    return;
  }
  const std::size_t count_max = kafka_.prng_.part_of(kFetchMax);
  const std::vector<KafkaRecord> records = log.read(reading.position, count_max);
  for (const KafkaRecord& record : records) reading.queue.push_back({.record = record});
  kafka_.trace_.note("consumer {}: partition {}: {} messages, up to {}", number_, partition,
                     records.size(), reading.position);
  if (reading.position < log.stable_end()) return plan_fetch(partition, reading);
  // Behind the stable end, as within a transaction, it is no end.
  if (reading.position != log.stable_end() || reading.end_told == reading.position) return;
  reading.end_told = reading.position;
  reading.queue.push_back(
      {.event = KafkaEvent{KafkaEvent::Kind::End, partition, reading.position}});
}

void FakeKafkaConsumer::look(const KafkaOffsets& found_from) {
  WS_CHECK(!look_ && !answer_, "asking when the last answer was taken");
  const bool is_lost = kafka_.lost_looks > 0 || kafka_.has_fault();
  if (kafka_.lost_looks > 0) --kafka_.lost_looks;
  look_ = Look{found_from, kafka_.clock_.steady() + kAnswersWithin, is_lost};
  if (is_broken_) return answer(fail(ErrorCode::Unavailable, "the library has come to its end"));
  // A library says again and again that nobody lets it in.
  if (reach_told_ == FakeKafka::Reach::LockedOut && kafka_.prng_.one_in(2)) {
    tell(KafkaEvent::Kind::Refused, kLockedOut);
  }
  plan_look();
}

void FakeKafkaConsumer::plan_look() {
  if (std::exchange(look_->is_planned, true)) return;
  kafka_.after(kafka_.some_delay(), number_, [](auto& consumer) { consumer.go_on_looking(); });
}

void FakeKafkaConsumer::go_on_looking() {
  if (!look_ || !process_.is_alive()) return;
  look_->is_planned = false;
  const SteadyTime now = kafka_.clock_.steady();
  if (now >= look_->deadline) return answer(fail(ErrorCode::Unavailable, "no broker has answered"));
  if (look_->is_lost) return wait_for_answer();
  if (kafka_.reach_ == FakeKafka::Reach::LockedOut && kafka_.prng_.one_in(2)) {
    return answer(fail(ErrorCode::NotPermitted, kLockedOut));
  }
  if (kafka_.reach_ != FakeKafka::Reach::Open) return wait_for_answer();
  const FakeKafka::Topic* const topic = kafka_.find(settings_.topic);
  const bool has_shrunk =
      topic != nullptr && topic->partitions.size() < look_->topic.partitions.size();
  if (topic == nullptr || has_shrunk) return answer(fail(ErrorCode::NotFound, kNoTopic));
  const bool is_readable = topic->is_readable || look_->found_from.empty();
  if (!topic->is_permitted || !is_readable) {
    return answer(fail(ErrorCode::NotPermitted, kForbidden));
  }
  if (topic->is_silent(now)) return wait_for_answer();
  ask(*topic);
  if (look_->step == Look::Step::Found) return answer(std::move(look_->topic));
  look_->step = static_cast<Look::Step>(static_cast<int>(look_->step) + 1);
  plan_look();
}

void FakeKafkaConsumer::ask(const FakeKafka::Topic& topic) {
  const bool is_first = look_->step == Look::Step::Begin;
  const std::size_t count = is_first ? topic.partitions.size() : look_->topic.partitions.size();
  for (std::size_t i = 0; i < count; ++i) {
    const auto number = static_cast<std::int32_t>(i);
    const FakeKafkaLog& log = topic.partitions[i];
    KafkaPartition& partition = look_->topic.partitions[number];
    switch (look_->step) {
      case Look::Step::Begin:
        partition.begin = log.begin();
        break;
      case Look::Step::StableEnd:
        partition.stable_end = log.stable_end();
        break;
      case Look::Step::End:
        partition.end = log.end();
        break;
      case Look::Step::Found: {
        const auto from = look_->found_from.find(number);
        if (from == look_->found_from.end()) break;
        const KafkaRecord* const found = log.find_from(from->second);
        if (found == nullptr || found->offset >= partition.end) break;
        partition.found = KafkaFound{found->offset, found->time_ms, *found->value};
        break;
      }
    }
  }
  look_->topic.cluster = kafka_.cluster_id;
  const auto members = kafka_.members_.find(settings_.group);
  look_->topic.group_members = members == kafka_.members_.end() ? 0 : members->second;
}

void FakeKafkaConsumer::wait_for_answer() {
  if (std::exchange(look_->has_deadline, true)) return;
  kafka_.after(look_->deadline - kafka_.clock_.steady(), number_,
               [](auto& consumer) { consumer.go_on_looking(); });
}

void FakeKafkaConsumer::answer(Result<KafkaTopic> topic) {
  kafka_.trace_.note("consumer {}: looked: {}", number_, topic ? "" : topic.error().message);
  look_.reset();
  answer_ = std::move(topic);
}

bool FakeKafkaConsumer::has_items() const {
  return std::any_of(readings_.begin(), readings_.end(),
                     [](const auto& entry) { return !entry.second.queue.empty(); });
}

KafkaNews FakeKafkaConsumer::take(std::size_t messages_max) {
  messages_.clear();
  values_.clear();
  KafkaNews news;
  if (!process_.is_alive()) return news;
  news.events = std::exchange(events_, {});
  news.topic = std::exchange(answer_, {});
  has_heard_ = false;
  std::vector<std::int32_t> open;
  std::size_t queued = 0;
  for (const auto& [partition, reading] : readings_) {
    if (!reading.queue.empty()) open.push_back(partition);
    queued += reading.queue.size();
  }
  const std::size_t most = std::min(messages_max, queued);
  const std::size_t limit = most == 0 ? 0 : kafka_.prng_.part_of(most);
  while (!open.empty()) {
    const auto at = open.begin() + static_cast<std::ptrdiff_t>(kafka_.prng_.below(open.size()));
    if (!take_next(*at, readings_.at(*at), limit, news)) open.erase(at);
  }
  news.messages = messages_;
  news.is_all = !has_items();
  is_ready_for_nothing_ = news.is_all && kafka_.prng_.one_in(kReadyForNothingRarity);
  for (auto& [partition, reading] : readings_) {
    if (reading.is_held && reading.queue.size() < kQueueMax) plan_fetch(partition, reading);
  }
  return news;
}

bool FakeKafkaConsumer::take_next(std::int32_t partition, Reading& reading, std::size_t limit,
                                  KafkaNews& news) {
  Item& next = reading.queue.front();
  if (next.event) {
    const bool is_end = next.event->kind == KafkaEvent::Kind::End;
    if (is_end && reading.queue.size() > 1 && kafka_.prng_.one_in(2)) {
      reading.queue.pop_front();
      return true;  // it is no end any more, and another one follows
    }
    news.events.push_back(std::move(*next.event));
    reading.queue.pop_front();
    return false;  // no message of its partition may come behind it
  }
  if (messages_.size() == limit) return false;
  values_.push_back(next.record.value);
  messages_.push_back({partition, next.record.offset, next.record.time_ms, *values_.back()});
  reading.queue.pop_front();
  return !reading.queue.empty();
}

std::optional<std::int64_t> FakeKafkaConsumer::last_end(std::int32_t partition) const {
  const auto found = readings_.find(partition);
  return found == readings_.end() ? std::nullopt : found->second.last_end;
}

/// What is lost may have been committed all the same.
void FakeKafkaConsumer::commit(const KafkaOffsets& next) {
  if (settings_.group.empty() || !process_.is_alive() || is_broken_) return;
  bool is_acknowledged = false;
  const auto note = [&] {
    for (const auto& [partition, offset] : next) {
      kafka_.coordinator.set_place({settings_.group, settings_.topic, partition}, {offset});
    }
  };
  const auto happen = [&] {
    note();
    is_acknowledged = kafka_.lost_commits == 0;
    if (!is_acknowledged) --kafka_.lost_commits;
  };
  const auto lose = [&] {
    if (kafka_.prng_.one_in(2)) note();
  };
  if (kafka_.reach_ == FakeKafka::Reach::Open) {
    if (kafka_.has_fault()) {
      lose();
    } else {
      process_.ask("kafka", "commit offsets", happen, lose);
    }
  }
  ++commit_count_;
  kafka_.after(kafka_.some_delay(), number_, [is_acknowledged](auto& consumer) {
    --consumer.commit_count_;
    consumer.has_heard_ = true;
    if (is_acknowledged) return;
    consumer.tell(KafkaEvent::Kind::NotCommitted, "offsets were not committed");
  });
}

}  // namespace wordstream::sim
