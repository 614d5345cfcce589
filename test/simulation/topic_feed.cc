#include "simulation/topic_feed.h"

#include <algorithm>
#include <utility>

#include "source/kafka_choice.h"

namespace wordstream::simulation {
namespace {

constexpr const char* kInputTopic = "lines";
constexpr int kPartitionsMax = 4;
constexpr std::uint64_t kInputFaultRarity = 40;
constexpr std::size_t kGatheredMax = 200;

}  // namespace

TopicFeed::TopicFeed(sim::World& world) : world_(world), gathers_(world.prng.one_in(3)) {
  world_.kafka.make_topic(kInputTopic, partition_count_);
  world_.kafka.fault_rarity = kInputFaultRarity;
}

ChosenSource TopicFeed::choice() const {
  TopicToRead what;
  what.at.brokers = "broker:9092";
  what.at.topic = kInputTopic;
  return std::make_shared<const ReadTopic>(what);
}

void TopicFeed::add(const std::string& line) { lines_.push_back(line); }

void TopicFeed::take_turn() {
  sim::Prng& prng = world_.prng;
  sim::FakeKafka& kafka = world_.kafka;
  if (open_ == 0 && prng.one_in(4)) open_ = kafka.begin_transaction();
  // Some gather, into messages that do not fit into one block.
  if (!gathers_ || lines_.size() >= kGatheredMax) produce(open_);
  if (open_ != 0 && prng.one_in(2)) kafka.commit_transaction(std::exchange(open_, 0));
  if (prng.one_in(4)) {
    const sim::KafkaTransactionId aborted = kafka.begin_transaction();
    kafka.produce(kInputTopic, 0, "aborted", aborted);
    kafka.abort_transaction(aborted);
  }
  if (prng.one_in(8)) kafka.produce(kInputTopic, 0, "");
  if (prng.one_in(8)) kafka.change_leader(kInputTopic, 0, Millis(prng.below(300)));
  using Reach = sim::FakeKafka::Reach;
  kafka.set_reach(prng.one_in(10) ? Reach::Away : Reach::Open);
}

void TopicFeed::process_begins() {
  if (partition_count_ == kPartitionsMax || !world_.prng.one_in(4)) return;
  world_.kafka.add_partitions(kInputTopic, ++partition_count_);
}

void TopicFeed::finish() {
  produce(open_);
  if (open_ != 0) world_.kafka.commit_transaction(std::exchange(open_, 0));
  world_.kafka.fault_rarity = 0;
  world_.kafka.set_reach(sim::FakeKafka::Reach::Open);
}

/// A message has one line or some, or all; the last may have no end.
void TopicFeed::produce(sim::KafkaTransactionId transaction) {
  sim::Prng& prng = world_.prng;
  for (auto line = lines_.begin(); line != lines_.end();) {
    const auto left = static_cast<std::uint64_t>(lines_.end() - line);
    std::string value;
    const std::uint64_t most = gathers_ ? left : std::min<std::uint64_t>(left, 4);
    for (std::uint64_t count = prng.between(1, most); count > 0; --count) {
      value += *line++;
    }
    if (prng.one_in(2)) value.pop_back();
    const auto count = static_cast<std::uint64_t>(partition_count_);
    world_.kafka.produce(kInputTopic, static_cast<std::int32_t>(prng.below(count)), value,
                         transaction);
  }
  lines_.clear();
}

}  // namespace wordstream::simulation
