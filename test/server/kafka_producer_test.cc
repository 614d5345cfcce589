// The door to Kafka for who writes, before a real broker: what no fake one can show.
#include "env/kafka_producer.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "catch.h"
#include "contract/kafka_contract.h"
#include "contract/kafka_writer.h"

using namespace wordstream;
using namespace wordstream::contract;

namespace {

using State = KafkaReply::State;
using Kind = KafkaEvent::Kind;
using SteadyClock = std::chrono::steady_clock;

KafkaProducerSettings as_guest(RealKafkaSide& side, const std::string& topic, const std::string& id,
                               const std::string& password = "guest-password") {
  KafkaProducerSettings settings = side.producer_settings(topic, id);
  settings.brokers = server::KafkaBroker::shared().guarded_address();
  settings.properties = {{"security.protocol", "SASL_PLAINTEXT"},
                         {"sasl.mechanism", "PLAIN"},
                         {"sasl.username", "guest"},
                         {"sasl.password", password}};
  return settings;
}

void check_not_permitted(const KafkaReply& reply) {
  INFO("state " << static_cast<int>(reply.state) << ": " << reply.why);
  CHECK(reply.state == State::Refused);
  CHECK(reply.code == ErrorCode::NotPermitted);
  CHECK_FALSE(reply.why.empty());
  CHECK(reply.why.find('\n') == std::string::npos);
}

/// It takes brokers a moment to know what they allow.
void find_at_last(RealKafkaSide& side, KafkaWriter& writer, KafkaTarget& target) {
  const SteadyTime deadline = side.clock().steady() + kKafkaPatience;
  KafkaReply found = writer.find(target);
  while (!found.is_done() && side.clock().steady() < deadline) found = writer.find(target);
  must(found);
}

}  // namespace

TEST_CASE("a producer with a wrong password is refused, and that is not repeated", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("guarded", 1);
  KafkaWriter writer(side, as_guest(side, "guarded", {}, "a-wrong-password"));
  CHECK(writer.hears(Kind::Refused));
  KafkaTarget target;
  const KafkaReply found = writer.find(target);
  check_not_permitted(found);
  CHECK(found.why.find("a-wrong-password") == std::string::npos);
}

TEST_CASE("what a producer may not do is not permitted", "[kafka]") {
  KAFKA_SIDE(side);
  const std::string topic = "denied";
  side.make_topic(topic, 1);
  KafkaTarget target;
  check_not_permitted(KafkaWriter(side, as_guest(side, topic, {})).find(target));
  side.cluster().allow("guest", side.name_of(topic), RD_KAFKA_ACL_OPERATION_DESCRIBE);
  KafkaWriter writer(side, as_guest(side, topic, "denied"));
  find_at_last(side, writer, target);
  CHECK(target.partition_count == 1);
  CHECK_FALSE(target.request_bytes_max.has_value());
  KafkaWriter::Place place;
  check_not_permitted(writer.ask_group("denied", true));
  check_not_permitted(writer.init());
  KafkaWriter nowhere(side, as_guest(side, topic, {}));
  must(nowhere.find(target));
  const KafkaReply sent = nowhere.send("a");
  check_not_permitted(sent.is_done() ? nowhere.flush() : sent);
  // Who may write to some topic may be an idempotent producer, and here has his messages refused.
  side.make_topic("allowed", 1);
  side.cluster().allow("guest", side.name_of("allowed"), RD_KAFKA_ACL_OPERATION_WRITE);
  KafkaWriter allowed(side, as_guest(side, "allowed", {}));
  find_at_last(side, allowed, target);
  KafkaWriter elsewhere(side, as_guest(side, topic, {}));
  must(elsewhere.find(target));
  must(elsewhere.send("a"));
  must(elsewhere.flush());
  CHECK(elsewhere.producer().lost_count() == 1);
}

TEST_CASE("properties of consumers mean nothing to producers, nor the other way round", "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("mixed", 1);
  const KafkaProperties mixed{{"fetch.wait.max.ms", "100"}, {"session.timeout.ms", "10000"},
                              {"compression.type", "gzip"}, {"retry.backoff.ms", "100"},
                              {"max.in.flight", "1"},       {"socket.keepalive.enable", "true"}};
  KafkaProducerSettings settings = side.producer_settings("mixed", "mixed");
  settings.properties = mixed;
  KafkaWriter writer(side, settings);
  must(writer.init());
  writer.write({"a"});
  for (const KafkaEvent& event : writer.producer().hear()) {
    INFO(event.why);
    CHECK(event.why.find("property") == std::string::npos);
  }
  KafkaSettings reading = side.settings("mixed");
  reading.properties = mixed;
  KafkaReader reader(side, reading);
  reader.read({{0, 0}});
  reader.read_to(0, 2);
  CHECK(reader.values(0) == KafkaReader::Values{"a"});
  for (const KafkaEvent& event : reader.events()) {
    INFO(event.why);
    CHECK(event.why.find("property") == std::string::npos);
  }
}

TEST_CASE("a producer goes at once, though its broker is away and it has messages left",
          "[kafka]") {
  KAFKA_SIDE(side);
  side.make_topic("left", 1);
  auto writer = std::make_unique<KafkaWriter>(side, "left", "left");
  auto plain = std::make_unique<KafkaWriter>(side, "left");
  must(writer->begin());
  must(writer->send("x"));
  must(writer->flush());
  side.kill_broker();
  must(writer->send("x"));
  must(plain->send("x"));
  CHECK(writer->producer().put_place("left", {.offset = 1}, Millis(100)).state == State::NotYet);
  const auto before = SteadyClock::now();
  writer.reset();
  plain.reset();
  CHECK(SteadyClock::now() - before < std::chrono::seconds(5));
  side.start_broker();
  // Whoever comes next has the id.
  KafkaWriter next(side, "left", "left");
  next.write({"a"});
  CHECK(values(side.rows("left", Isolation::ReadCommitted)) == std::vector<std::string>{"a"});
}
