// How the topic stands that a producer writes to: asked of the brokers, bit by bit.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "env/kafka_patience.h"
#include "env/kafka_producer.h"
#include "env/kafka_question.h"
#include "env/kafka_sender.h"

namespace wordstream {

class KafkaFinding {
 public:
  /// Requires: the sender outlives it, or drop() was called.
  explicit KafkaFinding(KafkaSender& sender) : sender_(sender), question_(sender.get()) {}

  /// As KafkaProducer::find().
  KafkaReply find(KafkaTarget& target, const KafkaPatience& patience);
  void drop() { question_.drop(); }

 private:
  KafkaReply count_partitions(std::size_t& count, const KafkaPatience& patience);
  KafkaReply learn_limit(std::optional<std::size_t>& bytes, const KafkaPatience& patience);
  KafkaReply learn_cluster(std::string& cluster, const KafkaPatience& patience);

  KafkaSender& sender_;
  KafkaQuestion question_;  // for the topic's settings
};

}  // namespace wordstream
