// What stands in a group for the topic that a producer writes to: asked of the group's coordinator,
// without joining it.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "env/kafka_patience.h"
#include "env/kafka_producer.h"
#include "env/kafka_question.h"
#include "env/kafka_sender.h"

namespace wordstream {

class KafkaGroupReading {
 public:
  /// Requires: the sender outlives it, or drop() was called.
  explicit KafkaGroupReading(KafkaSender& sender) : sender_(sender), question_(sender.get()) {}

  /// As KafkaProducer::read_group().
  KafkaReply read(const std::string& group, bool is_stable, std::optional<KafkaGroupPlace>& place,
                  const KafkaPatience& patience);
  void drop() { question_.drop(); }

 private:
  void ask(const std::string& group, bool is_stable);

  KafkaSender& sender_;
  KafkaQuestion question_;
  std::pair<std::string, bool> asked_;
};

}  // namespace wordstream
