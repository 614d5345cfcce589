// The fake Kafka's producers: what a script has befall them, and what becomes of them when their
// process dies. What they have in common with real ones is in test/contract/.
#include "sim/kafka_producer.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "sim/world.h"

using namespace wordstream;
using namespace wordstream::sim;

namespace {

using State = KafkaReply::State;
using Reach = FakeKafka::Reach;
using Values = std::vector<std::string>;
using Place = std::optional<KafkaGroupPlace>;
using std::chrono::seconds;

constexpr Millis kAtMost{0};

/// A topic, and who writes to it with transactions.
struct Desk {
  explicit Desk(std::uint64_t seed = 1) : world(seed) {
    kafka.make_topic("t", 1);
    producer = make();
    REQUIRE(producer->init(kAtMost).is_done());
  }

  std::unique_ptr<KafkaProducer> make(const std::string& id = "id",
                                      KafkaProperties properties = {}) {
    return std::move(kafka
                         .produce({.brokers = "broker:9092",
                                   .topic = "t",
                                   .transactional_id = id,
                                   .properties = std::move(properties)})
                         .value());
  }
  State send(const std::string& value) {
    return producer->send({.key = std::nullopt, .value = value}).state;
  }
  State put_place(std::int64_t offset) {
    return producer->put_place("g", {.offset = offset, .metadata = "m"}, kAtMost).state;
  }
  State commit() { return producer->commit(kAtMost).state; }
  /// Begins, and sends one message with a place.
  void open(const std::string& value = "a", std::int64_t offset = 1) {
    REQUIRE(producer->begin().is_done());
    REQUIRE(send(value) == State::Done);
    REQUIRE(put_place(offset) == State::Done);
  }
  Values committed() { return values(true); }
  Values values(bool is_committed) {
    Values values;
    for (const auto& partition : kafka.read_all("t", is_committed)) {
      for (const KafkaRecord& record : partition) values.push_back(*record.value);
    }
    return values;
  }
  Place place() { return kafka.coordinator.place({"g", "t", 0}); }
  /// The process dies, and the next one has a producer.
  void restart() {
    world.disk.on_effect = nullptr;
    world.storage.process().kill();
    producer.reset();
    world.storage.restart();
    producer = make();
  }
  /// Each effect of the process has this fate.
  void meet(Fate::Kind fate) {
    world.disk.on_effect = [fate](const Effect&) { return Fate{fate}; };
  }

  World world;
  FakeKafka& kafka = world.kafka;
  std::unique_ptr<KafkaProducer> producer;
};

}  // namespace

TEST_CASE("a commit whose answer is lost is found out by asking again", "[fake_kafka]") {
  Desk desk;
  desk.kafka.producers.lost = GENERATE(KafkaLost::Undone, KafkaLost::Made, KafkaLost::MadeLater);
  desk.open();
  desk.kafka.producers.loses = "commit";
  CHECK(desk.commit() == State::NotYet);
  const bool is_made = desk.kafka.producers.lost == KafkaLost::Made;
  const bool is_under_way = desk.kafka.producers.lost == KafkaLost::MadeLater;
  CHECK(desk.committed().size() == (is_made ? 1 : 0));
  CHECK(desk.place().has_value() == is_made);
  if (is_under_way) {
    CHECK(desk.commit() == State::NotYet);
    desk.world.timeline.advance_by(seconds(1));
  }
  CHECK(desk.commit() == State::Done);
  CHECK(desk.committed() == Values{"a"});
  CHECK(desk.place() == KafkaGroupPlace{1, "m"});
  desk.open("b", 2);
  CHECK(desk.commit() == State::Done);
  CHECK(desk.committed() == Values{"a", "b"});
}

TEST_CASE("an act whose answer is lost is done once, however often it is asked for",
          "[fake_kafka]") {
  Desk desk;
  const std::string act = GENERATE("init", "put place", "flush", "abort", "find", "read group");
  desk.kafka.producers.lost = GENERATE(KafkaLost::Undone, KafkaLost::Made);
  INFO(act);
  desk.kafka.producers.loses = act;
  const auto twice = [&](const auto& ask) {
    const State first = ask().state;
    CHECK((first == State::NotYet || first == State::Done));
    return first == State::Done || ask().is_done();
  };
  KafkaTarget target;
  Place place;
  desk.producer = desk.make();
  CHECK(twice([&] { return desk.producer->find(target, kAtMost); }));
  CHECK(twice([&] { return desk.producer->init(kAtMost); }));
  CHECK(desk.producer->begin().is_done());
  CHECK(desk.send("x") == State::Done);
  CHECK(twice([&] { return desk.producer->flush(kAtMost); }));
  CHECK(twice([&] { return desk.producer->put_place("g", {.offset = 1}, kAtMost); }));
  CHECK(twice([&] { return desk.producer->read_group("g", false, place, kAtMost); }));
  CHECK(desk.values(false) == Values{"x"});
  CHECK(twice([&] { return desk.producer->abort(kAtMost); }));
  CHECK(desk.kafka.producers.loses.empty());
  desk.open();
  CHECK(desk.commit() == State::Done);
  CHECK(desk.committed() == Values{"a"});
}

