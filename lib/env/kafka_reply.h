// What an error of librdkafka's means for the act of a producer that it ends. Pure functions.
// Source: librdkafka 2.0.2, rdkafka.h, "Transactional producer API".
#pragma once

#include <string>

#include "env/kafka_producer.h"
#include "env/librdkafka.h"

namespace wordstream {

/// As it comes with an error.
struct KafkaFailure {
  rd_kafka_resp_err_t code;
  std::string why;
  bool is_fatal = false;        ///< to its handle
  bool is_retriable = false;    ///< by the same call
  bool requires_abort = false;  ///< of the transaction
};

/// Takes it. Requires: it is one.
KafkaFailure take_failure(rd_kafka_error_t* error);

KafkaReply reply_to(const KafkaFailure& failure);

/// There is no such topic: as a broker says it, or a handle that has asked one.
bool is_missing_topic(rd_kafka_resp_err_t error);

}  // namespace wordstream
