#include "env/kafka_question.h"

#include <array>
#include <utility>

namespace wordstream {
namespace {

/// Then it fails, and is asked anew: brokers may have changed their places meanwhile.
constexpr int kAnswerMaxMs = 10'000;

}  // namespace

void KafkaQuestion::ask(const Ask& ask) {
  const Librdkafka& library = librdkafka();
  drop();
  queue_ = library.rd_kafka_queue_new(handle_);
  rd_kafka_AdminOptions_t* const options =
      library.rd_kafka_AdminOptions_new(handle_, RD_KAFKA_ADMIN_OP_ANY);
  std::array<char, 128> ignored{};
  library.rd_kafka_AdminOptions_set_request_timeout(options, kAnswerMaxMs, ignored.data(),
                                                    ignored.size());
  ask(options, queue_);
  library.rd_kafka_AdminOptions_destroy(options);
}

KafkaAnswer KafkaQuestion::take(Millis at_most) {
  KafkaAnswer answer(librdkafka().rd_kafka_queue_poll(queue_, static_cast<int>(at_most.count())),
                     librdkafka().rd_kafka_event_destroy);
  if (answer) drop();
  return answer;
}

void KafkaQuestion::drop() {
  if (queue_ != nullptr) librdkafka().rd_kafka_queue_destroy(std::exchange(queue_, nullptr));
}

}  // namespace wordstream
