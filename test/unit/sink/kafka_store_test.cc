// How a topic gets a batch and its offset together, and what becomes of it when a transaction is
// undone, a producer is fenced, an answer is lost, or a group is forgotten.
#include "sink/kafka_store.h"

#include <string>
#include <vector>

#include "catch.h"
#include "unit/sink/topic_place.h"

using namespace wordstream;
using namespace wordstream::topic_test;
using sim::KafkaLost;

TEST_CASE("a batch and its number are committed together", "[kafka_store]") {
  Place place;
  place.must_open(resume_of(1, 0, 0));
  CHECK(place.progress() == "0 epoch=1");
  place.batch(1, {{"a", 2}, {"b", 1}});
  CHECK(place.rows() == Lines{"1000 2000 a 2", "1000 2000 b 1"});
  CHECK(place.progress() == "1 epoch=1");
  place.batch(2, {});
  CHECK(place.progress() == "2 epoch=1");
}

TEST_CASE("nothing of a batch is seen before it is committed", "[kafka_store]") {
  Place place;
  place.must_open(resume_of(1, 0, 0));
  place.world.kafka.producers.undoes = "commit";
  place.batch(1, {{"a", 1}});
  CHECK(place.rows() == Lines{"1000 2000 a 1"});
  CHECK(place.rows(false) == Lines{"1000 2000 a 1", "1000 2000 a 1"});
}

TEST_CASE("a transaction that is undone on the way is made once more", "[kafka_store]") {
  for (const std::string act : {"put place", "commit"}) {
    Place place;
    CAPTURE(act);
    place.must_open(resume_of(1, 0, 0));
    place.world.kafka.producers.undoes = act;
    place.batch(1, {{"a", 1}, {"b", 2}});
    place.batch(2, {{"c", 1}});
    CHECK(place.rows() == Lines{"1000 2000 a 1", "1000 2000 b 2", "2000 3000 c 1"});
    CHECK(place.progress() == "2 epoch=1");
  }
}

TEST_CASE("a library that comes to its end costs nothing", "[kafka_store]") {
  for (const std::string act : {"put place", "commit"}) {
    for (const KafkaLost lost : {KafkaLost::Undone, KafkaLost::Made, KafkaLost::MadeLater}) {
      Place place;
      CAPTURE(act, static_cast<int>(lost));
      place.must_open(resume_of(1, 0, 0));
      place.world.kafka.producers.lost = lost;
      place.world.kafka.producers.breaks = act;
      place.batch(1, {{"a", 1}});
      place.batch(2, {{"b", 1}});
      CHECK(place.rows() == Lines{"1000 2000 a 1", "2000 3000 b 1"});
      CHECK(place.progress() == "2 epoch=1");
    }
  }
}

TEST_CASE("an answer that is lost is asked for again", "[kafka_store]") {
  for (const std::string act : {"find", "read group", "init", "put place", "commit"}) {
    for (const KafkaLost lost : {KafkaLost::Undone, KafkaLost::Made, KafkaLost::MadeLater}) {
      Place place;
      CAPTURE(act, static_cast<int>(lost));
      place.world.kafka.producers.lost = lost;
      place.world.kafka.producers.loses = act;
      place.must_open(resume_of(1, 0, 0));
      place.world.kafka.producers.loses = act;
      place.batch(1, {{"a", 1}});
      CHECK(place.rows() == Lines{"1000 2000 a 1"});
      CHECK(place.progress() == "1 epoch=1");
    }
  }
}

TEST_CASE("a transaction whose time has run out is made once more, and that is told",
          "[kafka_store]") {
  Place place;
  place.must_open(resume_of(1, 0, 0));
  place.batch(1, {{"a", 1}});
  place.sink->take(emission(2, {{"b", 1}}));
  place.sink->settle({2}, false);
  const std::string id = kGroup + "-counts";
  while (!place.world.kafka.coordinator.has_open_transaction(id)) {
    const Result<Turn> turn = place.sink->turn(place.world.clock.steady());
    REQUIRE(turn.has_value());
    if (turn->state == Turn::State::Idle) place.world.timeline.advance_to(turn->wake_at.value());
  }
  place.world.kafka.coordinator.time_out(id);
  REQUIRE(finish_turns(*place.sink, &Sink::turn, &place.world).has_value());
  CHECK(place.rows() == Lines{"1000 2000 a 1", "2000 3000 b 1"});
  CHECK(place.progress() == "2 epoch=1");
  CHECK(place.count_told<event::OutputAway>() == 1);
}

TEST_CASE("a restart goes on behind what the group says", "[kafka_store]") {
  Place place;
  place.must_open(resume_of(1, 0, 0));
  place.batch(1, {{"a", 1}});
  place.batch(2, {{"b", 1}});
  // The journal has not heard of the second one.
  place.must_open(resume_of(2, 1, 2));
  CHECK(place.sink->mark()->applied == 2);
  CHECK(place.progress() == "2 epoch=2");
  place.batch(3, {{"c", 1}});
  CHECK(place.rows().size() == 3);
}

