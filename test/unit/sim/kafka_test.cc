// The fake Kafka's own faults, and what becomes of its consumers: what it has in common with real
// brokers is in test/contract/.
#include "sim/kafka.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "contract/fake_kafka.h"
#include "contract/kafka_reader.h"

using namespace wordstream;
using namespace wordstream::sim;

namespace {

using contract::FakeKafkaSide;
using contract::KafkaReader;
using Kind = KafkaEvent::Kind;
using Reach = FakeKafka::Reach;
using Values = KafkaReader::Values;
using std::chrono::seconds;

/// A topic of two partitions, with a message in each, and who has read both.
struct Place {
  explicit Place(std::uint64_t seed = 1) : side(seed) {
    kafka.make_topic("t", 2);
    kafka.produce("t", 0, "a");
    kafka.produce("t", 1, "b");
    KafkaSettings settings = side.settings("t");
    settings.group = "g";
    reader = std::make_unique<KafkaReader>(side, settings);
    reader->read({{0, 0}, {1, 0}});
    reader->read_to(0, 1);
    reader->read_to(1, 1);
  }

  /// Lets time pass, and takes what comes meanwhile.
  void pass(Nanos span) {
    const SteadyTime until = world.clock.steady() + span;
    while (world.clock.steady() < until) {
      const SteadyTime next = world.timeline.next().value_or(until);
      world.timeline.advance_to(std::min(next, until));
      reader->take_all();
    }
  }
  ErrorCode look_error() {
    const Result<KafkaTopic> topic = reader->look();
    REQUIRE_FALSE(topic.has_value());
    return topic.error().code;
  }

  FakeKafkaSide side;
  World& world = side.world();
  FakeKafka& kafka = world.kafka;
  std::unique_ptr<KafkaReader> reader;
};

}  // namespace

TEST_CASE("a look that is lost is answered when its time is over, and the next one at once",
          "[fake_kafka]") {
  Place place;
  place.kafka.lost_looks = 1;
  const SteadyTime asked_at = place.world.clock.steady();
  CHECK(place.look_error() == ErrorCode::Unavailable);
  CHECK(place.world.clock.steady() - asked_at == seconds(10));
  CHECK(place.reader->look().has_value());
  CHECK(place.world.clock.steady() - asked_at < seconds(11));
}

TEST_CASE("who is not let in is told so, and goes on when he is", "[fake_kafka]") {
  Place place;
  place.kafka.set_reach(Reach::LockedOut);
  place.kafka.produce("t", 0, "c");
  place.reader->wait_for_event(Kind::Refused);
  const ErrorCode code = place.look_error();
  CHECK((code == ErrorCode::Unavailable || code == ErrorCode::NotPermitted));
  CHECK(place.reader->count_of(Kind::Away) == 0);
  CHECK(place.reader->values(0) == Values{"a"});
  place.kafka.set_reach(Reach::Open);
  place.reader->read_to(0, 2);
  CHECK(place.reader->values(0) == Values{"a", "c"});
}

TEST_CASE("a topic that may not be read is silent until it may", "[fake_kafka]") {
  Place place;
  place.kafka.set_permitted("t", false);
  place.kafka.produce("t", 0, "c");
  CHECK(place.look_error() == ErrorCode::NotPermitted);
  place.reader->wait_for_event(Kind::Refused);
  place.pass(seconds(60));
  CHECK(place.reader->count_of(Kind::Refused) == 1);
  CHECK(place.reader->values(0) == Values{"a"});
  place.kafka.set_permitted("t", true);
  place.reader->read_to(0, 2);
}

