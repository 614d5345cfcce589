// A question to the brokers that is under way between two calls: of librdkafka's admin API, which
// answers by an event in a queue.
#pragma once

#include <functional>
#include <memory>

#include "base/time.h"
#include "env/librdkafka.h"

namespace wordstream {

using KafkaAnswer = std::unique_ptr<rd_kafka_event_t, decltype(&rd_kafka_event_destroy)>;

class KafkaQuestion {
 public:
  using Ask = std::function<void(rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>;

  /// Requires: the handle outlives it.
  explicit KafkaQuestion(rd_kafka_t* handle) : handle_(handle) {}
  ~KafkaQuestion() { drop(); }
  KafkaQuestion(const KafkaQuestion&) = delete;
  KafkaQuestion& operator=(const KafkaQuestion&) = delete;

  bool is_asked() const { return queue_ != nullptr; }
  /// Drops what was asked before.
  void ask(const Ask& ask);
  /// Waits at most so long; null: it is not there. Requires: it was asked. With an answer that
  /// ends.
  KafkaAnswer take(Millis at_most);
  /// Nobody waits for it any more.
  void drop();

 private:
  rd_kafka_t* handle_;
  rd_kafka_queue_t* queue_ = nullptr;
};

}  // namespace wordstream
