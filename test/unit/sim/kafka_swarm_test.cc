// The fake Kafka with all of its faults at once, by seeds: whatever happens, a consumer is given
// what was committed, once, in its order, and nothing else.
#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "contract/fake_kafka.h"
#include "contract/kafka_reader.h"
#include "seeds.h"

using namespace wordstream;
using namespace wordstream::sim;

namespace {

using contract::FakeKafkaSide;
using contract::KafkaReader;
using Kind = KafkaEvent::Kind;
using Reach = FakeKafka::Reach;

/// What producers have done to a topic, and what is to be read of it.
class Producers {
 public:
  Producers(FakeKafka& kafka, Prng& prng) : kafka_(kafka), prng_(prng) {
    kafka_.make_topic("t", partition_count_);
  }

  void act() {
    const auto partition =
        static_cast<std::int32_t>(prng_.below(static_cast<std::uint64_t>(partition_count_)));
    switch (prng_.below(12)) {
      case 0:
        if (transaction_ == 0) transaction_ = kafka_.begin_transaction();
        break;
      case 1:
        end_transaction();
        break;
      case 2:
        kafka_.change_leader("t", partition, Millis(prng_.below(5000)));
        break;
      case 3:
        kafka_.set_reach(static_cast<Reach>(prng_.below(3)));
        break;
      case 4:
        if (partition_count_ < 4) kafka_.add_partitions("t", ++partition_count_);
        break;
      default:
        produce(partition);
    }
  }
  /// All is well again.
  void end() {
    end_transaction();
    kafka_.set_reach(Reach::Open);
    kafka_.fault_rarity = 0;
  }

  int partition_count() const { return partition_count_; }
  KafkaReader::Values committed(std::int32_t partition) const {
    KafkaReader::Values values;
    const auto found = values_.find(partition);
    if (found == values_.end()) return values;
    for (const auto& [value, transaction] : found->second) {
      if (!aborted_.contains(transaction)) values.push_back(value);
    }
    return values;
  }

 private:
  void produce(std::int32_t partition) {
    const KafkaTransactionId transaction = prng_.one_in(2) ? transaction_ : 0;
    const std::string value = std::to_string(++value_last_);
    kafka_.produce("t", partition, value, transaction);
    values_[partition].emplace_back(value, transaction);
  }
  void end_transaction() {
    const KafkaTransactionId ended = std::exchange(transaction_, 0);
    if (ended == 0) return;
    if (prng_.one_in(2)) return kafka_.commit_transaction(ended);
    kafka_.abort_transaction(ended);
    aborted_.insert(ended);
  }

  FakeKafka& kafka_;
  Prng& prng_;
  int partition_count_ = 2;
  std::uint64_t value_last_ = 0;
  KafkaTransactionId transaction_ = 0;
  std::map<std::int32_t, std::vector<std::pair<std::string, KafkaTransactionId>>> values_;
  std::set<KafkaTransactionId> aborted_;
};

/// Returns the hash of the run.
std::uint64_t run(std::uint64_t seed) {
  INFO("seed " << seed);
  FakeKafkaSide side(seed);
  World& world = side.world();
  world.kafka.fault_rarity = world.prng.between(2, 20);
  Producers producers(world.kafka, world.prng);
  KafkaReader reader(side, "t");
  reader.messages_max = world.prng.between(1, 20);
  reader.read({{0, 0}, {1, 0}});
  int read_count = 2;
  for (int i = 0; i < 300; ++i) {
    producers.act();
    if (world.prng.one_in(2)) world.timeline.advance_by(Millis(world.prng.below(50)));
    if (world.prng.one_in(2)) reader.take_all();
    if (producers.partition_count() > read_count) reader.read({{read_count++, 0}});
  }
  producers.end();
  for (std::int32_t partition = 0; partition < read_count; ++partition) {
    reader.read_to(partition, world.kafka.log("t", partition).end());
    CHECK(reader.values(partition) == producers.committed(partition));
  }
  CHECK(reader.count_of(Kind::OutOfRange) == 0);
  return world.trace.hash();
}

}  // namespace

TEST_CASE("whatever befalls the fake brokers, what is committed is read once and in order",
          "[fake_kafka]") {
  if (const auto seed = number_in("WORDSTREAM_SEED")) {
    run(*seed);
    return;
  }
  for (std::uint64_t seed = 1; seed <= seed_count(500); ++seed) run(seed);
}

TEST_CASE("a seed makes one run of the fake Kafka", "[fake_kafka]") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CHECK(run(seed) == run(seed));
    CHECK(run(seed) != run(seed + 1));
  }
}
