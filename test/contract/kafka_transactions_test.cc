// The door to Kafka for who writes, before the fake one and, where this is built for it, before a
// real broker: transactions, places of groups, and who is fenced.
#include "env/kafka_producer.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "catch.h"
#include "contract/kafka_contract.h"
#include "contract/kafka_writer.h"

using namespace wordstream;
using namespace wordstream::contract;

namespace {

using State = KafkaReply::State;
using Values = std::vector<std::string>;

Values seen(KafkaSide& side, const std::string& topic) {
  return values(side.rows(topic, Isolation::ReadCommitted));
}

/// As a sink writes it.
const KafkaGroupPlace kPlace{.offset = 7, .metadata = "epoch=3 host=a pid=12"};

void check_fenced(const KafkaReply& reply) {
  INFO("state " << static_cast<int>(reply.state) << ": " << reply.why);
  CHECK(reply.state == State::Fenced);
  CHECK_FALSE(reply.why.empty());
}

}  // namespace

TEST_CASE("a transaction's messages and place are seen together, once it is committed", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("together", 1);
  KafkaWriter writer(side, "together", "together");
  CHECK(writer.read_group("together", true) == std::nullopt);
  must(writer.begin());
  must(writer.send("a"));
  must(writer.send("b"));
  must(writer.put_place("together", kPlace));
  must(writer.flush());
  CHECK(seen(side, "together").empty());
  CHECK(values(side.rows("together", Isolation::ReadUncommitted)) == Values{"a", "b"});
  CHECK(writer.read_group("together", false) == std::nullopt);
  must(writer.commit());
  CHECK(writer.read_group("together", true) == kPlace);
  CHECK(seen(side, "together") == Values{"a", "b"});
  CHECK(side.group_offset("together", "together", 0) == 7);
}

TEST_CASE("what was aborted is seen by nobody, and the next transaction is not concerned",
          "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("aborted", 1);
  KafkaWriter writer(side, "aborted", "aborted");
  writer.write({"a"});
  must(writer.begin());
  must(writer.send("x"));
  must(writer.put_place("aborted", kPlace));
  must(writer.flush());
  must(writer.send("y"));
  must(writer.abort());
  CHECK(writer.read_group("aborted", true) == std::nullopt);
  writer.write({"b"});
  CHECK(seen(side, "aborted") == Values{"a", "b"});
  // Nothing was in it.
  must(writer.begin());
  must(writer.abort());
  must(writer.begin());
  must(writer.commit());
  writer.write({"c"});
  CHECK(seen(side, "aborted") == Values{"a", "b", "c"});
}

TEST_CASE("a place alone is a transaction, and so is the same one again", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("alone", 1);
  KafkaWriter writer(side, "alone", "alone");
  for (const KafkaGroupPlace& place :
       {KafkaGroupPlace{.offset = 5, .metadata = "x"},
        KafkaGroupPlace{.offset = 5, .metadata = "x"}, KafkaGroupPlace{.offset = 3},
        KafkaGroupPlace{.offset = 0, .metadata = "0"}}) {
    must(writer.begin());
    must(writer.put_place("alone", place));
    must(writer.commit());
    CHECK(writer.read_group("alone", true) == place);
  }
  CHECK(seen(side, "alone").empty());
}

TEST_CASE("the last of several places in a transaction counts, and groups do not mix", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("several", 1);
  KafkaWriter writer(side, "several", "several");
  must(writer.begin());
  must(writer.put_place("several", {.offset = 1}));
  must(writer.put_place("others", {.offset = 9}));
  must(writer.put_place("several", {.offset = 2}));
  must(writer.commit());
  CHECK(writer.read_group("several", true) == KafkaGroupPlace{.offset = 2});
  CHECK(writer.read_group("others", true) == KafkaGroupPlace{.offset = 9});
  CHECK(writer.read_group("nobody's", true) == std::nullopt);
  CHECK(writer.read_group("nobody's", false) == std::nullopt);
}

TEST_CASE("a place far beyond the topic's end comes back with its metadata", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("far", 1);
  KafkaWriter writer(side, "far", "far");
  const KafkaGroupPlace far{.offset = 1'000'000'000'000,
                            .metadata = "epoch=12 host=some-machine.example pid=4194304"};
  must(writer.begin());
  must(writer.send("a"));
  must(writer.put_place("far", far));
  must(writer.commit());
  CHECK(writer.read_group("far", true) == far);
  CHECK(KafkaWriter(side, "far").read_group("far", false) == far);
}

