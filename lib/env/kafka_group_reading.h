// What stands in a group for the topic that a producer writes to: asked of the group's coordinator,
// without joining it.
//
// librdkafka reads a null pointer where a coordinator answers that it is none, and the handle that
// has asked is of no group (its issue 5040): a producer is of none, so another handle asks.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "env/kafka_handle.h"
#include "env/kafka_patience.h"
#include "env/kafka_producer.h"
#include "env/kafka_question.h"
#include "env/kafka_sender.h"

namespace wordstream {

class KafkaGroupReading {
 public:
  /// Requires: the sender outlives it.
  explicit KafkaGroupReading(KafkaSender& sender) : sender_(sender) {}

  /// As KafkaProducer::read_group().
  KafkaReply read(const std::string& group, bool is_stable, std::optional<KafkaGroupPlace>& place,
                  const KafkaPatience& patience);
  /// What is under way, if anything is. It ends with that, which may take as long as the end of a
  /// handle.
  std::shared_ptr<void> drop() { return std::exchange(asking_, nullptr); }

 private:
  /// A question, and who asks it.
  struct Asking {
    explicit Asking(std::unique_ptr<KafkaHandle> by)
        : handle(std::move(by)), question(handle->get()) {}
    std::unique_ptr<KafkaHandle> handle;
    KafkaQuestion question;
    std::string why = {};  // the last answer was none
  };

  Status begin(const std::string& group);
  void ask(const std::string& group, bool is_stable);

  KafkaSender& sender_;
  std::shared_ptr<Asking> asking_;  // null: nothing is under way
  std::pair<std::string, bool> asked_;
};

}  // namespace wordstream
