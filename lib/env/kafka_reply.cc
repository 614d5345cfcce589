#include "env/kafka_reply.h"

#include <fmt/format.h>

#include "env/kafka_voice.h"
#include "env/postgres_failure.h"

namespace wordstream {
namespace {

using State = KafkaReply::State;

KafkaReply refused(ErrorCode code, std::string why) {
  return {State::Refused, std::move(why), code};
}

bool is_fenced(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__FENCED || error == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
         error == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

}  // namespace

KafkaFailure take_failure(rd_kafka_error_t* error) {
  const Librdkafka& library = librdkafka();
  KafkaFailure failure{
      library.rd_kafka_error_code(error), one_line(library.rd_kafka_error_string(error)),
      library.rd_kafka_error_is_fatal(error) != 0, library.rd_kafka_error_is_retriable(error) != 0,
      library.rd_kafka_error_txn_requires_abort(error) != 0};
  library.rd_kafka_error_destroy(error);
  return failure;
}

KafkaReply reply_to(const KafkaFailure& failure) {
  // With whichever flag that comes, there is no way back.
  if (is_fenced(failure.code)) return {State::Fenced, failure.why};
  if (failure.code == RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT) {
    return refused(ErrorCode::CannotPromise,
                   fmt::format("transaction.timeout.ms: {}", failure.why));
  }
  // Some come without the flag. That time is over is no reason.
  if (failure.code == RD_KAFKA_RESP_ERR__TIMED_OUT && !failure.requires_abort &&
      !failure.is_fatal) {
    return KafkaReply::not_yet();
  }
  if (failure.is_retriable) return KafkaReply::not_yet(failure.why);
  if (is_refusal(failure.code)) return refused(ErrorCode::NotPermitted, failure.why);
  if (is_missing_topic(failure.code)) return refused(ErrorCode::NotFound, failure.why);
  if (failure.is_fatal) return {State::Broken, failure.why};
  if (failure.code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) return {State::TooLarge, failure.why};
  if (failure.requires_abort) return {State::Undone, failure.why};
  return {State::Broken, failure.why};
}

bool is_missing_topic(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
         error == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION || error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
         error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

}  // namespace wordstream
