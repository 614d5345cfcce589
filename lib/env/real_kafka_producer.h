// Producers of the door to Kafka (env/kafka_producer.h) by librdkafka.
#pragma once

#include <memory>

#include "base/result.h"
#include "env/kafka_producer.h"

namespace wordstream {

/// As Kafka::produce(). Requires: librdkafka is not missing.
Result<std::unique_ptr<KafkaProducer>> make_real_kafka_producer(
    const KafkaProducerSettings& settings);

}  // namespace wordstream
