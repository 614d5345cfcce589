// The properties of librdkafka that the fake Kafka knows: a few of their names, and that those of
// times and sizes are numbers. What is for the other kind of client is let pass, as the library
// does.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "env/kafka.h"

namespace wordstream::sim {

/// Fails with InvalidArgument, which has the name and not the value.
Status check_properties(const KafkaProperties& properties);

/// Requires: they were checked.
std::int64_t property(const KafkaProperties& properties, std::string_view name,
                      std::int64_t otherwise);

}  // namespace wordstream::sim
