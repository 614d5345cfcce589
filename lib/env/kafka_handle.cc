#include "env/kafka_handle.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "env/postgres_failure.h"

namespace wordstream {
namespace {

using Property = std::pair<const char*, const char*>;

// What is fetched ahead: a million messages, each of which takes 190 bytes beside its own, or 64 MB
// of them, whichever is less; then at most one answer more of each broker, 16 MB before it is
// unpacked. A broker that has nothing more to give says so within 100 ms.
constexpr std::array<Property, 9> kSuggested{{{"client.id", "wordstream"},
                                              {"reconnect.backoff.max.ms", "1000"},
                                              {"socket.keepalive.enable", "true"},
                                              {"queued.min.messages", "1000000"},
                                              {"queued.max.messages.kbytes", "65536"},
                                              {"fetch.queue.backoff.ms", "10"},
                                              {"fetch.wait.max.ms", "100"},
                                              {"fetch.max.bytes", "16777216"},
                                              {"fetch.message.max.bytes", "8388608"}}};

// Each is a part of a promise, or of how this code works.
constexpr std::array<Property, 5> kRequired{{{"enable.auto.commit", "false"},
                                             {"enable.auto.offset.store", "false"},
                                             {"enable.partition.eof", "true"},
                                             {"auto.offset.reset", "error"},
                                             {"log.queue", "true"}}};

constexpr std::array<Property, 4> kLittle{{{"isolation.level", "read_uncommitted"},
                                           {"fetch.message.max.bytes", "65536"},
                                           {"queued.min.messages", "1"},
                                           {"queued.max.messages.kbytes", "1024"}}};

using Conf = std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)>;

/// What librdkafka says of it may have the value in it, which may be a secret.
Status set(const Conf& conf, const std::string& name, const std::string& value) {
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

Result<Conf> make_conf(const KafkaSettings& settings, KafkaHandle::Sees sees) {
  Conf conf(librdkafka().rd_kafka_conf_new(), librdkafka().rd_kafka_conf_destroy);
  for (const auto& [name, value] : kSuggested) {
    // Older versions do not know all of them, and do without.
    [[maybe_unused]] const Status done = set(conf, name, value);
  }
  for (const auto& [name, value] : settings.properties) {
    if (const Status done = set(conf, name, value); !done) return fail(done);
  }
  KafkaProperties ours(kRequired.begin(), kRequired.end());
  ours["bootstrap.servers"] = settings.brokers;
  if (sees == KafkaHandle::Sees::Committed) {
    ours["isolation.level"] = "read_committed";
    if (!settings.group.empty()) ours["group.id"] = settings.group;
  } else {
    ours.insert(kLittle.begin(), kLittle.end());
  }
  for (const auto& [name, value] : ours) {
    if (const Status done = set(conf, name, value); !done) return fail(done);
  }
  return conf;
}

/// What was said of properties, without their values, of which one may be a secret.
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

}  // namespace

Result<std::unique_ptr<KafkaHandle>> KafkaHandle::make(const KafkaSettings& settings, Sees sees) {
  const Librdkafka& library = librdkafka();
  Result<Conf> conf = make_conf(settings, sees);
  if (!conf) return fail(conf);
  std::unique_ptr<KafkaHandle> made(new KafkaHandle(settings.properties.contains("debug")));
  made->voice_.listen(conf->get());
  std::array<char, 512> why{};
  made->handle_ = library.rd_kafka_new(RD_KAFKA_CONSUMER, conf->get(), why.data(), why.size());
  if (made->handle_ == nullptr) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("Kafka's properties do not go together: {}",
                            without_values(one_line(why.data()), settings.properties)));
  }
  [[maybe_unused]] rd_kafka_conf_t* const its_own = conf->release();
  made->news_ = library.rd_kafka_queue_get_main(made->handle_);
  made->messages_ = library.rd_kafka_queue_new(made->handle_);
  library.rd_kafka_set_log_queue(made->handle_, nullptr);
  made->topic_ = library.rd_kafka_topic_new(made->handle_, settings.topic.c_str(), nullptr);
  if (made->topic_ == nullptr) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("{} can be no topic of Kafka's", settings.topic));
  }
  return made;
}

KafkaHandle::~KafkaHandle() {
  const Librdkafka& library = librdkafka();
  while (!started_.empty()) stop(*started_.begin());
  if (messages_ != nullptr) library.rd_kafka_queue_destroy(messages_);
  if (news_ != nullptr) library.rd_kafka_queue_destroy(news_);
  if (topic_ != nullptr) library.rd_kafka_topic_destroy(topic_);
  if (handle_ == nullptr) return;
  library.rd_kafka_destroy_flags(handle_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void KafkaHandle::wake_by(int descriptor) {
  constexpr std::uint64_t kOne = 1;
  for (rd_kafka_queue_t* queue : {messages_, news_}) {
    librdkafka().rd_kafka_queue_io_event_enable(queue, descriptor, &kOne, sizeof kOne);
  }
}

void KafkaHandle::listen(int at_most_ms) { librdkafka().rd_kafka_poll(handle_, at_most_ms); }

Status KafkaHandle::start(std::int32_t partition, std::int64_t offset) {
  if (is_reading(partition)) stop(partition);
  if (librdkafka().rd_kafka_consume_start_queue(topic_, partition, offset, messages_) != 0) {
    return fail(ErrorCode::Unavailable,
                librdkafka().rd_kafka_err2str(librdkafka().rd_kafka_last_error()));
  }
  started_.insert(partition);
  return {};
}

void KafkaHandle::stop(std::int32_t partition) {
  started_.erase(partition);
  librdkafka().rd_kafka_consume_stop(topic_, partition);
}

std::size_t KafkaHandle::take(std::span<rd_kafka_message_t*> messages, int at_most_ms) {
  const auto count = librdkafka().rd_kafka_consume_batch_queue(messages_, at_most_ms,
                                                               messages.data(), messages.size());
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

}  // namespace wordstream
