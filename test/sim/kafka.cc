#include "sim/kafka.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "sim/kafka_consumer.h"
#include "sim/kafka_producer.h"
#include "sim/kafka_properties.h"

namespace wordstream::sim {
namespace {

constexpr std::uint64_t kDelayMax = 5'000'000;     // ns, of an answer that comes in time
constexpr std::uint64_t kLateMax = 4'000'000'000;  // of one that does not

}  // namespace

FakeKafka::FakeKafka(std::uint64_t seed, const FakeClock& clock, Timeline& timeline,
                     Handles& handles, Trace& trace, FakeStorage& storage)
    : coordinator(
          clock, timeline, trace,
          [this](KafkaTransactionId id, bool is_committed) { end_transaction(id, is_committed); }),
      prng_(seed ^ 0x4AF4A),
      clock_(clock),
      timeline_(timeline),
      handles_(handles),
      trace_(trace),
      storage_(storage) {}

Result<KafkaLibrary> FakeKafka::load() {
  if (!missing.empty()) return fail(ErrorCode::Unavailable, missing);
  return KafkaLibrary{"2.0.2", {}};
}

Result<std::unique_ptr<KafkaConsumer>> FakeKafka::consume(const KafkaSettings& settings) {
  return consume(settings, storage_.process());
}

Result<std::unique_ptr<KafkaConsumer>> FakeKafka::consume(const KafkaSettings& settings,
                                                          FakeProcess& process) {
  if (const Result<KafkaLibrary> loaded = load(); !loaded) return fail(loaded);
  if (const Status checked = check_properties(settings.properties); !checked) {
    return fail(checked);
  }
  return std::make_unique<FakeKafkaConsumer>(*this, process, settings, ++client_last_);
}

Result<std::unique_ptr<KafkaProducer>> FakeKafka::produce(const KafkaProducerSettings& settings) {
  return produce(settings, storage_.process());
}

Result<std::unique_ptr<KafkaProducer>> FakeKafka::produce(const KafkaProducerSettings& settings,
                                                          FakeProcess& process) {
  if (!process.is_alive()) return fail(ErrorCode::Io, "the process is dead");
  if (const Result<KafkaLibrary> loaded = load(); !loaded) return fail(loaded);
  if (const Status checked = FakeKafkaProducer::check(settings); !checked) return fail(checked);
  return std::make_unique<FakeKafkaProducer>(*this, process, settings, ++client_last_);
}

void FakeKafka::make_topic(const std::string& topic, int partition_count) {
  WS_CHECK(find(topic) == nullptr, "making a topic that is not there");
  const auto count = static_cast<std::size_t>(partition_count);
  topics_.emplace(topic, Topic{++topic_last_, std::vector<FakeKafkaLog>(count)});
  trace_.note("kafka: topic {} is made, {} partitions", topic, partition_count);
  stir(topic);
}

void FakeKafka::delete_topic(const std::string& topic) {
  WS_CHECK(topics_.erase(topic) == 1, "deleting a topic that is there");
  // Brokers forget where groups stood in it.
  coordinator.forget_topic(topic);
  trace_.note("kafka: topic {} is deleted", topic);
  stir(topic);
}

void FakeKafka::make_topic_anew(const std::string& topic, int partition_count) {
  delete_topic(topic);
  make_topic(topic, partition_count);
}

void FakeKafka::add_partitions(const std::string& topic, int partition_count) {
  std::vector<FakeKafkaLog>& partitions = this->topic(topic).partitions;
  const auto count = static_cast<std::size_t>(partition_count);
  WS_CHECK(count >= partitions.size(), "adding partitions");
  partitions.resize(count);
  trace_.note("kafka: topic {} has {} partitions", topic, partition_count);
  stir(topic);
}

std::int64_t FakeKafka::produce(const std::string& topic, std::int32_t partition,
                                std::string_view value, KafkaTransactionId transaction) {
  const std::int64_t offset = append(topic, partition, value, transaction, nullptr);
  trace_.note("kafka: {}/{}: {} bytes at {}", topic, partition, value.size(), offset);
  stir(topic);
  return offset;
}

std::int64_t FakeKafka::append(const std::string& topic, std::int32_t partition,
                               std::string_view value, KafkaTransactionId transaction,
                               std::shared_ptr<const KafkaLabel> label) {
  if (transaction != 0) open_[transaction].emplace(topic, find(topic)->id, partition);
  return this->partition(topic, partition).append(wall_ms(), value, transaction, std::move(label));
}

/// Where it has produced nothing there is no marker.
void FakeKafka::end_transaction(KafkaTransactionId id, bool is_committed) {
  trace_.note("kafka: transaction {} is {}", id, is_committed ? "committed" : "aborted");
  const std::set<Place> places = std::exchange(open_[id], {});
  open_.erase(id);
  for (const auto& [name, topic_id, number] : places) {
    const Topic* const found = find(name);
    if (found == nullptr || found->id != topic_id) continue;
    partition(name, number).end_transaction(id, is_committed, wall_ms());
    stir(name);
  }
}

void FakeKafka::delete_records(const std::string& topic, std::int32_t partition,
                               std::int64_t before) {
  this->partition(topic, partition).delete_before(before);
  trace_.note("kafka: {}/{}: deleted before {}", topic, partition, before);
  stir(topic);
}

void FakeKafka::compact(const std::string& topic, std::int32_t partition, std::int64_t offset) {
  this->partition(topic, partition).compact(offset);
  trace_.note("kafka: {}/{}: compacted at {}", topic, partition, offset);
}

void FakeKafka::lose_records(const std::string& topic, std::int32_t partition, std::int64_t from) {
  this->partition(topic, partition).lose_from(from);
  trace_.note("kafka: {}/{}: lost from {}", topic, partition, from);
  stir(topic);
}

const FakeKafkaLog& FakeKafka::log(const std::string& topic, std::int32_t partition) const {
  const Topic* const found = find(topic);
  WS_CHECK(found != nullptr, "looking at a topic that is there");
  return found->partitions.at(static_cast<std::size_t>(partition));
}

std::vector<std::vector<KafkaRecord>> FakeKafka::read_all(const std::string& topic,
                                                          bool is_committed) const {
  const Topic* const found = find(topic);
  WS_CHECK(found != nullptr, "reading a topic that is there");
  std::vector<std::vector<KafkaRecord>> seen;
  for (const FakeKafkaLog& log : found->partitions) {
    std::int64_t position = log.begin();
    seen.push_back(is_committed ? log.read(position, SIZE_MAX) : log.read_uncommitted());
  }
  return seen;
}

std::int64_t FakeKafka::group_offset(const std::string& group, const std::string& topic,
                                     std::int32_t partition) {
  const auto place = coordinator.place({group, topic, partition});
  return place ? place->offset : -1;
}

void FakeKafka::set_request_bytes_max(const std::string& topic, std::size_t bytes) {
  this->topic(topic).request_bytes_max = bytes;
  trace_.note("kafka: topic {} takes {} bytes at once", topic, bytes);
}

void FakeKafka::set_reach(Reach reach) {
  reach_ = reach;
  constexpr std::string_view kReaches[] = {"there", "away", "letting nobody in"};
  trace_.note("kafka: brokers are {}", kReaches[static_cast<std::size_t>(reach)]);
  stir_all();
}

void FakeKafka::set_permitted(const std::string& topic, bool is_permitted) {
  this->topic(topic).is_permitted = is_permitted;
  trace_.note("kafka: topic {} may {}be seen", topic, is_permitted ? "" : "not ");
  stir(topic);
}

void FakeKafka::set_readable(const std::string& topic, bool is_readable) {
  this->topic(topic).is_readable = is_readable;
  trace_.note("kafka: topic {} may {}be read", topic, is_readable ? "" : "not ");
  stir(topic);
}

void FakeKafka::change_leader(const std::string& topic, std::int32_t partition, Nanos pause) {
  FakeKafkaLog& log = this->partition(topic, partition);
  log.silent_until = std::max(log.silent_until, clock_.steady() + pause);
  trace_.note("kafka: {}/{}: another leader", topic, partition);
  for (const auto& [number, consumer] : consumers_) {
    if (prng_.one_in(2)) consumer->tell(KafkaEvent::Kind::Said, "a leader has changed");
  }
  timeline_.after(pause, [this, topic] { stir(topic); });
}

void FakeKafka::break_consumers(const std::string& why) {
  for (const auto& [number, consumer] : consumers_) consumer->break_off(why);
}

FakeKafka::Topic& FakeKafka::topic(const std::string& name) {
  const auto found = topics_.find(name);
  WS_CHECK(found != topics_.end(), "naming a topic that is there");
  return found->second;
}

FakeKafkaLog& FakeKafka::partition(const std::string& name, std::int32_t partition) {
  std::vector<FakeKafkaLog>& partitions = topic(name).partitions;
  const auto index = static_cast<std::size_t>(partition);
  WS_CHECK(partition >= 0 && index < partitions.size(), "naming a partition that is there");
  return partitions[index];
}

const FakeKafka::Topic* FakeKafka::find(const std::string& name) const {
  const auto found = topics_.find(name);
  return found == topics_.end() ? nullptr : &found->second;
}

std::int64_t FakeKafka::wall_ms() const {
  return std::chrono::floor<Millis>(clock_.wall().time_since_epoch()).count();
}

void FakeKafka::stir(const std::string& topic) {
  for (const auto& [number, consumer] : consumers_) {
    if (consumer->topic() == topic) consumer->stir();
  }
  for (const auto& [number, producer] : producers_) {
    if (producer->topic() == topic) producer->stir();
  }
}

void FakeKafka::stir_all() {
  for (const auto& [number, consumer] : consumers_) consumer->stir();
  for (const auto& [number, producer] : producers_) producer->stir();
}

bool FakeKafka::has_fault() { return fault_rarity != 0 && prng_.one_in(fault_rarity); }

Nanos FakeKafka::some_delay() { return Nanos(prng_.below(has_fault() ? kLateMax : kDelayMax)); }

void FakeKafka::after(Nanos delay, std::uint64_t consumer,
                      std::function<void(FakeKafkaConsumer&)> act) {
  timeline_.after(delay, [this, consumer, act = std::move(act)] {
    const auto found = consumers_.find(consumer);
    if (found != consumers_.end()) act(*found->second);
  });
}

}  // namespace wordstream::sim
