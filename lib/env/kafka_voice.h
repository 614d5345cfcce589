// What librdkafka says beside messages, by its callbacks: as events. Safe from any thread, since it
// may speak from its own while a handle is destroyed.
#pragma once

#include <librdkafka/rdkafka.h>

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "env/kafka.h"

namespace wordstream {

/// The event that an error is which is about no message.
KafkaEvent::Kind kind_of_error(rd_kafka_resp_err_t error);

/// Whether a broker does not let us do what we ask for.
bool is_refusal(rd_kafka_resp_err_t error);

class KafkaVoice {
 public:
  /// says_all: what is asked for by the property "debug", too.
  explicit KafkaVoice(bool says_all) : says_all_(says_all) {}

  /// Has the library speak to this one, and nowhere else. Requires: it outlives the handle.
  void listen(rd_kafka_conf_t* conf);

  void note_commit_begun();
  void note_committed(rd_kafka_resp_err_t error);
  /// Offsets are on their way to the group.
  bool is_committing() const;

  std::vector<KafkaEvent> take();
  /// Why brokers cannot be reached, or let nobody in; empty before they have failed.
  std::string trouble() const;
  /// The last broker that has failed did not let us in.
  bool is_refused() const;
  /// A broker has answered.
  void note_answer();

 private:
  static void on_error(rd_kafka_t* handle, int error, const char* reason, void* self);
  static void on_log(const rd_kafka_t* handle, int level, const char* topic, const char* text);
  static void on_commit(rd_kafka_t* handle, rd_kafka_resp_err_t error,
                        rd_kafka_topic_partition_list_t* offsets, void* self);
  void hear(rd_kafka_resp_err_t error, std::string why);
  void say(KafkaEvent::Kind kind, std::string why);

  const bool says_all_;
  mutable std::mutex mutex_;
  std::vector<KafkaEvent> events_;
  std::string trouble_;
  std::string last_said_;
  bool is_refused_ = false;
  int commits_under_way_ = 0;
};

}  // namespace wordstream