TEST_CASE("nothing comes from a partition while another leads it", "[fake_kafka]") {
  Place place;
  const SteadyTime since = place.world.clock.steady();
  place.kafka.change_leader("t", 0, seconds(3));
  place.kafka.produce("t", 0, "c");
  place.kafka.produce("t", 1, "d");
  place.reader->read_to(1, 2);
  CHECK(place.world.clock.steady() - since < seconds(1));
  place.reader->read_to(0, 2);
  CHECK(place.world.clock.steady() - since >= seconds(3));
  CHECK(place.reader->count_of(Kind::Away) == 0);
  place.kafka.change_leader("t", 1, seconds(20));
  CHECK(place.look_error() == ErrorCode::Unavailable);
  CHECK(place.reader->look_until([](const auto&) { return true; }).partitions.size() == 2);
}

TEST_CASE("a topic that was made anew is silent to who has read it, or taken for the old one",
          "[fake_kafka]") {
  Place place;
  place.kafka.mistakes_topics = GENERATE(false, true);
  place.kafka.make_topic_anew("t", 2);
  for (int i = 0; i < 3; ++i) place.kafka.produce("t", 0, "new");
  place.pass(seconds(60));
  CHECK(place.reader->events().size() == (place.kafka.mistakes_topics ? 4 : 2));
  CHECK(place.reader->values(0).size() == (place.kafka.mistakes_topics ? 3 : 1));
  // The other partition is shorter than it was.
  CHECK(place.reader->count_of(Kind::OutOfRange) == (place.kafka.mistakes_topics ? 1 : 0));
  CHECK(place.reader->look().value().partitions.at(0).end == 3);
}

TEST_CASE("a topic that was deleted is spoken of, and not found", "[fake_kafka]") {
  Place place;
  place.reader->consumer().commit({{0, 1}});
  CHECK(place.kafka.group_offset("g", "t", 0) == 1);
  place.kafka.delete_topic("t");
  CHECK(place.look_error() == ErrorCode::NotFound);
  place.reader->wait_for_event(Kind::Said);
  CHECK(place.kafka.group_offset("g", "t", 0) == -1);
}

TEST_CASE("retention overtakes who does not take what has come", "[fake_kafka]") {
  Place place;
  for (int i = 1; i < 2000; ++i) place.kafka.produce("t", 0, std::to_string(i));
  place.world.timeline.advance_by(seconds(10));  // until its queue is full
  place.kafka.delete_records("t", 0, 1000);
  REQUIRE(place.reader->wait_for([&] { return place.reader->count_of(Kind::OutOfRange) == 1; }));
  CHECK(place.reader->values(0).size() > 100);
  CHECK(place.reader->values(0).size() < 1000);
  place.pass(seconds(60));
  CHECK(place.reader->offsets(0).back() < 1000);
  place.reader->read({{0, 1000}});
  place.reader->read_to(0, 2000);
  CHECK(place.reader->values(0).back() == "1999");
}

TEST_CASE("what compaction has taken is passed over, and what comes behind it is found",
          "[fake_kafka]") {
  Place place;
  for (const char* const value : {"c", "d", "e"}) place.kafka.produce("t", 0, value);
  place.kafka.compact("t", 0, 1);
  place.kafka.compact("t", 0, 3);
  place.reader->read_to(0, 4);
  CHECK(place.reader->values(0) == Values{"a", "d"});
  const KafkaTopic topic = place.reader->look({{0, 1}}).value();
  CHECK(topic.partitions.at(0).found.value().offset == 2);
  CHECK_FALSE(place.reader->look({{0, 3}}).value().partitions.at(0).found.has_value());
}

TEST_CASE("who has read what an election has lost is out of range, unless it has grown again",
          "[fake_kafka]") {
  Place place;
  for (const char* const value : {"c", "d", "e"}) place.kafka.produce("t", 0, value);
  place.reader->read_to(0, 4);
  place.kafka.lose_records("t", 0, 2);
  const bool has_grown = GENERATE(false, true);
  if (has_grown) {
    for (const char* const value : {"f", "g", "h"}) place.kafka.produce("t", 0, value);
    place.reader->read_to(0, 5);
    CHECK(place.reader->values(0) == Values{"a", "c", "d", "e", "h"});
  } else {
    place.reader->wait_for_event(Kind::OutOfRange);
  }
}

