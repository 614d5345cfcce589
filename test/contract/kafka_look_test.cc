// The door to Kafka, before the fake one and, where this is built for it, before a real broker: how
// it stands.
#include "env/kafka_consumer.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "catch.h"
#include "contract/kafka_contract.h"

using namespace wordstream;
using namespace wordstream::contract;

namespace {

using Kind = KafkaEvent::Kind;
using Values = KafkaReader::Values;
using Offsets = KafkaReader::Offsets;

}  // namespace

TEST_CASE("a look tells where partitions begin and end, and by what name the brokers go",
          "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("looked", 3);
  produce(side, "looked", 0, {"a", "b", "c"});
  side.produce("looked", 1, "d");
  KafkaReader reader(side, "looked");
  const KafkaTopic topic = reader.look().value();
  CHECK_FALSE(topic.cluster.empty());
  CHECK(topic.group_members == 0);
  REQUIRE(topic.partitions.size() == 3);
  const Offsets ends{3, 1, 0};
  for (std::int32_t i = 0; i < 3; ++i) {
    const KafkaPartition& partition = topic.partitions.at(i);
    CHECK(partition.begin == 0);
    CHECK(partition.stable_end == ends[static_cast<std::size_t>(i)]);
    CHECK(partition.end == ends[static_cast<std::size_t>(i)]);
    CHECK_FALSE(partition.found.has_value());
  }
  CHECK(KafkaReader(side, "looked").look().value().cluster == topic.cluster);
  // While it reads, too.
  reader.read({{0, 0}});
  const KafkaTopic again = reader.look().value();
  CHECK(again.partitions.at(0).end == 3);
  reader.read_to(0, 3);
  CHECK(reader.values(0).size() == 3);
}

TEST_CASE("a look finds the first message at or behind an offset", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("found", 5);
  for (std::int32_t partition = 0; partition < 5; ++partition) {
    side.produce("found", partition, "a");
    const auto transaction = side.begin_transaction();
    transaction->produce("found", partition, "x");
    transaction->abort();
    side.produce("found", partition, "b");
  }
  KafkaReader reader(side, "found");
  // At a message, at one that was aborted, at its marker, at the end, far behind.
  const KafkaOffsets from{{0, 0}, {1, 1}, {2, 2}, {3, 4}, {4, 1000}};
  const KafkaTopic topic = reader.look(from).value();
  const auto found = [&](std::int32_t partition) {
    const std::optional<KafkaFound>& there = topic.partitions.at(partition).found;
    return there ? fmt::format("{} at {}", there->value, there->offset) : "";
  };
  CHECK(found(0) == "a at 0");
  CHECK(found(1) == "x at 1");
  CHECK(found(2) == "b at 3");
  CHECK(found(3) == "");
  CHECK(found(4) == "");
}

TEST_CASE("a consumer may go while it looks and reads, and others are not concerned", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("left", 1);
  produce(side, "left", 0, {"a", "b"});
  KafkaReader stays(side, "left");
  {
    KafkaReader goes(side, "left");
    goes.read({{0, 0}});
    goes.consumer().look({{0, 0}});
  }
  stays.read({{0, 0}});
  stays.read_to(0, 2);
  CHECK(stays.values(0) == Values{"a", "b"});
  CHECK(stays.look().has_value());
}

TEST_CASE("a topic that is not there is not found", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("another", 1);
  KafkaReader reader(side, "nowhere");
  const Result<KafkaTopic> looked = reader.look({{0, 0}});
  REQUIRE_FALSE(looked.has_value());
  CHECK(looked.error().code == ErrorCode::NotFound);
}

TEST_CASE("partitions that are added are seen by a look, and read beside the others", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("grown", 1);
  side.produce("grown", 0, "a");
  KafkaReader reader(side, "grown");
  reader.read({{0, 0}});
  reader.read_to(0, 1);
  side.add_partitions("grown", 2);
  const auto has_grown = [](const KafkaTopic& topic) { return topic.partitions.contains(1); };
  CHECK(reader.look_until(has_grown).partitions.at(1).end == 0);
  side.produce("grown", 1, "b");
  reader.read({{1, 0}});
  reader.read_to(1, 1);
  CHECK(reader.values(1) == Values{"b"});
  side.produce("grown", 0, "c");
  reader.read_to(0, 2);
  CHECK(reader.values(0) == Values{"a", "c"});
}

TEST_CASE("a look shows a topic that was made anew as it is now", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("anew", 1);
  produce(side, "anew", 0, {"old 0", "old 1", "old 2"});
  KafkaReader reader(side, "anew");
  reader.read({{0, 0}});
  reader.read_to(0, 3);
  side.delete_topic("anew");
  side.make_topic("anew", 1);
  produce(side, "anew", 0, {"new 0", "new 1"});
  const auto is_new = [](const KafkaTopic& topic) {
    const auto found = topic.partitions.find(0);
    if (found == topic.partitions.end() || !found->second.found) return false;
    return found->second.end == 2 && found->second.found->value == "new 1";
  };
  CHECK(reader.look_until(is_new, {{0, 1}}).partitions.at(0).stable_end == 2);
}

TEST_CASE("brokers that are away are told of once, and all goes on when they are back", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("away", 1);
  side.produce("away", 0, "a");
  KafkaReader reader(side, "away");
  reader.read({{0, 0}});
  reader.read_to(0, 1);
  CHECK(reader.count_of(Kind::Away) == 0);
  side.kill_broker();
  reader.wait_for_event(Kind::Away);
  const Result<KafkaTopic> looked = reader.look();
  REQUIRE_FALSE(looked.has_value());
  CHECK(looked.error().code == ErrorCode::Unavailable);
  KafkaReader late(side, "away");
  late.read({{0, 0}});
  late.wait_for_event(Kind::Away);
  side.start_broker();
  side.produce("away", 0, "b");
  reader.read_to(0, 2);
  CHECK(reader.values(0) == Values{"a", "b"});
  late.read_to(0, 2);
  CHECK(late.values(0) == Values{"a", "b"});
  CHECK(reader.look_until([](const auto&) { return true; }).partitions.at(0).end == 2);
  CHECK(reader.count_of(Kind::Away) == 1);
  CHECK(late.count_of(Kind::Away) == 1);
}
