#include "env/kafka_conf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "env/postgres_failure.h"

namespace wordstream {
namespace {

/// What librdkafka says of it may have the value in it, which may be a secret.
Status set(const KafkaConf& conf, const std::string& name, const std::string& value) {
  std::array<char, 512> ignored{};
  switch (librdkafka().rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), ignored.data(),
                                         ignored.size())) {
    case RD_KAFKA_CONF_OK:
      return {};
    case RD_KAFKA_CONF_UNKNOWN:
      return fail(ErrorCode::InvalidArgument,
                  fmt::format("Kafka's property {} is not known to librdkafka {}", name,
                              librdkafka().rd_kafka_version_str()));
    case RD_KAFKA_CONF_INVALID:
      break;
  }
  return fail(ErrorCode::InvalidArgument,
              fmt::format("Kafka's property {} cannot have this value in librdkafka {}", name,
                          librdkafka().rd_kafka_version_str()));
}

}  // namespace

Result<KafkaConf> make_kafka_conf(std::span<const KafkaProperty> suggested,
                                  const KafkaProperties& users, const KafkaProperties& required) {
  KafkaConf conf(librdkafka().rd_kafka_conf_new(), librdkafka().rd_kafka_conf_destroy);
  for (const auto& [name, value] : suggested) {
    [[maybe_unused]] const Status done = set(conf, name, value);
  }
  for (const KafkaProperties* properties : {&users, &required}) {
    for (const auto& [name, value] : *properties) {
      if (const Status done = set(conf, name, value); !done) return fail(done);
    }
  }
  return conf;
}

std::string without_values(std::string text, const KafkaProperties& properties) {
  constexpr std::string_view kInstead = "...";
  for (const auto& [name, value] : properties) {
    // "ssl" is in the names of many.
    const bool is_in_name =
        std::any_of(properties.begin(), properties.end(), [&, &hidden = value](const auto& other) {
          return other.first.find(hidden) != std::string::npos;
        });
    if (is_in_name) continue;
    for (std::size_t at = text.find(value); at != std::string::npos;
         at = text.find(value, at + kInstead.size())) {
      text.replace(at, value.size(), kInstead);
    }
  }
  return text;
}

Result<rd_kafka_t*> start_kafka(rd_kafka_type_t type, KafkaConf conf,
                                const KafkaProperties& users) {
  std::array<char, 512> why{};
  rd_kafka_t* const handle = librdkafka().rd_kafka_new(type, conf.get(), why.data(), why.size());
  if (handle == nullptr) {
    const std::string text = without_values(one_line(why.data()), users);
    const bool is_of_time =
        type == RD_KAFKA_PRODUCER && text.find("timeout.ms") != std::string::npos;
    return fail(is_of_time ? ErrorCode::CannotPromise : ErrorCode::InvalidArgument,
                fmt::format("Kafka's properties do not go together: {}", text));
  }
  [[maybe_unused]] rd_kafka_conf_t* const its_own = conf.release();
  librdkafka().rd_kafka_set_log_queue(handle, nullptr);
  return handle;
}

}  // namespace wordstream
