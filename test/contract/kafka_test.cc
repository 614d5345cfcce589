// The door to Kafka, before the fake one and, where this is built for it, before a real broker:
// what is read, and what is told.
#include "env/kafka_consumer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
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

TEST_CASE("the library says its version, and properties are checked before anybody is asked",
          "[kafka]") {
  KAFKA_SIDE(side);
  const auto library = side.kafka().load();
  REQUIRE(library.has_value());
  CHECK_FALSE(library->version.empty());
  for (const std::string name : {"no.such.property", "session.timeout.ms"}) {
    KafkaSettings settings = side.settings("never");
    settings.properties[name] = "a-secret-value";
    const auto made = side.kafka().consume(settings);
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().code == ErrorCode::InvalidArgument);
    CHECK(made.error().message.find(name) != std::string::npos);
    CHECK(made.error().message.find("a-secret-value") == std::string::npos);
  }
}

TEST_CASE("each partition is read in its order from the offset that was asked for", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("ordered", 4);
  for (int i = 0; i < 5; ++i) {
    for (std::int32_t partition = 0; partition < 4; ++partition) {
      CHECK(side.produce("ordered", partition, fmt::format("{}-{}", partition, i)) == i);
    }
  }
  KafkaReader reader(side, "ordered");
  reader.read({{0, 0}, {1, 2}, {2, 5}});
  for (const std::int32_t partition : {0, 1, 2}) reader.read_to(partition, 5);
  CHECK(reader.values(0) == Values{"0-0", "0-1", "0-2", "0-3", "0-4"});
  CHECK(reader.offsets(0) == Offsets{0, 1, 2, 3, 4});
  CHECK(reader.values(1) == Values{"1-2", "1-3", "1-4"});
  CHECK(reader.offsets(1) == Offsets{2, 3, 4});
  CHECK(reader.values(2).empty());
  reader.read({{3, 4}});
  reader.read_to(3, 5);
  CHECK(reader.values(3) == Values{"3-4"});
  CHECK(reader.values(0).size() == 5);
}

TEST_CASE("two consumers of a topic each get all of it", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("twice", 1);
  produce(side, "twice", 0, {"a", "b"});
  KafkaReader first(side, "twice"), second(side, "twice");
  first.read({{0, 0}});
  second.read({{0, 1}});
  first.read_to(0, 2);
  second.read_to(0, 2);
  CHECK(first.values(0) == Values{"a", "b"});
  CHECK(second.values(0) == Values{"b"});
}

