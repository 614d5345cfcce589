// What consumers and producers of librdkafka are made by: properties that are suggested, those of
// the user, which override them, and those that a promise hangs on, which override all.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "env/kafka.h"
#include "env/librdkafka.h"

namespace wordstream {

using KafkaProperty = std::pair<const char*, const char*>;
using KafkaConf = std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)>;

/// Fails with InvalidArgument where one of the user's is unknown or its value makes no sense, which
/// is not repeated: it may be a secret. One that is suggested and not known is left out, since
/// older versions do without. Requires: librdkafka is not missing.
Result<KafkaConf> make_kafka_conf(std::span<const KafkaProperty> suggested,
                                  const KafkaProperties& users, const KafkaProperties& required);

/// What librdkafka says of properties, without their values.
std::string without_values(std::string text, const KafkaProperties& properties);

/// Starts its threads; what it logs comes by rd_kafka_poll(). Fails with InvalidArgument where
/// properties do not go together; of a producer with CannotPromise, where those are timeouts.
Result<rd_kafka_t*> start_kafka(rd_kafka_type_t type, KafkaConf conf, const KafkaProperties& users);

}  // namespace wordstream