TEST_CASE("an offset that a broker leaves pending is waited for, and never taken back",
          "[kafka_store]") {
  Place place;
  place.must_open(resume_of(1, 0, 0));
  place.batch(1, {{"a", 1}});
  place.world.kafka.coordinator.lose_end();
  place.batch(2, {{"b", 1}});
  REQUIRE(place.progress() == "1 epoch=1");
  place.wait = Millis(3000);
  for (std::uint64_t epoch = 2; epoch < 4; ++epoch) {
    const Status opened = place.open(resume_of(epoch, 1, 2));
    CHECK(failed_as(opened, ErrorCode::Unavailable, {"within 3s"}));
    // What the journal would give again then.
    if (opened && place.sink->mark()->applied < 2) place.batch(2, {{"b", 1}});
  }
  CHECK(place.rows() == Lines{"1000 2000 a 1", "2000 3000 b 1"});
}

TEST_CASE("who starts later fences who was there, and that one ends", "[kafka_store]") {
  Place place;
  place.must_open(resume_of(1, 0, 0));
  place.batch(1, {{"a", 1}});
  const std::unique_ptr<Sink> older = std::move(place.sink);
  place.must_open(resume_of(2, 1, 1));
  place.batch(2, {{"b", 1}});
  REQUIRE(give(*older, emission(2, {{"x", 1}}), &place.world).has_value());
  CHECK(failed_as(status_of(settle(*older, 2, &place.world)), ErrorCode::Busy,
                  {"another wordstream has taken over", "process"}));
  place.batch(3, {{"c", 1}});
  CHECK(place.rows() == Lines{"1000 2000 a 1", "2000 3000 b 1", "3000 4000 c 1"});
}

TEST_CASE("an old copy of a checkpoint is refused, and fences nobody", "[kafka_store]") {
  Place place;
  place.must_open(resume_of(5, 0, 0));
  place.batch(1, {{"a", 1}});
  const std::unique_ptr<Sink> rightful = std::move(place.sink);
  SinkResume copy = resume_of(9, 0, 0);
  copy.epochs_before = {1, 7};  // The rightful one's was none of them.
  CHECK(failed_as(place.open(copy), ErrorCode::Busy, {"delete Kafka's group " + kGroup}));
  CHECK(failed_as(place.open(resume_of(9, 0, 0)), ErrorCode::BadData, {"its last batch is 1"}));
  REQUIRE(give(*rightful, emission(2, {{"b", 1}}), &place.world).has_value());
  CHECK(settle(*rightful, 2, &place.world).value().applied == 2);
  CHECK(place.progress() == "2 epoch=5");
}

TEST_CASE("a group that is forgotten is no harm where nothing is in doubt", "[kafka_store]") {
  Place place;
  place.must_open(resume_of(1, 0, 0));
  place.batch(1, {{"a", 1}});
  place.world.kafka.coordinator.forget_group(kGroup);
  place.must_open(resume_of(2, 1, 1));
  CHECK(place.progress() == "1 epoch=2");
  place.batch(2, {{"b", 1}});
  place.world.kafka.coordinator.forget_group(kGroup);
  CHECK(failed_as(place.open(resume_of(3, 1, 2)), ErrorCode::BadData,
                  {"the batches 2 to 2", "--mode at-most-once", "--mode at-least-once"}));
}

TEST_CASE("without a transaction nothing stands in the group", "[kafka_store]") {
  Place place;
  place.must_open(resume_of(1, 0, 0, false));
  place.batch(1, {{"a", 1}});
  CHECK(place.progress().empty());
  CHECK(place.rows() == Lines{"1000 2000 a 1"});
  // What the journal did not hear of is written again.
  place.must_open(resume_of(2, 0, 1, false));
  CHECK(place.count_told<event::OutputNew>() == 0);
  CHECK(place.sink->mark()->applied == 0);
  place.batch(1, {{"a", 1}});
  CHECK(place.rows() == Lines{"1000 2000 a 1", "1000 2000 a 1"});
}

TEST_CASE("at-least-once has a library that ends send all of the batch again", "[kafka_store]") {
  Place place;
  place.must_open(resume_of(1, 0, 0, false));
  place.world.kafka.producers.breaks = "flush";
  place.batch(1, {{"a", 1}});
  Lines rows = place.rows();
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  CHECK(rows == Lines{"1000 2000 a 1"});
}

TEST_CASE("at-least-once has what no broker has acknowledged in time sent again", "[kafka_store]") {
  Place place;
  place.world.disk.put("/k.properties", "message.timeout.ms=1000\n");
  place.config = "/k.properties";
  place.must_open(resume_of(1, 0, 0, false));
  place.world.kafka.set_reach(sim::FakeKafka::Reach::Away);
  place.world.timeline.after(Millis(5000),
                             [&] { place.world.kafka.set_reach(sim::FakeKafka::Reach::Open); });
  place.batch(1, {{"a", 1}});
  CHECK(place.rows() == Lines{"1000 2000 a 1"});
}

