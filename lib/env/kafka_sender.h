// A handle of librdkafka that writes to one topic: its settings, its queue, its end.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "env/kafka_producer.h"
#include "env/kafka_voice.h"
#include "env/librdkafka.h"

namespace wordstream {

/// Messages that were taken and will not arrive.
struct KafkaLosses {
  std::uint64_t count = 0;
  /// Why the last one does not that was not merely dropped with others.
  rd_kafka_resp_err_t last = RD_KAFKA_RESP_ERR_NO_ERROR;
};

class KafkaSender {
 public:
  /// Fails as Kafka::produce() does. Requires: librdkafka is not missing.
  static Result<std::shared_ptr<KafkaSender>> make(const KafkaProducerSettings& settings);

  /// Drops what is queued, and ends its threads, which may take as long as a name server does not
  /// answer.
  ~KafkaSender();
  KafkaSender(const KafkaSender&) = delete;
  KafkaSender& operator=(const KafkaSender&) = delete;

  rd_kafka_t* get() const { return handle_; }
  rd_kafka_topic_t* topic() const { return topic_; }
  const KafkaProducerSettings& settings() const { return settings_; }
  KafkaVoice& voice() { return voice_; }

  /// Hears of messages that have arrived or will not, and lets its voice speak, for at most so
  /// long. Requires: one thread at a time.
  void listen(int at_most_ms);
  /// Queues a copy.
  rd_kafka_resp_err_t send(const KafkaOutgoing& message);
  /// Those that it has heard of.
  KafkaLosses& losses() { return losses_; }
  const KafkaLosses& losses() const { return losses_; }
  /// The error that has ended it; nothing while there is none.
  std::optional<rd_kafka_resp_err_t> end(std::string& why) const;

 private:
  explicit KafkaSender(const KafkaProducerSettings& settings);
  static void on_delivery(rd_kafka_t* handle, const rd_kafka_message_t* message, void* voice);

  const KafkaProducerSettings settings_;
  KafkaVoice voice_;
  KafkaLosses losses_;
  rd_kafka_t* handle_ = nullptr;
  rd_kafka_topic_t* topic_ = nullptr;
};

}  // namespace wordstream
