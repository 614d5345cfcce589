#include "sim/kafka_properties.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace wordstream::sim {
namespace {

constexpr std::array<std::string_view, 20> kProperties{"batch.size",
                                                       "client.id",
                                                       "compression.codec",
                                                       "delivery.timeout.ms",
                                                       "fetch.wait.max.ms",
                                                       "linger.ms",
                                                       "message.max.bytes",
                                                       "message.timeout.ms",
                                                       "metadata.max.age.ms",
                                                       "reconnect.backoff.max.ms",
                                                       "retry.backoff.ms",
                                                       "sasl.mechanisms",
                                                       "sasl.password",
                                                       "sasl.username",
                                                       "security.protocol",
                                                       "session.timeout.ms",
                                                       "socket.timeout.ms",
                                                       "ssl.ca.location",
                                                       "topic.metadata.refresh.interval.ms",
                                                       "transaction.timeout.ms"};

}  // namespace

Status check_properties(const KafkaProperties& properties) {
  for (const auto& [name, value] : properties) {
    if (std::find(kProperties.begin(), kProperties.end(), name) == kProperties.end()) {
      return fail(ErrorCode::InvalidArgument, name + ": there is no such property");
    }
    const bool is_counted =
        name.ends_with(".ms") || name.ends_with(".bytes") || name.ends_with(".size");
    const bool is_number = !value.empty() && value.find_first_not_of("0123456789") == value.npos;
    if (is_counted && !is_number) {
      return fail(ErrorCode::InvalidArgument, name + ": its value is no number");
    }
  }
  return {};
}

std::int64_t property(const KafkaProperties& properties, std::string_view name,
                      std::int64_t otherwise) {
  const auto found = properties.find(name);
  return found == properties.end() ? otherwise : std::stoll(found->second);
}

}  // namespace wordstream::sim