TEST_CASE("a marker takes an offset in each partition of its transaction, and in no other topic",
          "[fake_kafka]") {
  Place place;
  place.kafka.make_topic("u", 1);
  const KafkaTransactionId id = place.kafka.begin_transaction();
  for (const std::int32_t partition : {0, 1, 1}) place.kafka.produce("t", partition, "x", id);
  place.kafka.produce("u", 0, "x", id);
  place.kafka.make_topic_anew("u", 1);
  place.kafka.commit_transaction(id);
  CHECK(place.kafka.log("t", 0).end() == 3);
  CHECK(place.kafka.log("t", 1).end() == 4);
  CHECK(place.kafka.log("u", 0).end() == 0);
  const KafkaTransactionId empty = place.kafka.begin_transaction();
  place.kafka.abort_transaction(empty);
  place.reader->read_to(0, 3);
  place.reader->read_to(1, 4);
  CHECK(place.reader->values(1) == Values{"b", "x", "x"});
}

TEST_CASE("offsets whose commit is not answered may stand in the group", "[fake_kafka]") {
  Place place;
  place.kafka.lost_commits = 1;
  place.reader->consumer().commit({{0, 1}, {1, 1}});
  place.reader->wait_for_event(Kind::NotCommitted);
  CHECK(place.kafka.group_offset("g", "t", 1) == 1);
  place.kafka.set_reach(Reach::Away);
  place.reader->consumer().commit({{0, 7}});
  CHECK(place.reader->wait_for([&] { return place.reader->count_of(Kind::NotCommitted) == 2; }));
  CHECK(place.kafka.group_offset("g", "t", 0) == 1);
}

TEST_CASE("a commit is an effect of its process, before or after which that may die",
          "[fake_kafka]") {
  Place place;
  const Fate::Kind fate = GENERATE(Fate::Kind::DiesBefore, Fate::Kind::DiesAfter);
  place.world.disk.on_effect = [&](const Effect& effect) {
    CHECK(effect.kind == Effect::Kind::Server);
    return Fate{fate};
  };
  place.kafka.produce("t", 0, "c");
  place.reader->consumer().commit({{0, 1}});
  CHECK_FALSE(place.world.storage.is_alive());
  CHECK(place.kafka.group_offset("g", "t", 0) == (fate == Fate::Kind::DiesAfter ? 1 : -1));
  place.pass(seconds(60));
  CHECK_FALSE(place.reader->is_ready());
  CHECK(place.reader->values(0) == Values{"a"});
  // The next process has a consumer of its own.
  place.reader.reset();
  place.world.disk.on_effect = nullptr;
  place.world.storage.restart();
  KafkaReader next(place.side, "t");
  next.read({{0, 1}});
  next.read_to(0, 2);
  CHECK(next.values(0) == Values{"c"});
}

TEST_CASE("a library that is not there, or has come to its end, says why", "[fake_kafka]") {
  Place place;
  place.kafka.break_consumers("no memory");
  place.reader->wait_for_event(Kind::Broken);
  CHECK(place.reader->events().back().why == "no memory");
  CHECK(place.look_error() == ErrorCode::Unavailable);
  place.kafka.produce("t", 0, "c");
  place.pass(seconds(60));
  CHECK(place.reader->values(0) == Values{"a"});
  place.kafka.missing = "install it";
  const auto made = place.kafka.consume(place.side.settings("t"));
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().code == ErrorCode::Unavailable);
  CHECK(made.error().message == "install it");
}

TEST_CASE("a look sees live members of the group, and the cluster as it is called now",
          "[fake_kafka]") {
  Place place;
  place.kafka.set_members("g", 2);
  place.kafka.set_members("h", 3);
  place.kafka.cluster_id = "another";
  const KafkaTopic topic = place.reader->look().value();
  CHECK(topic.group_members == 2);
  CHECK(topic.cluster == "another");
}
