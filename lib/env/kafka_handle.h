// A handle of librdkafka that reads partitions of one topic: its settings, its queues, its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>

#include "base/result.h"
#include "env/kafka_consumer.h"
#include "env/kafka_voice.h"
#include "env/librdkafka.h"

namespace wordstream {

class KafkaHandle {
 public:
  enum class Sees {
    Committed,   ///< and fetches ahead as much as it can
    Everything,  ///< and fetches as little as it can
  };
  /// Fails as Kafka::consume() does. Requires: librdkafka is not missing.
  static Result<std::unique_ptr<KafkaHandle>> make(const KafkaSettings& settings, Sees sees);

  /// Ends its threads, which may take as long as a name server does not answer.
  ~KafkaHandle();
  KafkaHandle(const KafkaHandle&) = delete;
  KafkaHandle& operator=(const KafkaHandle&) = delete;

  rd_kafka_t* get() const { return handle_; }
  rd_kafka_topic_t* topic() const { return topic_; }
  KafkaVoice& voice() { return voice_; }

  /// Writes to an eventfd when there is something to take, or to hear. Requires: that outlives it.
  void wake_by(int descriptor);
  /// Lets its voice speak, for at most so long. Requires: one thread at a time.
  void listen(int at_most_ms);

  /// Reads a partition from there on, whether it was read before or not. Fails with Unavailable.
  Status start(std::int32_t partition, std::int64_t offset);
  void stop(std::int32_t partition);
  bool is_reading(std::int32_t partition) const { return started_.contains(partition); }
  /// Takes what has come, errors among it; waits at most so long for the first. Returns how many.
  /// Whoever takes them destroys them.
  std::size_t take(std::span<rd_kafka_message_t*> messages, int at_most_ms);

 private:
  explicit KafkaHandle(bool says_all) : voice_(says_all) {}

  KafkaVoice voice_;
  rd_kafka_t* handle_ = nullptr;
  rd_kafka_topic_t* topic_ = nullptr;
  rd_kafka_queue_t* messages_ = nullptr;
  rd_kafka_queue_t* news_ = nullptr;
  std::set<std::int32_t> started_;
};

}  // namespace wordstream