TEST_CASE("null and empty values are messages, and any bytes come as they are", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("values", 1);
  std::string large;
  while (large.size() < 900'000) large += static_cast<char>(large.size() * 7 % 256);
  using namespace std::string_literals;
  const Values values{"", "\0\r\n\xff"s, large, ""};
  side.produce("values", 0, std::string_view());
  produce(side, "values", 0, values);
  KafkaReader reader(side, "values");
  reader.read({{0, 0}});
  reader.read_to(0, 5);
  CHECK(reader.offsets(0) == Offsets{0, 1, 2, 3, 4});
  // Not printed where they differ.
  CHECK((reader.values(0) == Values{"", "", values[1], large, ""}));
}

TEST_CASE("no more messages are taken at once than were asked for", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("many", 2);
  Values values;
  for (int i = 0; i < 500; ++i) values.push_back(std::to_string(i));
  produce(side, "many", 0, values);
  produce(side, "many", 1, values);
  KafkaReader reader(side, "many");
  reader.messages_max = 7;
  reader.read({{0, 0}, {1, 0}});
  reader.read_to(0, 500);
  reader.read_to(1, 500);
  CHECK(reader.largest_take == 7);
  CHECK(reader.values(0) == values);
  CHECK(reader.values(1) == values);
}

TEST_CASE("the time of a message is that of its making", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("times", 1);
  const WallTime before = side.clock().wall() - std::chrono::seconds(1);
  side.produce("times", 0, "a");
  const WallTime after = side.clock().wall() + std::chrono::seconds(1);
  KafkaReader reader(side, "times");
  reader.read({{0, 0}});
  reader.read_to(0, 1);
  const WallTime time{Millis(reader.time_ms(0))};
  CHECK(time >= before);
  CHECK(time <= after);
  const KafkaTopic topic = reader.look({{0, 0}}).value();
  REQUIRE(topic.partitions.at(0).found.has_value());
  CHECK(topic.partitions.at(0).found->time_ms == reader.time_ms(0));
}

TEST_CASE("the end is told when all was taken, and again behind what came later", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("ends", 2);
  KafkaReader reader(side, "ends");
  reader.read({{0, 0}, {1, 0}});
  reader.read_to(0, 0);
  reader.read_to(1, 0);
  side.produce("ends", 0, "a");
  reader.read_to(0, 1);
  CHECK(reader.values(0) == Values{"a"});
  produce(side, "ends", 0, {"b", "c"});
  side.produce("ends", 1, "d");
  reader.read_to(0, 3);
  reader.read_to(1, 1);
  CHECK(reader.values(0) == Values{"a", "b", "c"});
  CHECK(reader.values(1) == Values{"d"});
}

TEST_CASE("an open transaction holds back what is behind it until it is committed", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("committed", 1);
  side.produce("committed", 0, "a");
  const auto transaction = side.begin_transaction();
  CHECK(transaction->produce("committed", 0, "x") == 1);
  side.produce("committed", 0, "b");
  KafkaReader reader(side, "committed");
  reader.read({{0, 0}});
  reader.read_to(0, 1);
  CHECK(reader.values(0) == Values{"a"});
  KafkaPartition there = reader.look({{0, 1}}).value().partitions.at(0);
  CHECK(there.stable_end == 1);
  CHECK(there.end == 3);
  // What was looked for is shown before it is committed.
  REQUIRE(there.found.has_value());
  CHECK(there.found->value == "x");
  KafkaReader behind(side, "committed");
  behind.read({{0, 2}});
  behind.take_all();
  transaction->commit();
  reader.read_to(0, 4);
  CHECK(reader.values(0) == Values{"a", "x", "b"});
  behind.read_to(0, 4);
  CHECK(behind.values(0) == Values{"b"});
  there = reader.look().value().partitions.at(0);
  CHECK(there.stable_end == 4);
  CHECK(there.end == 4);
}

TEST_CASE("an aborted transaction is not shown, and the end is behind its marker", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("aborted", 1);
  side.produce("aborted", 0, "a");
  const auto transaction = side.begin_transaction();
  transaction->produce("aborted", 0, "x");
  transaction->produce("aborted", 0, "y");
  KafkaReader reader(side, "aborted");
  reader.read({{0, 0}});
  reader.read_to(0, 1);
  transaction->abort();
  reader.read_to(0, 4);
  CHECK(reader.values(0) == Values{"a"});
  KafkaReader within(side, "aborted");
  within.read({{0, 2}});
  within.read_to(0, 4);
  CHECK(within.values(0).empty());
  side.produce("aborted", 0, "b");
  reader.read_to(0, 5);
  CHECK(reader.values(0) == Values{"a", "b"});
  CHECK(reader.offsets(0) == Offsets{0, 4});
}

TEST_CASE("what was deleted is out of range, and so is what never was", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("deleted", 3);
  for (std::int32_t partition = 0; partition < 3; ++partition) {
    produce(side, "deleted", partition, {"a", "b", "c"});
  }
  side.delete_records("deleted", 0, 2);
  KafkaReader reader(side, "deleted");
  const KafkaPartition left = reader.look({{0, 0}}).value().partitions.at(0);
  CHECK(left.begin == 2);
  CHECK(left.end == 3);
  REQUIRE(left.found.has_value());
  CHECK(left.found->offset == 2);
  CHECK(left.found->value == "c");
  reader.read({{0, 1}, {1, 100}, {2, 0}});
  reader.read_to(2, 3);
  REQUIRE(reader.wait_for([&] { return reader.count_of(Kind::OutOfRange) == 2; }));
  std::vector<std::int32_t> partitions;
  for (const KafkaEvent& event : reader.events()) {
    if (event.kind == Kind::OutOfRange) partitions.push_back(event.partition);
  }
  std::sort(partitions.begin(), partitions.end());
  CHECK(partitions == std::vector<std::int32_t>{0, 1});
  CHECK(reader.values(0).empty());
  CHECK(reader.values(1).empty());
  CHECK(reader.values(2) == Values{"a", "b", "c"});
  KafkaReader behind(side, "deleted");
  behind.read({{0, 2}});
  behind.read_to(0, 3);
  CHECK(behind.values(0) == Values{"c"});
}

TEST_CASE("offsets are committed to the group that is named, and to none where none is",
          "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("grouped", 2);
  produce(side, "grouped", 0, {"a", "b", "c"});
  KafkaSettings settings = side.settings("grouped");
  settings.group = "watchers";
  KafkaReader reader(side, settings), other(side, "grouped");
  CHECK(side.group_offset("watchers", "grouped", 0) == -1);
  reader.read({{0, 0}});
  reader.read_to(0, 3);
  other.consumer().commit({{0, 1}});
  reader.consumer().commit({{0, 2}});
  const auto stands_at = [&] { return side.group_offset("watchers", "grouped", 0); };
  // Nothing tells when it has got there: looks let time pass.
  const auto becomes = [&](std::int64_t offset) {
    const SteadyTime deadline = side.clock().steady() + kKafkaPatience;
    while (stands_at() != offset && side.clock().steady() < deadline) (void)reader.look();
    return stands_at() == offset;
  };
  CHECK(becomes(2));
  reader.consumer().commit({{0, 3}});
  CHECK(becomes(3));
  CHECK(side.group_offset("watchers", "grouped", 1) == -1);
  CHECK(reader.look().value().group_members == 0);
  CHECK(reader.count_of(Kind::NotCommitted) == 0);
}

TEST_CASE("a consumer is ready when there is something to take", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("ready", 1);
  KafkaReader reader(side, "ready");
  reader.read({{0, 0}});
  reader.read_to(0, 0);
  const std::unique_ptr<Poller> poller = side.make_poller();
  REQUIRE(poller->watch(reader.consumer(), Interest::Read, 5));
  const auto becomes_unready = [&] {
    const SteadyTime deadline = side.clock().steady() + kKafkaPatience;
    while (reader.is_ready()) {
      if (side.clock().steady() >= deadline) return false;
    }
    return true;
  };
  for (const std::string value : {"a", "b"}) {
    REQUIRE(becomes_unready());
    side.produce("ready", 0, value);
    poller->wait(side.clock().steady() + kKafkaPatience);
    CHECK(poller->take_ready() == std::vector<std::uint64_t>{5});
    CHECK(reader.wait_for([&] { return reader.values(0).size() > 0; }));
    reader.read_to(0, value == "a" ? 1 : 2);
  }
  poller->forget(reader.consumer());
}

TEST_CASE("where a partition ends is known when its broker was heard", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("heard", 2);
  produce(side, "heard", 0, {"a", "b", "c"});
  KafkaReader reader(side, "heard");
  CHECK_FALSE(reader.consumer().last_end(0).has_value());
  reader.read({{0, 2}});
  reader.read_to(0, 3);
  CHECK(reader.wait_for([&] { return reader.consumer().last_end(0) == 3; }));
  CHECK_FALSE(reader.consumer().last_end(1).has_value());
  produce(side, "heard", 0, {"d", "e"});
  reader.read_to(0, 5);
  CHECK(reader.wait_for([&] { return reader.consumer().last_end(0) == 5; }));
}
