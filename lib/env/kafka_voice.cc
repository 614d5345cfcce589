#include "env/kafka_voice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "env/librdkafka.h"
#include "env/postgres_failure.h"

namespace wordstream {
namespace {

/// Of syslog: errors and warnings, and what is worse.
constexpr int kWarning = 4;
/// Of a consumer's property that a producer has, and the other way round.
constexpr std::string_view kOthers = "property and will be ignored";

/// Without what is for its developers: "[thrd:main]: " before it, " (after 3ms in state CONNECT)"
/// behind.
std::string plain(const char* said) {
  std::string_view text = said != nullptr ? said : "";
  if (text.starts_with("[thrd:")) text.remove_prefix(std::min(text.size(), text.find("]: ") + 3));
  return one_line(text.substr(0, text.find(" (after ")));
}

}  // namespace

bool is_refusal(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR__SSL:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
      return true;
    default:
      return false;
  }
}

KafkaEvent::Kind kind_of_error(rd_kafka_resp_err_t error) {
  using Kind = KafkaEvent::Kind;
  if (is_refusal(error)) return Kind::Refused;
  switch (error) {
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
      return Kind::Away;
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      return Kind::OutOfRange;
    // It goes on behind a message that is damaged: whoever counts must not.
    case RD_KAFKA_RESP_ERR__FATAL:
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
    case RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
      return Kind::Broken;
    default:
      return Kind::Said;
  }
}

void KafkaVoice::listen(rd_kafka_conf_t* conf) {
  librdkafka().rd_kafka_conf_set_opaque(conf, this);
  librdkafka().rd_kafka_conf_set_error_cb(conf, on_error);
  librdkafka().rd_kafka_conf_set_log_cb(conf, on_log);
  librdkafka().rd_kafka_conf_set_offset_commit_cb(conf, on_commit);
}

void KafkaVoice::note_commit_begun() {
  const std::lock_guard lock(mutex_);
  ++commits_under_way_;
}

void KafkaVoice::note_committed(rd_kafka_resp_err_t error) {
  const std::lock_guard lock(mutex_);
  --commits_under_way_;
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  say(KafkaEvent::Kind::NotCommitted, one_line(librdkafka().rd_kafka_err2str(error)));
}

bool KafkaVoice::is_committing() const {
  const std::lock_guard lock(mutex_);
  return commits_under_way_ > 0;
}

std::vector<KafkaEvent> KafkaVoice::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(events_, {});
}

std::string KafkaVoice::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

bool KafkaVoice::is_refused() const {
  const std::lock_guard lock(mutex_);
  return is_refused_;
}

void KafkaVoice::note_answer() {
  const std::lock_guard lock(mutex_);
  is_refused_ = false;
  trouble_.clear();
}

void KafkaVoice::on_error(rd_kafka_t* handle, int error, const char* reason, void* self) {
  auto code = static_cast<rd_kafka_resp_err_t>(error);
  std::string why = plain(reason);
  if (code == RD_KAFKA_RESP_ERR__FATAL) {
    std::array<char, 512> text{};
    librdkafka().rd_kafka_fatal_error(handle, text.data(), text.size());
    why = plain(text.data());
  }
  static_cast<KafkaVoice*>(self)->hear(code, std::move(why));
}

void KafkaVoice::hear(rd_kafka_resp_err_t error, std::string why) {
  const std::lock_guard lock(mutex_);
  const KafkaEvent::Kind kind = kind_of_error(error);
  if (kind == KafkaEvent::Kind::Away) {
    // Who is not let in has said so already.
    if (!is_refused_) say(kind, trouble_.empty() ? why : trouble_);
    return;
  }
  if (error == RD_KAFKA_RESP_ERR__TRANSPORT || error == RD_KAFKA_RESP_ERR__RESOLVE ||
      error == RD_KAFKA_RESP_ERR__TIMED_OUT) {
    // One broker of several may go: it is heard of when none is left.
    is_refused_ = false;
    trouble_ = std::move(why);
    return;
  }
  if (kind == KafkaEvent::Kind::Refused) {
    is_refused_ = true;
    trouble_ = why;
  }
  say(kind, std::move(why));
}

void KafkaVoice::say(KafkaEvent::Kind kind, std::string why) {
  if (kind == KafkaEvent::Kind::Said) {
    // A topic that is not there is missed with each look.
    if (why == last_said_) return;
    last_said_ = why;
  }
  KafkaEvent event{kind};
  event.why = std::move(why);
  events_.push_back(std::move(event));
}

void KafkaVoice::on_log(const rd_kafka_t* handle, int level, const char* topic, const char* text) {
  // What has failed comes by on_error(), too, or is what the act says that has failed by it; and
  // one file of properties is there for consumers and producers alike.
  const std::string_view about = topic;
  if (handle == nullptr || about == "FAIL" || about == "ERROR" || about == "TXNERR") return;
  if (about == "CONFWARN" && std::string_view(text).find(kOthers) != std::string_view::npos) return;
  auto& self = *static_cast<KafkaVoice*>(librdkafka().rd_kafka_opaque(handle));
  std::string line = fmt::format("{}: {}", about, plain(text));
  const std::lock_guard lock(self.mutex_);
  if (level > kWarning && !self.says_all_) return;
  self.say(KafkaEvent::Kind::Said, std::move(line));
}

void KafkaVoice::on_commit(rd_kafka_t* /*handle*/, rd_kafka_resp_err_t error,
                           rd_kafka_topic_partition_list_t* offsets, void* self) {
  for (int i = 0; error == RD_KAFKA_RESP_ERR_NO_ERROR && offsets != nullptr && i < offsets->cnt;
       ++i) {
    error = offsets->elems[i].err;
  }
  static_cast<KafkaVoice*>(self)->note_committed(error);
}

}  // namespace wordstream