TEST_CASE("who is killed at a commit has made it, or it is aborted by the next one's init",
          "[fake_kafka]") {
  Desk desk;
  const Fate::Kind fate = GENERATE(Fate::Kind::DiesBefore, Fate::Kind::DiesAfter);
  desk.open();
  desk.meet(fate);
  CHECK(desk.commit() == State::Broken);
  CHECK_FALSE(desk.world.storage.is_alive());
  CHECK(desk.send("y") == State::Broken);
  CHECK(desk.producer->begin().state == State::Broken);
  CHECK(desk.producer->hear().empty());
  const bool is_made = fate == Fate::Kind::DiesAfter;
  desk.restart();
  Place place;
  CHECK(desk.producer->read_group("g", false, place, kAtMost).is_done());
  CHECK(place.has_value() == is_made);
  const State stable = desk.producer->read_group("g", true, place, kAtMost).state;
  CHECK(stable == (is_made ? State::Done : State::NotYet));
  CHECK(desk.producer->init(kAtMost).is_done());
  CHECK(desk.producer->read_group("g", true, place, kAtMost).is_done());
  CHECK(place.has_value() == is_made);
  CHECK(desk.committed().size() == (is_made ? 1 : 0));
  CHECK(desk.values(false) == Values{"a"});
}

TEST_CASE("what was being committed when its producer died is completed by the next one's init",
          "[fake_kafka]") {
  Desk desk;
  desk.open();
  desk.kafka.producers.lost = KafkaLost::MadeLater;
  desk.meet(Fate::Kind::Fails);
  CHECK(desk.commit() == State::NotYet);
  desk.restart();
  Place place;
  CHECK(desk.producer->read_group("g", true, place, kAtMost).state == State::NotYet);
  const bool is_waited_for = GENERATE(false, true);
  if (is_waited_for) desk.world.timeline.advance_by(seconds(1));
  CHECK(desk.producer->init(kAtMost).is_done());
  CHECK(desk.producer->read_group("g", true, place, kAtMost).is_done());
  CHECK(place == KafkaGroupPlace{1, "m"});
  CHECK(desk.committed() == Values{"a"});
}

TEST_CASE("what a dead process had queued is gone", "[fake_kafka]") {
  Desk desk;
  auto plain = desk.make({});
  REQUIRE(plain->send({.key = std::nullopt, .value = "a"}).is_done());
  desk.world.storage.process().kill();
  desk.world.timeline.advance_by(seconds(60));
  CHECK(desk.values(false).empty());
  CHECK(plain->flush(kAtMost).state == State::Broken);
}

TEST_CASE("what is sent reaches the log by itself, as one effect", "[fake_kafka]") {
  Desk desk;
  auto plain = desk.make({});
  const std::uint64_t before = desk.world.disk.effect_count();
  for (int i = 0; i < 100; ++i) {
    REQUIRE(plain->send({.key = std::nullopt, .value = std::to_string(i)}).is_done());
  }
  CHECK(desk.committed().empty());
  desk.world.timeline.advance_by(seconds(1));
  CHECK(desk.committed().size() == 100);
  CHECK(plain->flush(kAtMost).is_done());
  CHECK(desk.world.disk.effect_count() - before == 1);
}

TEST_CASE("the time of a transaction goes on while the machine is suspended", "[fake_kafka]") {
  Desk desk;
  desk.open();
  const bool is_suspended = GENERATE(false, true);
  if (is_suspended) {
    desk.world.clock.suspend(seconds(61));
  } else {
    desk.world.timeline.advance_by(seconds(61));
  }
  CHECK(desk.commit() == State::Fenced);
  CHECK(desk.producer->begin().state == State::Fenced);
  desk.producer = desk.make();
  REQUIRE(desk.producer->init(kAtMost).is_done());
  desk.open("b", 2);
  CHECK(desk.commit() == State::Done);
  CHECK(desk.committed() == Values{"b"});
}

TEST_CASE("a script has a transaction fail, a producer fenced, or the library break",
          "[fake_kafka]") {
  Desk desk;
  desk.open();
  SECTION("undone") {
    desk.kafka.producers.undoes = "commit";
    CHECK(desk.commit() == State::Undone);
    CHECK(desk.send("b") == State::Undone);
    CHECK(desk.producer->abort(kAtMost).is_done());
    desk.open("c", 2);
    CHECK(desk.commit() == State::Done);
    CHECK(desk.committed() == Values{"c"});
    CHECK(desk.place() == KafkaGroupPlace{2, "m"});
  }
  SECTION("fenced") {
    desk.kafka.coordinator.time_out("id");
    CHECK(desk.put_place(2) == State::Fenced);
    CHECK(desk.producer->abort(kAtMost).state == State::Fenced);
  }
  SECTION("broken") {
    desk.kafka.producers.breaks = "put place";
    CHECK(desk.put_place(2) == State::Broken);
    CHECK(desk.commit() == State::Broken);
    CHECK(desk.producer->hear().at(0).kind == KafkaEvent::Kind::Broken);
    CHECK(desk.kafka.coordinator.has_open_transaction("id"));
  }
}

