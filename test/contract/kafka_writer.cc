#include "contract/kafka_writer.h"

#include <utility>

#include "catch.h"

namespace wordstream::contract {
namespace {

/// Many calls, so that what goes on between two of them is seen.
constexpr Millis kAtMost{200};

std::unique_ptr<KafkaProducer> make(Kafka& kafka, const KafkaProducerSettings& settings) {
  Result<std::unique_ptr<KafkaProducer>> made = kafka.produce(settings);
  INFO((made ? "" : made.error().message));
  REQUIRE(made.has_value());
  return std::move(*made);
}

}  // namespace

KafkaWriter::KafkaWriter(KafkaSide& side, const KafkaProducerSettings& settings)
    : side_(side), producer_(make(side.kafka(), settings)) {}

KafkaWriter::KafkaWriter(KafkaSide& side, const std::string& topic, const std::string& id)
    : KafkaWriter(side, side.producer_settings(topic, id)) {
  KafkaTarget ignored;
  must(find(ignored));
  if (!id.empty()) must(init());
}

KafkaReply KafkaWriter::find(KafkaTarget& target) {
  return ended([&] { return producer_->find(target, kAtMost); });
}

KafkaReply KafkaWriter::init() {
  return ended([&] { return producer_->init(kAtMost); });
}

KafkaReply KafkaWriter::send(const KafkaOutgoing& message) {
  return ended([&] {
    KafkaReply sent = producer_->send(message);
    if (sent.state != State::NotYet) return sent;
    KafkaReply flushed = producer_->flush(kAtMost);
    return flushed.is_done() ? sent : flushed;
  });
}

KafkaReply KafkaWriter::flush() {
  return ended([&] { return producer_->flush(kAtMost); });
}

KafkaReply KafkaWriter::put_place(const std::string& group, const KafkaGroupPlace& place) {
  return ended([&] { return producer_->put_place(group, place, kAtMost); });
}

KafkaReply KafkaWriter::commit() {
  return ended([&] { return producer_->commit(kAtMost); });
}

KafkaReply KafkaWriter::abort() {
  return ended([&] { return producer_->abort(kAtMost); });
}

KafkaWriter::Place KafkaWriter::read_group(const std::string& group, bool is_stable) {
  Place place;
  must(ended([&] { return producer_->read_group(group, is_stable, place, kAtMost); }));
  return place;
}

KafkaReply KafkaWriter::ask_group(const std::string& group, bool is_stable) {
  Place place;
  return producer_->read_group(group, is_stable, place, kAtMost);
}

bool KafkaWriter::hears(KafkaEvent::Kind kind) {
  const SteadyTime deadline = side_.clock().steady() + kKafkaPatience;
  while (side_.clock().steady() < deadline) {
    for (const KafkaEvent& event : producer_->hear()) {
      if (event.kind == kind) return true;
    }
    // It waits, where there is something to be acknowledged.
    (void)producer_->flush(kAtMost);
    side_.let_time_pass();
  }
  return false;
}

KafkaReply KafkaWriter::try_to_write(const std::vector<std::string>& values) {
  must(begin());
  for (const std::string& value : values) {
    const KafkaReply sent = send(value);
    if (!sent.is_done()) return sent;
  }
  return commit();
}

void KafkaWriter::write(const std::vector<std::string>& values) {
  KafkaReply written = try_to_write(values);
  // One alone may suffer from what another has left behind.
  for (int i = 0; i < 3 && written.state == State::Undone; ++i) {
    must(abort());
    written = try_to_write(values);
  }
  must(written);
}

KafkaReply KafkaWriter::ended(const std::function<KafkaReply()>& act) {
  const SteadyTime deadline = side_.clock().steady() + kKafkaPatience;
  while (true) {
    KafkaReply reply = act();
    if (reply.state != State::NotYet || side_.clock().steady() >= deadline) return reply;
    ++not_yet_count;
    side_.let_time_pass();
  }
}

void must(const KafkaReply& reply) {
  INFO("state " << static_cast<int>(reply.state) << ": " << reply.why);
  REQUIRE(reply.is_done());
}

std::vector<std::string> values(const std::vector<KafkaRow>& rows) {
  std::vector<std::string> values;
  for (const KafkaRow& row : rows) values.push_back(row.value.value_or("null"));
  return values;
}

}  // namespace wordstream::contract
