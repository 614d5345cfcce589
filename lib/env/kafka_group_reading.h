// What stands in a group for the topic that a producer writes to: asked of the group's coordinator,
// without joining it. A consumer asks: librdkafka ends the program when a producer is told that
// another broker is the coordinator (its issue 5040).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "env/kafka_handle.h"
#include "env/kafka_patience.h"
#include "env/kafka_producer.h"
#include "env/kafka_question.h"

namespace wordstream {

class KafkaGroupReading {
 public:
  /// Of the topic that these settings name.
  explicit KafkaGroupReading(const KafkaProducerSettings& settings) : settings_(settings) {}
  /// Waits for nobody for longer than 1 s.
  ~KafkaGroupReading() { drop(); }
  KafkaGroupReading(const KafkaGroupReading&) = delete;
  KafkaGroupReading& operator=(const KafkaGroupReading&) = delete;

  /// As KafkaProducer::read_group().
  KafkaReply read(const std::string& group, bool is_stable, std::optional<KafkaGroupPlace>& place,
                  const KafkaPatience& patience);

 private:
  Status open(const std::string& group);
  void ask(bool is_stable);
  void drop();

  KafkaProducerSettings settings_;
  std::shared_ptr<KafkaHandle> asker_;  // of the group; null: none yet
  std::optional<KafkaQuestion> question_;
  std::pair<std::string, bool> asked_;
};

}  // namespace wordstream
