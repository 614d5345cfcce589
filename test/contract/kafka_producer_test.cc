// The door to Kafka for who writes, before the fake one and, where this is built for it, before a
// real broker: what arrives, and where.
#include "env/kafka_producer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catch.h"
#include "contract/kafka_contract.h"
#include "contract/kafka_writer.h"
#include "murmur2.h"

using namespace wordstream;
using namespace wordstream::contract;

namespace {

using State = KafkaReply::State;
using Values = std::vector<std::string>;

std::vector<KafkaRow> committed(KafkaSide& side, const std::string& topic) {
  return side.rows(topic, Isolation::ReadCommitted);
}

Values sorted(Values values) {
  std::sort(values.begin(), values.end());
  return values;
}

/// "0" to one less, each of them longer by `padding`.
Values numbers(int count, std::size_t padding = 0) {
  Values values;
  for (int i = 0; i < count; ++i) values.push_back(std::to_string(i) + std::string(padding, '.'));
  return values;
}

}  // namespace

TEST_CASE("the oracle hashes as Kafka's own clients do", "[kafka]") {
  // Source: Kafka 4.x, UtilsTest.
  CHECK(static_cast<std::int32_t>(murmur2("21")) == -973932308);
  CHECK(static_cast<std::int32_t>(murmur2("foobar")) == -790332482);
  CHECK(static_cast<std::int32_t>(murmur2("a-little-bit-long-string")) == -985981536);
  CHECK(static_cast<std::int32_t>(murmur2("abc")) == 479470107);
}

TEST_CASE("a producer's properties are checked before anybody is asked", "[kafka]") {
  KAFKA_SIDE(side);
  for (const std::string name : {"no.such.property", "linger.ms"}) {
    KafkaProducerSettings settings = side.producer_settings("never", {});
    settings.properties[name] = "a-secret-value";
    const auto made = side.kafka().produce(settings);
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().code == ErrorCode::InvalidArgument);
    CHECK(made.error().message.find(name) != std::string::npos);
    CHECK(made.error().message.find("a-secret-value") == std::string::npos);
  }
}