TEST_CASE("a transaction whose producer is gone is open until the next one has its id", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("gone", 1);
  KafkaWriter first(side, "gone", "gone");
  must(first.begin());
  must(first.send("a"));
  must(first.put_place("gone", {.offset = 1, .metadata = "first"}));
  must(first.commit());
  must(first.begin());
  must(first.send("x"));
  must(first.put_place("gone", {.offset = 2, .metadata = "second"}));
  must(first.flush());
  first.leave();
  KafkaWriter second(side, side.producer_settings("gone", "gone"));
  const KafkaGroupPlace before{.offset = 1, .metadata = "first"};
  CHECK(second.read_group("gone", false) == before);
  for (int i = 0; i < 3; ++i) CHECK(second.ask_group("gone", true).state == State::NotYet);
  CHECK(second.read_group("gone", false) == before);
  must(second.init());
  CHECK(second.read_group("gone", true) == before);
  second.write({"b"});
  CHECK(seen(side, "gone") == Values{"a", "b"});
}

TEST_CASE("who has the transactional id later fences the earlier, whatever that one does",
          "[kafka]") {
  KAFKA_SIDE(side);
  using Act = std::function<KafkaReply(KafkaWriter&)>;
  const std::vector<Act> acts{
      [](KafkaWriter& writer) { return writer.commit(); },
      [](KafkaWriter& writer) { return writer.put_place("fenced", {.offset = 2}); },
      [](KafkaWriter& writer) {
        must(writer.send("y"));
        return writer.flush();
      },
      [](KafkaWriter& writer) {
        must(writer.send("y"));
        return writer.commit();
      },
      [](KafkaWriter& writer) { return writer.abort(); },
  };
  for (std::size_t i = 0; i < acts.size(); ++i) {
    const std::string topic = "fenced-" + std::to_string(i);
    INFO(topic);
    side.make_topic(topic, 1);
    KafkaWriter first(side, topic, topic);
    must(first.begin());
    must(first.send("x"));
    must(first.put_place("fenced", {.offset = 1}));
    must(first.flush());
    KafkaWriter second(side, topic, topic);
    CHECK(second.read_group("fenced", true) == std::nullopt);
    check_fenced(acts[i](first));
    // And says so from now on.
    check_fenced(first.send("z"));
    check_fenced(first.put_place("fenced", {.offset = 3}));
    check_fenced(first.flush());
    check_fenced(first.commit());
    check_fenced(first.abort());
    check_fenced(first.begin());
    second.write({"a"});
    CHECK(seen(side, topic) == Values{"a"});
    CHECK(second.read_group("fenced", true) == std::nullopt);
  }
}

TEST_CASE("who has begun nothing is fenced, too", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("idle", 1);
  KafkaWriter first(side, "idle", "idle");
  first.write({"a"});
  KafkaWriter second(side, "idle", "idle");
  KafkaReply begun = first.begin();
  if (begun.is_done()) begun = first.put_place("idle", {.offset = 1});
  check_fenced(begun);
  check_fenced(first.commit());
  second.write({"b"});
  CHECK(seen(side, "idle") == Values{"a", "b"});
  CHECK(second.read_group("idle", true) == std::nullopt);
}

TEST_CASE("a transaction that outlives its time is aborted, and its producer fenced", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("late", 1);
  KafkaProducerSettings settings = side.producer_settings("late", "late");
  settings.properties["transaction.timeout.ms"] = "1000";
  KafkaWriter first(side, settings), other(side, "late");
  must(first.init());
  must(first.begin());
  must(first.send("x"));
  must(first.put_place("late", kPlace));
  must(first.flush());
  CHECK(other.ask_group("late", true).state == State::NotYet);
  // Its end is what is waited for.
  CHECK(other.read_group("late", true) == std::nullopt);
  check_fenced(first.commit());
  KafkaWriter second(side, settings);
  must(second.init());
  second.write({"a"});
  CHECK(seen(side, "late") == Values{"a"});
}

TEST_CASE("timeouts that do not go together are named", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("timeouts", 1);
  KafkaProducerSettings settings = side.producer_settings("timeouts", "timeouts");
  settings.properties = {{"transaction.timeout.ms", "5000"}, {"message.timeout.ms", "6000"}};
  const auto made = side.kafka().produce(settings);
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().code == ErrorCode::CannotPromise);
  CHECK(made.error().message.find("message.timeout.ms") != std::string::npos);
  CHECK(made.error().message.find("transaction.timeout.ms") != std::string::npos);
  // A broker of Kafka's takes a quarter of an hour, unless it is told otherwise.
  settings.properties = {{"transaction.timeout.ms", "1000000"}};
  KafkaWriter writer(side, settings);
  const KafkaReply refused = writer.init();
  CHECK(refused.state == State::Refused);
  CHECK(refused.code == ErrorCode::CannotPromise);
  CHECK(refused.why.find("transaction.timeout.ms") != std::string::npos);
}