TEST_CASE(
    "a library that ends again and again takes too long for no transaction where there is none",
    "[kafka_store]") {
  Place place;
  Counts many;
  for (int i = 0; i < 6'000; ++i) many.emplace(fmt::format("w{}", i), 1);
  place.must_open(resume_of(1, 0, 0, false));
  place.world.kafka.producers.breaks = "flush";
  place.world.disk.on_effect = [&, count = 0](const sim::Effect& effect) mutable {
    // Each producer that comes after one ends as well, up to the fourth.
    const bool is_new = effect.description.find("find") != std::string::npos;
    if (is_new && ++count < 4) place.world.kafka.producers.breaks = "flush";
    return sim::Fate{};
  };
  place.batch(1, many);
  Lines rows = place.rows();
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  CHECK(rows.size() == many.size());
}

TEST_CASE("what is sent once alone is waited for at the end", "[kafka_store]") {
  Place place;
  place.must_open();
  place.batch(1, {{"a", 1}});
  REQUIRE(place.finish().has_value());
  CHECK(place.rows() == Lines{"1000 2000 a 1"});
  CHECK(place.count_told<event::RowsLost>() == 0);
}

TEST_CASE("more rows than a producer holds are one batch", "[kafka_store]") {
  Place place;
  Counts many;
  for (int i = 0; i < 30'000; ++i) many.emplace(fmt::format("w{}", i), 1);
  place.must_open(resume_of(1, 0, 0));
  place.batch(1, many);
  CHECK(place.rows().size() == many.size());
  CHECK(place.rows(false).size() == many.size());
}

TEST_CASE("a word that the topic does not take is cut, and that is told", "[kafka_store]") {
  for (const bool hides_limits : {false, true}) {
    Place place;
    place.world.kafka.set_request_bytes_max("counts", 3000);
    place.world.kafka.producers.hides_limits = hides_limits;
    place.must_open(resume_of(1, 0, 0));
    place.batch(1, {{std::string(50'000, 'x'), 1}, {"a", 1}});
    REQUIRE(place.rows().size() == 2);
    CHECK(place.rows()[0] == "1000 2000 a 1");
    CHECK(place.rows()[1].size() < 3000);
    CHECK(place.count_told<event::WordsTruncated>() >= 1);
  }
}

TEST_CASE("a topic that is not there is refused, and not made", "[kafka_store]") {
  Place place;
  place.world.kafka.delete_topic("counts");
  CHECK(failed_as(place.open(resume_of(1, 0, 0)), ErrorCode::NotFound, {"make the topic"}));
  CHECK_FALSE(place.world.kafka.has_topic("counts"));
  place.world.kafka.make_topic("counts", 1);
  place.world.kafka.set_permitted("counts", false);
  CHECK(failed_as(place.open(resume_of(1, 0, 0)), ErrorCode::NotPermitted));
}

TEST_CASE("brokers that are away are waited for, as long as was asked", "[kafka_store]") {
  Place place;
  place.world.kafka.set_reach(sim::FakeKafka::Reach::Away);
  place.wait = Millis(3000);
  const SteadyTime began = place.world.clock.steady();
  CHECK(failed_as(place.open(resume_of(1, 0, 0)), ErrorCode::Unavailable, {"within 3s"}));
  CHECK(place.world.clock.steady() - began >= Millis(3000));
  CHECK(place.count_told<event::OutputAway>() == 1);
  place.wait.reset();
  place.world.timeline.after(Millis(20'000),
                             [&] { place.world.kafka.set_reach(sim::FakeKafka::Reach::Open); });
  place.must_open(resume_of(1, 0, 0));
  CHECK(place.count_told<event::OutputBack>() == 1);
}

TEST_CASE("who is not let in is told so at once, but for a minute where it was before",
          "[kafka_store]") {
  Place place;
  place.world.kafka.set_reach(sim::FakeKafka::Reach::LockedOut);
  CHECK(failed_as(place.open(resume_of(1, 0, 0)), ErrorCode::NotPermitted, {"--kafka-config"}));
  place.world.kafka.set_reach(sim::FakeKafka::Reach::Open);
  place.must_open(resume_of(1, 0, 0));
  place.world.kafka.set_reach(sim::FakeKafka::Reach::LockedOut);
  const SteadyTime began = place.world.clock.steady();
  CHECK(failed_as(status_of(place.settle(1, {{"a", 1}})), ErrorCode::NotPermitted));
  CHECK(place.world.clock.steady() - began >= Millis(60'000));
}

TEST_CASE("a library that is not there is one line", "[kafka_store]") {
  Place place;
  place.world.kafka.missing = "librdkafka cannot be loaded: apt-get install librdkafka1";
  CHECK(failed_as(place.open(), ErrorCode::Unavailable, {"apt-get install librdkafka1"}));
}
