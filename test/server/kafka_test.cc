// The door to Kafka before a real broker: what no fake one can show.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <string>

#include "catch.h"
#include "contract/kafka_contract.h"

using namespace wordstream;
using namespace wordstream::contract;

namespace {

/// That this process has in memory now.
std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  statm >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

using Kind = KafkaEvent::Kind;
using SteadyClock = std::chrono::steady_clock;

KafkaSettings as_guest(RealKafkaSide& side, const std::string& topic, const std::string& password) {
  KafkaSettings settings = side.settings(topic);
  settings.brokers = server::KafkaBroker::shared().guarded_address();
  settings.properties = {{"security.protocol", "SASL_PLAINTEXT"},
                         {"sasl.mechanism", "PLAIN"},
                         {"sasl.username", "guest"},
                         {"sasl.password", password}};
  return settings;
}

void check_not_permitted(KafkaReader& reader, const KafkaOffsets& found_from = {}) {
  const Result<KafkaTopic> looked = reader.look(found_from);
  REQUIRE_FALSE(looked.has_value());
  INFO(looked.error().message);
  CHECK(looked.error().code == ErrorCode::NotPermitted);
}

}  // namespace

TEST_CASE("a wrong password is a refusal, and is not repeated", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("guarded", 1);
  KafkaReader reader(side, as_guest(side, "guarded", "a-wrong-password"));
  reader.read({{0, 0}});
  reader.wait_for_event(Kind::Refused);
  CHECK(reader.count_of(Kind::Away) == 0);
  check_not_permitted(reader);
  for (const KafkaEvent& event : reader.events()) {
    INFO(event.why);
    CHECK(event.why.find("a-wrong-password") == std::string::npos);
    CHECK(event.why.find('\n') == std::string::npos);
  }
}

TEST_CASE("a topic that may not be seen is not permitted", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("guarded", 1);
  KafkaReader reader(side, as_guest(side, "guarded", "guest-password"));
  check_not_permitted(reader);
}

TEST_CASE("a topic that may be seen and not read is refused, until it may be read", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("guarded", 1);
  side.produce("guarded", 0, "a");
  side.cluster().allow("guest", side.name_of("guarded"), RD_KAFKA_ACL_OPERATION_DESCRIBE);
  KafkaReader reader(side, as_guest(side, "guarded", "guest-password"));
  CHECK(reader.look_until([](const auto&) { return true; }).partitions.at(0).end == 1);
  reader.read({{0, 0}});
  reader.wait_for_event(Kind::Refused);
  check_not_permitted(reader, {{0, 0}});
  CHECK(reader.values(0).empty());
  side.cluster().allow("guest", side.name_of("guarded"), RD_KAFKA_ACL_OPERATION_READ);
  reader.read_to(0, 1);
  CHECK(reader.values(0) == KafkaReader::Values{"a"});
}

TEST_CASE("who lives in the group is counted, and does not let others commit", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("shared", 1);
  side.produce("shared", 0, "a");
  KafkaSettings settings = side.settings("shared");
  settings.group = side.name_of("members");
  KafkaReader reader(side, settings);
  {
    const server::Handle member = side.cluster().join(settings.group, side.name_of("shared"));
    CHECK(reader.look().value().group_members == 1);
    reader.consumer().commit({{0, 1}});
    reader.wait_for_event(Kind::NotCommitted);
  }
  CHECK(reader.look_until([](const auto& topic) { return topic.group_members == 0; })
            .partitions.at(0)
            .end == 1);
}

TEST_CASE("what was committed last is in the group when its consumer is gone", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("last", 1);
  side.produce("last", 0, "a");
  KafkaSettings settings = side.settings("last");
  settings.group = side.name_of("last");
  {
    KafkaReader reader(side, settings);
    reader.read({{0, 0}});
    reader.read_to(0, 1);
    // The coordinator is found by the first.
    reader.consumer().commit({{0, 0}});
    const auto deadline = SteadyClock::now() + kKafkaPatience;
    while (side.group_offset(settings.group, "last", 0) != 0 && SteadyClock::now() < deadline) {
      reader.take_all();
    }
    reader.consumer().commit({{0, 1}});
  }
  CHECK(side.group_offset(settings.group, "last", 0) == 1);
}

