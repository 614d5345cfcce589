// Where a topic of Kafka is: BROKER[:PORT][,BROKER[:PORT]...]/TOPIC.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace wordstream {

struct KafkaAddress {
  std::string brokers = {};  ///< "a:9092,b:9092"
  std::string topic = {};

  /// "kafka://a:9092,b:9092/lines".
  std::string uri() const;
  /// The same topic, for all that can be known before anybody is asked: of two clusters that have
  /// no broker in common it is not.
  bool may_be(const KafkaAddress& other) const;
};

/// Reads what stands behind kafka://. Fails with InvalidArgument.
Result<KafkaAddress> parse_kafka_address(std::string_view text);

}  // namespace wordstream
