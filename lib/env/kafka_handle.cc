#include "env/kafka_handle.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "env/kafka_conf.h"

namespace wordstream {
namespace {

// What is fetched ahead: a million messages, each of which takes 190 bytes beside its own, or 64 MB
// of them, whichever is less; then at most one answer more of each broker, 16 MB before it is
// unpacked. A broker that has nothing more to give says so within 100 ms.
constexpr std::array<KafkaProperty, 9> kSuggested{{{"client.id", "wordstream"},
                                                   {"reconnect.backoff.max.ms", "1000"},
                                                   {"socket.keepalive.enable", "true"},
                                                   {"queued.min.messages", "1000000"},
                                                   {"queued.max.messages.kbytes", "65536"},
                                                   {"fetch.queue.backoff.ms", "10"},
                                                   {"fetch.wait.max.ms", "100"},
                                                   {"fetch.max.bytes", "16777216"},
                                                   {"fetch.message.max.bytes", "8388608"}}};

// Each is a part of a promise, or of how this code works.
constexpr std::array<KafkaProperty, 5> kRequired{{{"enable.auto.commit", "false"},
                                                  {"enable.auto.offset.store", "false"},
                                                  {"enable.partition.eof", "true"},
                                                  {"auto.offset.reset", "error"},
                                                  {"log.queue", "true"}}};

constexpr std::array<KafkaProperty, 4> kLittle{{{"isolation.level", "read_uncommitted"},
                                                {"fetch.message.max.bytes", "65536"},
                                                {"queued.min.messages", "1"},
                                                {"queued.max.messages.kbytes", "1024"}}};

KafkaProperties required(const KafkaSettings& settings, KafkaHandle::Sees sees) {
  KafkaProperties ours(kRequired.begin(), kRequired.end());
  ours["bootstrap.servers"] = settings.brokers;
  if (sees == KafkaHandle::Sees::Committed) {
    ours["isolation.level"] = "read_committed";
    if (!settings.group.empty()) ours["group.id"] = settings.group;
  } else {
    ours.insert(kLittle.begin(), kLittle.end());
  }
  return ours;
}

}  // namespace

Result<std::unique_ptr<KafkaHandle>> KafkaHandle::make(const KafkaSettings& settings, Sees sees) {
  const Librdkafka& library = librdkafka();
  Result<KafkaConf> conf =
      make_kafka_conf(kSuggested, settings.properties, required(settings, sees));
  if (!conf) return fail(conf);
  std::unique_ptr<KafkaHandle> made(new KafkaHandle(settings.properties.contains("debug")));
  made->voice_.listen(conf->get());
  const Result<rd_kafka_t*> started =
      start_kafka(RD_KAFKA_CONSUMER, std::move(*conf), settings.properties);
  if (!started) return fail(started);
  made->handle_ = *started;
  made->news_ = library.rd_kafka_queue_get_main(made->handle_);
  made->messages_ = library.rd_kafka_queue_new(made->handle_);
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