TEST_CASE("a topic is found with its partitions and by what name the brokers go", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("target", 3);
  side.make_small_topic("small", 1, 12'345);
  KafkaTarget target;
  must(KafkaWriter(side, side.producer_settings("target", {})).find(target));
  CHECK(target.partition_count == 3);
  CHECK_FALSE(target.cluster.empty());
  CHECK(target.cluster == KafkaReader(side, "target").look().value().cluster);
  REQUIRE(target.request_bytes_max.has_value());
  CHECK(*target.request_bytes_max > 100'000);
  must(KafkaWriter(side, side.producer_settings("small", {})).find(target));
  CHECK(target.partition_count == 1);
  CHECK(target.request_bytes_max == 12'345);
}

TEST_CASE("a topic that is not there is not found, and is not made", "[kafka]") {
  KAFKA_SIDE(side);
  KafkaWriter writer(side, side.producer_settings("nowhere", {}));
  KafkaTarget target;
  for (int i = 0; i < 2; ++i) {
    const KafkaReply found = writer.find(target);
    CHECK(found.state == State::Refused);
    CHECK(found.code == ErrorCode::NotFound);
    CHECK_FALSE(found.why.empty());
  }
  CHECK_FALSE(side.has_topic("nowhere"));
  side.make_topic("nowhere", 1);
  must(writer.find(target));
}

TEST_CASE("a topic's name that can be none is not found either", "[kafka]") {
  KAFKA_SIDE(side);
  KafkaWriter writer(side, side.producer_settings("no such topic/at all", {}));
  KafkaTarget target;
  const KafkaReply found = writer.find(target);
  CHECK(found.state == State::Refused);
  CHECK(found.code == ErrorCode::NotFound);
}

TEST_CASE("messages arrive byte for byte, with their keys and headers", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("bytes", 1);
  using namespace std::string_literals;
  const std::string odd = "\0\r\n\xff\xc3"s;
  const std::string large(500'000, 'x');
  const std::array<KafkaHeader, 3> headers{{{"batch", "7"}, {"batch", odd}, {"empty", ""}}};
  KafkaWriter writer(side, "bytes");
  must(writer.send({.key = "key", .value = "value", .headers = headers}));
  must(writer.send({.key = odd, .value = odd}));
  must(writer.send({.key = "", .value = ""}));
  must(writer.send({.key = std::nullopt, .value = large}));
  must(writer.flush());
  CHECK(writer.producer().lost_count() == 0);
  const std::vector<KafkaRow> rows = committed(side, "bytes");
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].key == "key");
  CHECK(rows[0].value == "value");
  using Headers = decltype(KafkaRow::headers);
  CHECK((rows[0].headers == Headers{{"batch", "7"}, {"batch", odd}, {"empty", ""}}));
  CHECK(rows[1].key == odd);
  CHECK(rows[1].value == odd);
  CHECK(rows[1].headers.empty());
  CHECK(rows[2].key == "");
  CHECK(rows[2].value == "");
  CHECK(rows[3].key == std::nullopt);
  // Not printed where it differs.
  CHECK((rows[3].value == large));
}

TEST_CASE("a key says which partition it goes to, as Java's producers have it", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("keys", 7);
  KafkaWriter writer(side, "keys");
  Values keys{"", "21", "foobar", "a-little-bit-long-string", "abc", "\xff\xfe\x80", "M\xc3\xbc"};
  for (int i = 0; i < 100; ++i) keys.push_back(fmt::format("key {}", i));
  for (const std::string& key : keys) must(writer.send({.key = key, .value = key}));
  for (int i = 0; i < 200; ++i) must(writer.send({.key = std::nullopt, .value = "by chance"}));
  must(writer.flush());
  Values arrived;
  std::set<std::int32_t> by_chance;
  for (const KafkaRow& row : committed(side, "keys")) {
    if (!row.key) {
      by_chance.insert(row.partition);
      continue;
    }
    INFO(*row.key);
    CHECK(row.partition == partition_of(*row.key, 7));
    CHECK(row.value == row.key);
    arrived.push_back(*row.key);
  }
  CHECK(sorted(arrived) == sorted(keys));
  CHECK_FALSE(by_chance.empty());
}

TEST_CASE("without transactions, all is acknowledged in its order when it was flushed", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("flushed", 1);
  KafkaWriter writer(side, "flushed");
  must(writer.flush());
  for (const std::string& value : numbers(3000)) must(writer.send(value));
  must(writer.flush());
  CHECK((values(committed(side, "flushed")) == numbers(3000)));
  must(writer.send("last"));
  must(writer.flush());
  CHECK(values(committed(side, "flushed")).back() == "last");
  CHECK(writer.producer().lost_count() == 0);
}

TEST_CASE("more messages than there is room for all arrive", "[kafka]") {
  KAFKA_SIDE(side);
  constexpr int kCount = 300'000;
  side.make_topic("room", 1);
  KafkaWriter writer(side, "room", "room");
  must(writer.begin());
  for (const std::string& value : numbers(kCount)) {
    // Not counted each.
    const KafkaReply sent = writer.send({.key = std::nullopt, .value = value});
    if (!sent.is_done()) must(sent);
  }
  must(writer.commit());
  CHECK((values(committed(side, "room")) == numbers(kCount)));
}

TEST_CASE("a message that is too large for the topic is told, and its transaction ends",
          "[kafka]") {
  KAFKA_SIDE(side);
  side.make_small_topic("limited", 1, 10'000);
  KafkaWriter writer(side, "limited", "limited");
  must(writer.begin());
  must(writer.send("before"));
  const KafkaReply sent = writer.send(std::string(20'000, 'x'));
  const KafkaReply ended = sent.is_done() ? writer.commit() : sent;
  CHECK(ended.state == State::TooLarge);
  CHECK_FALSE(ended.why.empty());
  must(writer.abort());
  writer.write({"after"});
  CHECK(values(committed(side, "limited")) == Values{"after"});
}

TEST_CASE("many messages fit into requests that are no larger than the topic has them", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_small_topic("fitting", 1, 10'000);
  KafkaTarget target;
  must(KafkaWriter(side, side.producer_settings("fitting", {})).find(target));
  KafkaProducerSettings settings = side.producer_settings("fitting", "fitting");
  settings.request_bytes_max = target.request_bytes_max.value();
  KafkaWriter writer(side, settings);
  must(writer.init());
  const Values small = numbers(500, 150);
  writer.write(small);
  // Nearly as large as one may be, where nothing else is beside it.
  Values large = numbers(20, 4'800);
  writer.write(large);
  large.insert(large.begin(), small.begin(), small.end());
  CHECK((values(committed(side, "fitting")) == large));
  must(writer.begin());
  const KafkaReply sent = writer.send(std::string(10'001, 'x'));
  CHECK((sent.is_done() ? writer.commit() : sent).state == State::TooLarge);
  must(writer.abort());
}

TEST_CASE("without transactions, what is too large is told or counted as lost", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_small_topic("lost", 1, 10'000);
  KafkaWriter writer(side, "lost");
  const KafkaReply sent = writer.send(std::string(20'000, 'x'));
  must(writer.flush());
  CHECK((sent.state == State::TooLarge || writer.producer().lost_count() == 1));
  must(writer.send("a"));
  must(writer.flush());
  CHECK(values(committed(side, "lost")) == Values{"a"});
  CHECK(writer.producer().lost_count() <= 1);
}

TEST_CASE("a broker that is killed is waited for, and nothing is lost or there twice", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("killed", 2);
  KafkaWriter writer(side, "killed", "killed"), plain(side, "killed"), placing(side, "killed", "p");
  const KafkaGroupPlace place{.offset = 2, .metadata = "placed"};
  must(placing.begin());
  must(writer.begin());
  Values expected = numbers(2000);
  for (const std::string& value : expected) must(writer.send(value));
  must(writer.put_place("killed", {.offset = 1}));
  must(plain.send("plain"));
  side.kill_broker();
  // As many as there is room for.
  KafkaReply sent = KafkaReply::done();
  for (int i = 0; i < 1'000'000; ++i) {
    const std::string value = fmt::format("away {}", i);
    sent = writer.producer().send({.key = value, .value = value});
    if (!sent.is_done()) break;
    expected.push_back(value);
  }
  CHECK(sent.state == State::NotYet);
  CHECK(writer.producer().flush(Millis(100)).state == State::NotYet);
  CHECK(plain.producer().flush(Millis(100)).state == State::NotYet);
  KafkaTarget target;
  CHECK(plain.producer().find(target, Millis(100)).state == State::NotYet);
  CHECK(plain.ask_group("killed", true).state == State::NotYet);
  CHECK(writer.hears(KafkaEvent::Kind::Away));
  CHECK(writer.producer().commit(Millis(100)).state == State::NotYet);
  CHECK(placing.producer().put_place("place", place, Millis(100)).state == State::NotYet);
  side.start_broker();
  must(writer.commit());
  must(placing.put_place("place", place));
  must(placing.commit());
  must(plain.flush());
  CHECK(plain.producer().lost_count() == 0);
  expected.emplace_back("plain");
  CHECK((sorted(values(committed(side, "killed"))) == sorted(expected)));
  CHECK(writer.read_group("killed", true) == KafkaGroupPlace{.offset = 1});
  CHECK(plain.read_group("place", true) == place);
  writer.write({"goes on"});
}
