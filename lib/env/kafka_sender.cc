#include "env/kafka_sender.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "env/kafka_conf.h"
#include "env/kafka_reply.h"
#include "env/postgres_failure.h"

namespace wordstream {
namespace {

// A message takes 150 bytes beside its own. A large batch is sent when it is full; of a small one
// nobody waits longer than he would notice. How long a message may take is said by its transaction;
// without one it is never given up, or a broker that is away would make it lost.
constexpr std::array<KafkaProperty, 6> kSuggested{{{"client.id", "wordstream"},
                                                   {"reconnect.backoff.max.ms", "1000"},
                                                   {"socket.keepalive.enable", "true"},
                                                   {"linger.ms", "5"},
                                                   {"queue.buffering.max.messages", "100000"},
                                                   {"queue.buffering.max.kbytes", "32768"}}};

// Each is a part of a promise, or of how this code works. No topic is made by asking for it.
constexpr std::array<KafkaProperty, 5> kRequired{{{"enable.idempotence", "true"},
                                                  {"acks", "all"},
                                                  {"partitioner", "murmur2_random"},
                                                  {"allow.auto.create.topics", "false"},
                                                  {"log.queue", "true"}}};

/// What librdkafka takes for message.max.bytes; and as much as it sends at once by itself.
constexpr std::size_t kMessageBytesMin = 1'000;
constexpr std::size_t kMessageBytesMax = 1'000'000'000;
constexpr std::size_t kBatchBytesMax = 1'000'000;

Result<KafkaConf> make_conf(const KafkaProducerSettings& settings) {
  std::vector<KafkaProperty> suggested(kSuggested.begin(), kSuggested.end());
  if (settings.transactional_id.empty()) suggested.emplace_back("message.timeout.ms", "0");
  KafkaProperties required(kRequired.begin(), kRequired.end());
  required["bootstrap.servers"] = settings.brokers;
  if (!settings.transactional_id.empty()) required["transactional.id"] = settings.transactional_id;
  if (const std::size_t bytes = settings.request_bytes_max; bytes != 0) {
    required["message.max.bytes"] =
        std::to_string(std::clamp(bytes, kMessageBytesMin, kMessageBytesMax));
    required["batch.size"] = std::to_string(std::min(bytes, kBatchBytesMax));
  }
  return make_kafka_conf(suggested, settings.properties, required);
}

/// Whoever has no bytes has them somewhere: a null pointer would be no value, or no key.
void* bytes_of(std::string_view text) {
  // librdkafka's types are C's, and it copies what it is given.
  return const_cast<char*>(text.data() != nullptr ? text.data() : "");
}

rd_kafka_vu_t part(rd_kafka_vtype_t type, std::string_view text) {
  rd_kafka_vu_t part{};
  part.vtype = type;
  part.u.mem.ptr = bytes_of(text);
  part.u.mem.size = text.size();
  return part;
}

rd_kafka_headers_t* make_headers(std::span<const KafkaHeader> headers) {
  rd_kafka_headers_t* const made = librdkafka().rd_kafka_headers_new(headers.size());
  for (const KafkaHeader& header : headers) {
    librdkafka().rd_kafka_header_add(
        made, header.name.data(), static_cast<ssize_t>(header.name.size()), bytes_of(header.value),
        static_cast<ssize_t>(header.value.size()));
  }
  return made;
}

}  // namespace

Result<std::shared_ptr<KafkaSender>> KafkaSender::make(const KafkaProducerSettings& settings) {
  const Librdkafka& library = librdkafka();
  Result<KafkaConf> conf = make_conf(settings);
  if (!conf) return fail(conf);
  std::shared_ptr<KafkaSender> made(new KafkaSender(settings));
  made->voice_.listen(conf->get());
  library.rd_kafka_conf_set_dr_msg_cb(conf->get(), on_delivery);
  const Result<rd_kafka_t*> started =
      start_kafka(RD_KAFKA_PRODUCER, std::move(*conf), settings.properties);
  if (!started) return fail(started);
  made->handle_ = *started;
  made->topic_ = library.rd_kafka_topic_new(made->handle_, settings.topic.c_str(), nullptr);
  if (made->topic_ == nullptr) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("{} can be no topic of Kafka's", settings.topic));
  }
  return made;
}

KafkaSender::KafkaSender(const KafkaProducerSettings& settings)
    : settings_(settings), voice_(settings.properties.contains("debug")) {}

KafkaSender::~KafkaSender() {
  const Librdkafka& library = librdkafka();
  if (handle_ == nullptr) return;
  library.rd_kafka_purge(
      handle_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
  if (topic_ != nullptr) library.rd_kafka_topic_destroy(topic_);
  library.rd_kafka_destroy_flags(handle_, 0);
}

void KafkaSender::listen(int at_most_ms) { librdkafka().rd_kafka_poll(handle_, at_most_ms); }

rd_kafka_resp_err_t KafkaSender::send(const KafkaOutgoing& message) {
  std::array<rd_kafka_vu_t, 6> parts{};
  std::size_t count = 0;
  parts[count].vtype = RD_KAFKA_VTYPE_RKT;
  parts[count++].u.rkt = topic_;
  parts[count].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  parts[count++].u.i = RD_KAFKA_MSG_F_COPY;
  parts[count].vtype = RD_KAFKA_VTYPE_OPAQUE;
  parts[count++].u.ptr = &losses_;
  parts[count++] = part(RD_KAFKA_VTYPE_VALUE, message.value);
  if (message.key) parts[count++] = part(RD_KAFKA_VTYPE_KEY, *message.key);
  rd_kafka_headers_t* headers = nullptr;
  if (!message.headers.empty()) {
    headers = make_headers(message.headers);
    parts[count].vtype = RD_KAFKA_VTYPE_HEADERS;
    parts[count++].u.headers = headers;
  }
  rd_kafka_error_t* const error = librdkafka().rd_kafka_produceva(handle_, parts.data(), count);
  if (error == nullptr) return RD_KAFKA_RESP_ERR_NO_ERROR;
  // They are its own where it has taken the message alone.
  if (headers != nullptr) librdkafka().rd_kafka_headers_destroy(headers);
  return take_failure(error).code;
}

std::optional<rd_kafka_resp_err_t> KafkaSender::end(std::string& why) const {
  std::array<char, 512> text{};
  const rd_kafka_resp_err_t code =
      librdkafka().rd_kafka_fatal_error(handle_, text.data(), text.size());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
  why = one_line(text.data());
  return code;
}

void KafkaSender::on_delivery(rd_kafka_t* /*handle*/, const rd_kafka_message_t* message,
                              void* /*voice*/) {
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  auto& losses = *static_cast<KafkaLosses*>(message->_private);
  ++losses.count;
  const bool is_dropped = message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
                          message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
  if (!is_dropped) losses.last = message->err;
}

}  // namespace wordstream
