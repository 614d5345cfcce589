#include "env/kafka_finding.h"

#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>

#include "env/kafka_reply.h"

namespace wordstream {

KafkaReply KafkaFinding::find(KafkaTarget& target, const KafkaPatience& patience) {
  KafkaReply reply = KafkaReply::not_yet();
  do {
    reply = count_partitions(target.partition_count, patience);
    if (reply.state == KafkaReply::State::Refused) return reply;
    if (reply.is_done()) reply = learn_limit(target.request_bytes_max, patience);
    if (reply.is_done()) reply = learn_cluster(target.cluster, patience);
    if (reply.is_done()) return reply;
    sender_.listen(patience.pause_ms());
  } while (!patience.is_over());
  return reply;
}

/// No topic is made by that: the handle does not allow it to brokers that would.
KafkaReply KafkaFinding::count_partitions(std::size_t& count, const KafkaPatience& patience) {
  const Librdkafka& library = librdkafka();
  const rd_kafka_metadata_t* topics = nullptr;
  const rd_kafka_resp_err_t error =
      library.rd_kafka_metadata(sender_.get(), 0, sender_.topic(), &topics, patience.left_ms());
  sender_.listen(0);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (!sender_.voice().is_refused()) return KafkaReply::not_yet();
    return {KafkaReply::State::Refused, sender_.voice().trouble(), ErrorCode::NotPermitted};
  }
  sender_.voice().note_answer();
  const std::unique_ptr<const rd_kafka_metadata_t, decltype(&rd_kafka_metadata_destroy)> owned(
      topics, library.rd_kafka_metadata_destroy);
  if (topics->topic_cnt != 1) return KafkaReply::not_yet();
  const rd_kafka_metadata_topic_t& topic = topics->topics[0];
  if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const KafkaReply reply = reply_to({topic.err, library.rd_kafka_err2str(topic.err)});
    return reply.state == KafkaReply::State::Refused ? reply : KafkaReply::not_yet();
  }
  for (int i = 0; i < topic.partition_cnt; ++i) {
    if (topic.partitions[i].leader < 0) return KafkaReply::not_yet();
  }
  count = static_cast<std::size_t>(topic.partition_cnt);
  return count == 0 ? KafkaReply::not_yet() : KafkaReply::done();
}

KafkaReply KafkaFinding::learn_limit(std::optional<std::size_t>& bytes,
                                     const KafkaPatience& patience) {
  const Librdkafka& library = librdkafka();
  if (!question_.is_asked()) {
    question_.ask([&](rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
      rd_kafka_ConfigResource_t* topic = library.rd_kafka_ConfigResource_new(
          RD_KAFKA_RESOURCE_TOPIC, sender_.settings().topic.c_str());
      library.rd_kafka_DescribeConfigs(sender_.get(), &topic, 1, options, queue);
      library.rd_kafka_ConfigResource_destroy(topic);
    });
  }
  const KafkaAnswer answer = question_.take(patience.left());
  if (!answer) return KafkaReply::not_yet();
  const rd_kafka_resp_err_t error = library.rd_kafka_event_error(answer.get());
  bytes = std::nullopt;
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return is_refusal(error) ? KafkaReply::done() : KafkaReply::not_yet();
  }
  std::size_t count = 0;
  const rd_kafka_ConfigResource_t** const topics =
      library.rd_kafka_DescribeConfigs_result_resources(
          library.rd_kafka_event_DescribeConfigs_result(answer.get()), &count);
  if (count != 1 || library.rd_kafka_ConfigResource_error(topics[0]) != 0) {
    return KafkaReply::done();
  }
  const rd_kafka_ConfigEntry_t** const entries =
      library.rd_kafka_ConfigResource_configs(topics[0], &count);
  for (const rd_kafka_ConfigEntry_t* entry : std::span(entries, count)) {
    const char* const value = library.rd_kafka_ConfigEntry_value(entry);
    if (value == nullptr) continue;
    const std::string_view name = library.rd_kafka_ConfigEntry_name(entry);
    if (name == "max.message.bytes") bytes = std::strtoull(value, nullptr, 10);
  }
  return KafkaReply::done();
}

KafkaReply KafkaFinding::learn_cluster(std::string& cluster, const KafkaPatience& patience) {
  char* const id = librdkafka().rd_kafka_clusterid(sender_.get(), patience.left_ms());
  if (id == nullptr) return KafkaReply::not_yet();
  cluster = id;
  librdkafka().rd_kafka_mem_free(sender_.get(), id);
  return KafkaReply::done();
}

}  // namespace wordstream