TEST_CASE("a group is forgotten, by itself or with its topic", "[fake_kafka]") {
  Desk desk;
  desk.open();
  CHECK(desk.commit() == State::Done);
  REQUIRE(desk.place().has_value());
  SECTION("by itself") { desk.kafka.coordinator.forget_group("g"); }
  SECTION("with its topic, and what is pending, too") {
    desk.open("b", 2);
    desk.kafka.make_topic_anew("t", 1);
    CHECK_FALSE(desk.kafka.coordinator.is_pending({"g", "t", 0}));
    CHECK(desk.commit() == State::Done);
  }
  CHECK_FALSE(desk.place().has_value());
  CHECK(desk.kafka.group_offset("g", "t", 0) == -1);
}

TEST_CASE("nobody answers while brokers are away, let nobody in, or elect a leader",
          "[fake_kafka]") {
  Desk desk;
  desk.open();
  const Reach reach = GENERATE(Reach::Away, Reach::LockedOut, Reach::Open);
  desk.kafka.set_reach(reach);
  if (reach == Reach::Open) desk.kafka.change_leader("t", 0, seconds(5));
  CHECK(desk.send("b") == State::Done);
  CHECK(desk.producer->flush(kAtMost).state == State::NotYet);
  CHECK(desk.commit() == State::NotYet);
  desk.world.timeline.advance_by(seconds(6));
  const std::vector<KafkaEvent> events = desk.producer->hear();
  CHECK(events.size() == (reach == Reach::Open ? 0 : 1));
  desk.kafka.set_reach(Reach::Open);
  CHECK(desk.commit() == State::Done);
  CHECK(desk.committed() == Values{"a", "b"});
  CHECK(desk.producer->hear().empty());
}

TEST_CASE("messages whose time is over fail their transaction, or are lost", "[fake_kafka]") {
  Desk desk;
  const KafkaProperties short_time{{"message.timeout.ms", "5000"}};
  const std::string id = GENERATE("another", "");
  desk.producer = desk.make(id, short_time);
  if (!id.empty()) REQUIRE(desk.producer->init(kAtMost).is_done());
  if (!id.empty()) REQUIRE(desk.producer->begin().is_done());
  desk.kafka.set_reach(Reach::Away);
  REQUIRE(desk.send("a") == State::Done);
  desk.world.timeline.advance_by(seconds(6));
  const State flushed = desk.producer->flush(kAtMost).state;
  CHECK(flushed == (id.empty() ? State::Done : State::Undone));
  CHECK(desk.producer->lost_count() == (id.empty() ? 1 : 0));
  desk.kafka.set_reach(Reach::Open);
  desk.world.timeline.advance_by(seconds(6));
  CHECK(desk.values(false).empty());
}

TEST_CASE("a topic that may not be seen, is gone, or tells no limits", "[fake_kafka]") {
  Desk desk;
  KafkaTarget target;
  desk.kafka.producers.hides_limits = true;
  CHECK(desk.producer->find(target, kAtMost).is_done());
  CHECK_FALSE(target.request_bytes_max.has_value());
  desk.open();
  desk.kafka.set_permitted("t", false);
  const KafkaReply hidden = desk.producer->find(target, kAtMost);
  CHECK(hidden.state == State::Refused);
  CHECK(hidden.code == ErrorCode::NotPermitted);
  CHECK(desk.commit() == State::Refused);
  CHECK(desk.producer->abort(kAtMost).is_done());
  desk.kafka.delete_topic("t");
  CHECK(desk.producer->find(target, kAtMost).code == ErrorCode::NotFound);
  CHECK(desk.producer->begin().is_done());
  CHECK(desk.send("b") == State::Done);
  CHECK(desk.commit() == State::Undone);
}

TEST_CASE("messages that together are more than the topic takes fail, unless they are parted",
          "[fake_kafka]") {
  Desk desk;
  desk.kafka.set_request_bytes_max("t", 1000);
  const auto bytes_max = GENERATE(as<std::size_t>(), 0, 1000);
  desk.producer = desk.kafka
                      .produce({.brokers = "broker:9092",
                                .topic = "t",
                                .transactional_id = "id",
                                .request_bytes_max = bytes_max})
                      .value();
  REQUIRE(desk.producer->init(kAtMost).is_done());
  REQUIRE(desk.producer->begin().is_done());
  for (int i = 0; i < 20; ++i) REQUIRE(desk.send(std::string(100, 'x')) == State::Done);
  CHECK(desk.commit() == (bytes_max == 0 ? State::TooLarge : State::Done));
  if (bytes_max != 0) return;
  // As with librdkafka 2.0.2, the next transaction may suffer from it, and none behind that.
  for (const bool may_fail : {true, false}) {
    CHECK(desk.producer->abort(kAtMost).is_done());
    CHECK(desk.producer->begin().is_done());
    CHECK(desk.send("x") == State::Done);
    const State ended = desk.commit();
    CHECK((ended == State::Done || (may_fail && ended == State::Undone)));
    if (ended == State::Done) break;
  }
}