TEST_CASE("a consumer goes at once, though its broker is away and is being looked for", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("left", 1);
  KafkaSettings settings = side.settings("left");
  settings.group = side.name_of("left");
  auto reader = std::make_unique<KafkaReader>(side, settings);
  reader->read({{0, 0}});
  reader->read_to(0, 0);
  side.kill_broker();
  reader->wait_for_event(Kind::Away);
  reader->consumer().look({});
  reader->consumer().commit({{0, 0}});
  const auto before = SteadyClock::now();
  reader.reset();
  CHECK(SteadyClock::now() - before < std::chrono::seconds(5));
}

TEST_CASE("half a million messages in packs come once each, and leave no memory behind",
          "[kafka]") {
  KAFKA_SIDE(side);
  constexpr int kCount = 500'000;
  side.make_topic("packs", 1);
  side.cluster().produce_many(side.name_of("packs"), 0, kCount, "some words of a line");
  auto consumer = side.kafka().consume(side.settings("packs")).value();
  const std::unique_ptr<Poller> poller = side.make_poller();
  poller->watch(*consumer, Interest::Read, 1);
  const auto read_all = [&] {
    consumer->read({{0, 0}});
    const SteadyTime deadline = side.clock().steady() + kKafkaPatience;
    std::int64_t next = 0;
    while (next < kCount && side.clock().steady() < deadline) {
      const KafkaNews news = consumer->take(4096);
      const bool is_next =
          std::all_of(news.messages.begin(), news.messages.end(), [&](const KafkaMessage& message) {
            return message.offset == next++ && message.value == "some words of a line";
          });
      if (!is_next) FAIL("each message comes once, in its order");
      if (news.is_all) poller->wait(deadline);
    }
    CHECK(next == kCount);
    return resident_bytes();
  };
  // What is not given back is more than 100 MB each time.
  const std::size_t once = read_all();
  read_all();
  CHECK(read_all() < once + 100'000'000);
  poller->forget(*consumer);
}

TEST_CASE("a partition that is read anew begins there, and what had come of it is dropped",
          "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("anew", 1);
  produce(side, "anew", 0, {"a", "b", "c", "d"});
  auto consumer = side.kafka().consume(side.settings("anew")).value();
  const std::unique_ptr<Poller> poller = side.make_poller();
  poller->watch(*consumer, Interest::Read, 1);
  const SteadyTime deadline = side.clock().steady() + kKafkaPatience;
  // To its end, of which the messages come in one take or in several.
  const auto values = [&] {
    std::string all;
    bool has_ended = false;
    while (!has_ended && side.clock().steady() < deadline) {
      const KafkaNews news = consumer->take(3);
      for (const KafkaMessage& message : news.messages) all += message.value;
      for (const KafkaEvent& event : news.events) has_ended |= event.kind == Kind::End;
      if (news.is_all && !has_ended) poller->wait(deadline);
    }
    return all;
  };
  consumer->read({{0, 0}});
  poller->wait(deadline);
  consumer->read({{0, 3}});
  CHECK(values() == "d");
  consumer->read({{0, 1}});
  CHECK(values() == "bcd");
  // Behind the end, from where it does not go on by itself.
  consumer->read({{0, 99}});
  bool is_out = false;
  while (!is_out && side.clock().steady() < deadline) {
    for (const KafkaEvent& event : consumer->take(3).events)
      is_out |= event.kind == Kind::OutOfRange;
    if (!is_out) poller->wait(deadline);
  }
  CHECK(is_out);
  consumer->read({{0, 2}});
  CHECK(values() == "cd");
  poller->forget(*consumer);
}
