#include "env/kafka_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/take_until.h"
#include "env/endpoint.h"

namespace wordstream {
namespace {

constexpr std::uint16_t kPort = 9092;
constexpr std::size_t kTopicBytesMax = 249;

/// "a,b:9093" as "a:9092,b:9093".
Result<std::string> parse_brokers(std::string_view text) {
  std::string brokers;
  if (text.find('@') != text.npos) {
    return wrong("a broker's user and password stand in the file that --kafka-config names");
  }
  do {
    const std::string_view broker = take_until(text, ',');
    const bool has_port = broker.ends_with(']') ? false : broker.find(':') != broker.npos;
    const Result<Endpoint> endpoint =
        parse_endpoint(has_port ? std::string(broker) : fmt::format("{}:{}", broker, kPort));
    if (broker.empty() || !endpoint) {
      return wrong(
          fmt::format("'{}' is no BROKER[:PORT] (an IPv6 address goes in brackets)", broker));
    }
    brokers += (brokers.empty() ? "" : ",") + to_text(*endpoint);
  } while (!text.empty());
  return brokers;
}

/// Source: org.apache.kafka.common.internals.Topic, its legal characters and length.
Status check_topic(std::string_view topic) {
  if (topic.empty()) return wrong("its topic is missing: write kafka://BROKER/TOPIC");
  const bool is_clean = std::ranges::all_of(topic, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
  if (!is_clean || topic == "." || topic == ".." || topic.size() > kTopicBytesMax) {
    return wrong(
        fmt::format("'{}' cannot be a topic: its name has up to {} of the letters a to z, "
                    "A to Z, digits, '.', '_' and '-'",
                    topic, kTopicBytesMax));
  }
  return {};
}

}  // namespace

std::string KafkaAddress::uri() const { return fmt::format("kafka://{}/{}", brokers, topic); }

bool KafkaAddress::may_be(const KafkaAddress& other) const {
  if (topic != other.topic) return false;
  const std::string theirs = "," + other.brokers + ",";
  std::string_view rest = brokers;
  while (!rest.empty()) {
    if (theirs.find(fmt::format(",{},", take_until(rest, ','))) != theirs.npos) return true;
  }
  return false;
}

Result<KafkaAddress> parse_kafka_address(std::string_view text) {
  KafkaAddress address;
  Result<std::string> brokers = parse_brokers(take_until(text, '/'));
  if (!brokers) return fail(brokers);
  address.brokers = std::move(*brokers);
  address.topic = text;
  if (const Status checked = check_topic(address.topic); !checked) return fail(checked);
  return address;
}

}  // namespace wordstream
