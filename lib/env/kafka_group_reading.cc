#include "env/kafka_group_reading.h"

#include <cstddef>
#include <memory>

#include "env/kafka_leave.h"
#include "env/kafka_reply.h"
#include "env/kafka_voice.h"

namespace wordstream {
namespace {

using List = std::unique_ptr<rd_kafka_topic_partition_list_t,
                             decltype(&rd_kafka_topic_partition_list_destroy)>;

/// The coordinator may be away, or load, or a transaction may be open: it is asked again.
KafkaReply reply_to_reading(rd_kafka_resp_err_t error) {
  if (error == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND || is_missing_topic(error))
    return KafkaReply::done();
  if (is_refusal(error)) {
    return {KafkaReply::State::Refused, librdkafka().rd_kafka_err2str(error),
            ErrorCode::NotPermitted};
  }
  if (error != RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT) return KafkaReply::not_yet();
  return KafkaReply::not_yet(
      "the offset of its group is pending, in a transaction that has no end");
}

/// Brokers that have no such group say so by an offset that is none, or by an error.
KafkaReply read_answer(rd_kafka_event_t& answer, std::optional<KafkaGroupPlace>& place) {
  const Librdkafka& library = librdkafka();
  place = std::nullopt;
  const rd_kafka_resp_err_t error = library.rd_kafka_event_error(&answer);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return reply_to_reading(error);
  std::size_t count = 0;
  const rd_kafka_group_result_t** const groups =
      library.rd_kafka_ListConsumerGroupOffsets_result_groups(
          library.rd_kafka_event_ListConsumerGroupOffsets_result(&answer), &count);
  if (count != 1) return KafkaReply::not_yet();
  if (const rd_kafka_error_t* failed = library.rd_kafka_group_result_error(groups[0])) {
    return reply_to_reading(library.rd_kafka_error_code(failed));
  }
  const rd_kafka_topic_partition_list_t* const list =
      library.rd_kafka_group_result_partitions(groups[0]);
  if (list == nullptr || list->cnt == 0) return KafkaReply::done();
  const rd_kafka_topic_partition_t& at = list->elems[0];
  if (at.err != RD_KAFKA_RESP_ERR_NO_ERROR) return reply_to_reading(at.err);
  if (at.offset < 0) return KafkaReply::done();
  place = {at.offset, std::string(static_cast<const char*>(at.metadata), at.metadata_size)};
  return KafkaReply::done();
}

}  // namespace

KafkaReply KafkaGroupReading::read(const std::string& group, bool is_stable,
                                   std::optional<KafkaGroupPlace>& place,
                                   const KafkaPatience& patience) {
  if (asking_ == nullptr || asked_ != std::pair(group, is_stable)) {
    if (const Status begun = begin(group); !begun) {
      return {KafkaReply::State::Refused, begun.error().message, begun.error().code};
    }
    asked_ = {group, is_stable};
  }
  do {
    if (!asking_->question.is_asked()) ask(group, is_stable);
    KafkaAnswer answer = asking_->question.take(patience.left());
    asking_->handle->listen(0);
    if (!answer) break;
    KafkaReply reply = read_answer(*answer, place);
    asking_->why = reply.why;
    // As long as there is an answer of its own, the handle does not end.
    answer.reset();
    if (reply.state != KafkaReply::State::NotYet) {
      leave(drop());
      return reply;
    }
    sender_.listen(patience.pause_ms());
  } while (!patience.is_over());
  return KafkaReply::not_yet(asking_->why);
}

Status KafkaGroupReading::begin(const std::string& group) {
  if (asking_ != nullptr) leave(drop());
  const KafkaProducerSettings& settings = sender_.settings();
  Result<std::unique_ptr<KafkaHandle>> handle = KafkaHandle::make(
      {settings.brokers, settings.topic, group, settings.properties}, KafkaHandle::Sees::Committed);
  if (!handle) return fail(handle);
  asking_ = std::make_shared<Asking>(std::move(*handle));
  return {};
}

void KafkaGroupReading::ask(const std::string& group, bool is_stable) {
  const Librdkafka& library = librdkafka();
  asking_->question.ask([&](rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
    library.rd_kafka_AdminOptions_set_require_stable_offsets(options, is_stable ? 1 : 0);
    const List list(library.rd_kafka_topic_partition_list_new(1),
                    library.rd_kafka_topic_partition_list_destroy);
    library.rd_kafka_topic_partition_list_add(list.get(), sender_.settings().topic.c_str(), 0);
    rd_kafka_ListConsumerGroupOffsets_t* wanted =
        library.rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), list.get());
    library.rd_kafka_ListConsumerGroupOffsets(asking_->handle->get(), &wanted, 1, options, queue);
    library.rd_kafka_ListConsumerGroupOffsets_destroy(wanted);
  });
}

}  // namespace wordstream
