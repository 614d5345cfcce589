#include "contract/kafka_reader.h"

#include <algorithm>
#include <utility>

#include "catch.h"

namespace wordstream::contract {
namespace {

std::unique_ptr<KafkaConsumer> make(Kafka& kafka, const KafkaSettings& settings) {
  Result<std::unique_ptr<KafkaConsumer>> made = kafka.consume(settings);
  INFO((made ? "" : made.error().message));
  REQUIRE(made.has_value());
  return std::move(*made);
}

template <class Value>
Value value_of(const std::map<std::int32_t, Value>& values, std::int32_t partition, Value without) {
  const auto found = values.find(partition);
  return found == values.end() ? without : found->second;
}

}  // namespace

KafkaReader::KafkaReader(KafkaSide& side, const KafkaSettings& settings)
    : side_(side), consumer_(make(side.kafka(), settings)), poller_(side.make_poller()) {
  REQUIRE(poller_->watch(*consumer_, Interest::Read, 1));
}

KafkaReader::~KafkaReader() { poller_->forget(*consumer_); }

bool KafkaReader::wait_for(const std::function<bool()>& holds) {
  const SteadyTime deadline = side_.clock().steady() + kKafkaPatience;
  while (true) {
    const bool is_all = take();
    if (holds()) return true;
    if (!is_all) continue;
    if (side_.clock().steady() >= deadline) return false;
    poller_->wait(deadline);
  }
}

void KafkaReader::read_to(std::int32_t partition, std::int64_t end) {
  INFO("partition " << partition << " to its end at " << end);
  REQUIRE(wait_for([&] { return end_of(partition) == end; }));
}

void KafkaReader::wait_for_event(Kind kind) {
  INFO("kind " << static_cast<int>(kind));
  REQUIRE(wait_for([&] { return count_of(kind) > 0; }));
}

void KafkaReader::take_all() {
  while (!take()) {
  }
}

bool KafkaReader::is_ready() {
  take_all();
  poller_->wait(side_.clock().steady());
  return !poller_->take_ready().empty();
}

Result<KafkaTopic> KafkaReader::look(const KafkaOffsets& found_from) {
  topic_.reset();
  const SteadyTime asked_at = side_.clock().steady();
  consumer_->look(found_from);
  REQUIRE(wait_for([&] { return topic_.has_value(); }));
  // 10 s are promised, and a loaded machine may need some more.
  CHECK(side_.clock().steady() - asked_at < std::chrono::seconds(15));
  return *std::exchange(topic_, std::nullopt);
}

KafkaTopic KafkaReader::look_until(const std::function<bool(const KafkaTopic&)>& is_so,
                                   const KafkaOffsets& found_from) {
  const SteadyTime deadline = side_.clock().steady() + kKafkaPatience;
  Result<KafkaTopic> topic = look(found_from);
  while (!topic || !is_so(*topic)) {
    INFO((topic ? "it is not so" : topic.error().message));
    REQUIRE(side_.clock().steady() < deadline);
    topic = look(found_from);
  }
  return *topic;
}

KafkaReader::Values KafkaReader::values(std::int32_t partition) const {
  return value_of(values_, partition, {});
}

KafkaReader::Offsets KafkaReader::offsets(std::int32_t partition) const {
  return value_of(offsets_, partition, {});
}

std::int64_t KafkaReader::end_of(std::int32_t partition) const {
  return value_of(ends_, partition, std::int64_t{-1});
}

std::size_t KafkaReader::count_of(Kind kind) const {
  return static_cast<std::size_t>(std::count_if(
      events_.begin(), events_.end(), [&](const KafkaEvent& event) { return event.kind == kind; }));
}

bool KafkaReader::take() {
  KafkaNews news = consumer_->take(messages_max);
  if (news.messages.size() > messages_max) FAIL("more than were asked for");
  largest_take = std::max(largest_take, news.messages.size());
  for (const KafkaMessage& message : news.messages) {
    Offsets& offsets = offsets_[message.partition];
    if (!offsets.empty() && message.offset <= offsets.back()) FAIL("offsets grow");
    if (message.offset < end_of(message.partition)) FAIL("all before the end was given");
    offsets.push_back(message.offset);
    values_[message.partition].emplace_back(message.value);
    times_[message.partition] = message.time_ms;
  }
  for (KafkaEvent& event : news.events) {
    if (event.kind == Kind::End) {
      const Offsets& offsets = offsets_[event.partition];
      if (!offsets.empty() && event.offset <= offsets.back()) FAIL("the end is behind all");
      ends_[event.partition] = event.offset;
    }
    events_.push_back(std::move(event));
  }
  if (news.topic) topic_ = std::move(news.topic);
  return news.is_all;
}

}  // namespace wordstream::contract
