#include "env/kafka_look.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace wordstream {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// A second less than is promised: calls that wait may be late.
constexpr std::chrono::seconds kLookMax{9};
/// Who was not let in has tried again by then.
constexpr std::chrono::seconds kRefusedMin{2};
/// How often somebody asks whether it is still wanted.
constexpr Millis kStep{500};
/// Between two questions of which the first was answered at once, and in vain.
constexpr int kPauseMs = 50;
/// Members of the group are for a warning alone.
constexpr Millis kMembersMax{3000};

constexpr std::int64_t kBegin = -2;
constexpr std::int64_t kEnd = -1;

using Partitions = std::map<std::int32_t, KafkaPartition>;
using List = std::unique_ptr<rd_kafka_topic_partition_list_t,
                             decltype(&rd_kafka_topic_partition_list_destroy)>;

std::string text_of(rd_kafka_resp_err_t error) { return librdkafka().rd_kafka_err2str(error); }

/// As a broker says it: what the library says itself may be old.
bool is_missing(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
         error == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION;
}

/// An offset of every partition.
struct Question {
  KafkaHandle& handle;
  std::int64_t which;
  std::int64_t KafkaPartition::*answer;
};

class Look {
 public:
  explicit Look(KafkaClient& client) : client_(client) {}

  Result<KafkaTopic> run(const KafkaOffsets& found_from) {
    if (!client_.everything) {
      Result<std::unique_ptr<KafkaHandle>> made =
          KafkaHandle::make(client_.settings, KafkaHandle::Sees::Everything);
      if (!made) return fail(made);
      client_.everything = std::move(*made);
    }
    KafkaTopic topic;
    // Each handle finds the leaders of partitions by what it was told last.
    for (KafkaHandle* handle : {client_.committed.get(), client_.everything.get()}) {
      if (const Status done = list(*handle, topic.partitions); !done) return fail(done);
    }
    // What is committed is asked for before the end, which it is never behind.
    const std::array<Question, 3> questions{
        {{*client_.everything, kBegin, &KafkaPartition::begin},
         {*client_.committed, kEnd, &KafkaPartition::stable_end},
         {*client_.everything, kEnd, &KafkaPartition::end}}};
    for (const Question& question : questions) {
      if (const Status done = ask(question, topic.partitions); !done) return fail(done);
    }
    if (const Status done = find(found_from, topic.partitions); !done) return fail(done);
    topic.cluster = cluster();
    topic.group_members = member_count();
    return topic;
  }

 private:
  Millis left() const {
    return std::max(Millis(0), std::chrono::ceil<Millis>(deadline_ - SteadyClock::now()));
  }
  int step_ms() const { return static_cast<int>(std::min(left(), kStep).count()); }
  bool is_over() const { return left() == Millis(0) || !client_.is_wanted; }

  tl::unexpected<Error> fail_away(const std::string& why) {
    const KafkaVoice& voice = client_.everything->voice();
    const std::string trouble = voice.trouble();
    return fail(voice.is_refused() ? ErrorCode::NotPermitted : ErrorCode::Unavailable,
                trouble.empty() ? why : trouble);
  }
  /// Why it will not do to ask again; nothing where it may.
  Status final(rd_kafka_resp_err_t error) const {
    if (is_missing(error)) return fail(ErrorCode::NotFound, text_of(error));
    if (is_refusal(error)) return fail(ErrorCode::NotPermitted, text_of(error));
    return {};
  }

  /// The partitions that there are, each with a leader.
  Status list(const KafkaHandle& handle, Partitions& partitions) {
    KafkaHandle& everything = *client_.everything;
    rd_kafka_resp_err_t last = RD_KAFKA_RESP_ERR__TIMED_OUT;
    do {
      const rd_kafka_metadata_t* topics = nullptr;
      last = librdkafka().rd_kafka_metadata(handle.get(), 0, handle.topic(), &topics, step_ms());
      everything.listen(last == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : kPauseMs);
      if (last != RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (everything.voice().is_refused() && left() < kLookMax - kRefusedMin) break;
        continue;
      }
      if (&handle == &everything) everything.voice().note_answer();
      last = take(*topics, partitions);
      librdkafka().rd_kafka_metadata_destroy(topics);
      if (last == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
      if (Status done = final(last); !done) return done;
      everything.listen(kPauseMs);
    } while (!is_over());
    return fail_away(text_of(last));
  }

  static rd_kafka_resp_err_t take(const rd_kafka_metadata_t& topics, Partitions& partitions) {
    if (topics.topic_cnt != 1) return RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    const rd_kafka_metadata_topic_t& topic = topics.topics[0];
    if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR) return topic.err;
    partitions.clear();
    for (int i = 0; i < topic.partition_cnt; ++i) {
      const rd_kafka_metadata_partition_t& partition = topic.partitions[i];
      if (partition.leader < 0) return RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
      partitions[partition.id] = {};
    }
    return partitions.empty() ? RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE : RD_KAFKA_RESP_ERR_NO_ERROR;
  }

  /// One request to each leader.
  Status ask(const Question& question, Partitions& partitions) {
    std::set<std::int32_t> missing;
    for (const auto& [id, partition] : partitions) missing.insert(id);
    rd_kafka_resp_err_t last = RD_KAFKA_RESP_ERR__TIMED_OUT;
    do {
      const List asked(
          librdkafka().rd_kafka_topic_partition_list_new(static_cast<int>(missing.size())),
          librdkafka().rd_kafka_topic_partition_list_destroy);
      for (const std::int32_t id : missing) {
        librdkafka()
            .rd_kafka_topic_partition_list_add(asked.get(), client_.settings.topic.c_str(), id)
            ->offset = question.which;
      }
      last = librdkafka().rd_kafka_offsets_for_times(question.handle.get(), asked.get(),
                                                     static_cast<int>(left().count()));
      if (Status done = final(last); !done) return done;
      for (int i = 0; last == RD_KAFKA_RESP_ERR_NO_ERROR && i < asked->cnt; ++i) {
        const rd_kafka_topic_partition_t& answered = asked->elems[i];
        if (answered.err == RD_KAFKA_RESP_ERR_NO_ERROR && answered.offset >= 0) {
          partitions[answered.partition].*question.answer = answered.offset;
          missing.erase(answered.partition);
        } else if (Status done = final(answered.err); !done) {
          return done;
        }
      }
      if (missing.empty()) return {};
      client_.everything->listen(kPauseMs);
    } while (!is_over());
    return fail_away(text_of(last));
  }

  /// The first message at or behind each offset.
  Status find(const KafkaOffsets& from, Partitions& partitions) {
    KafkaHandle& handle = *client_.everything;
    Status outcome;
    for (const auto& [id, offset] : from) {
      const auto at = partitions.find(id);
      if (at == partitions.end() || std::max(offset, at->second.begin) >= at->second.end) continue;
      outcome = handle.start(id, std::max(offset, at->second.begin));
      if (!outcome) break;
      sought_.insert(id);
    }
    while (outcome && !sought_.empty() && !is_over()) outcome = take_found(partitions);
    if (outcome && !sought_.empty()) {
      outcome = fail_away(fmt::format("nothing came from partition {}", *sought_.begin()));
    }
    for (const auto& [id, offset] : from) {
      if (handle.is_reading(id)) handle.stop(id);
    }
    sought_.clear();
    return outcome;
  }

  Status take_found(Partitions& partitions) {
    KafkaHandle& handle = *client_.everything;
    std::array<rd_kafka_message_t*, 1> messages{};
    if (handle.take(messages, step_ms()) == 0) {
      handle.listen(0);
      return {};
    }
    const std::unique_ptr<rd_kafka_message_t, decltype(&rd_kafka_message_destroy)> message(
        messages[0], librdkafka().rd_kafka_message_destroy);
    if (!sought_.contains(message->partition)) return {};
    KafkaPartition& partition = partitions[message->partition];
    switch (message->err) {
      case RD_KAFKA_RESP_ERR_NO_ERROR:
        // What came later than the end that is told does not belong to it.
        if (message->offset < partition.end) {
          const auto* const bytes = static_cast<const char*>(message->payload);
          partition.found = {message->offset,
                             librdkafka().rd_kafka_message_timestamp(message.get(), nullptr),
                             std::string(bytes, bytes != nullptr ? message->len : 0)};
        }
        break;
      case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:  // Retention has taken it meanwhile.
      case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
        break;
      default:
        return final(message->err);
    }
    sought_.erase(message->partition);
    handle.stop(message->partition);
    return {};
  }

  std::string cluster() const {
    char* const id = librdkafka().rd_kafka_clusterid(client_.everything->get(), step_ms());
    std::string text = id != nullptr ? id : "";
    librdkafka().rd_kafka_mem_free(client_.everything->get(), id);
    return text;
  }

  std::size_t member_count() const {
    const std::string& group = client_.settings.group;
    if (group.empty()) return 0;
    const rd_kafka_group_list* groups = nullptr;
    const auto error =
        librdkafka().rd_kafka_list_groups(client_.everything->get(), group.c_str(), &groups,
                                          static_cast<int>(std::min(left(), kMembersMax).count()));
    int count = 0;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR && groups->group_cnt > 0) {
      count = groups->groups[0].member_cnt;
    }
    if (groups != nullptr) librdkafka().rd_kafka_group_list_destroy(groups);
    return static_cast<std::size_t>(std::max(count, 0));
  }

  KafkaClient& client_;
  SteadyClock::time_point deadline_ = SteadyClock::now() + kLookMax;
  std::set<std::int32_t> sought_;  // and neither found nor known not to be there
};

}  // namespace

void ready(const KafkaClient& client) {
  constexpr std::uint64_t kOne = 1;
  [[maybe_unused]] const ssize_t written =
      uninterrupted([&] { return ::write(client.wake.get(), &kOne, sizeof kOne); });
}

void nudge(KafkaClient& client, std::int32_t partition) {
  const Librdkafka& library = librdkafka();
  const List list(library.rd_kafka_topic_partition_list_new(1),
                  library.rd_kafka_topic_partition_list_destroy);
  const std::string& topic = client.settings.topic;
  library.rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = kEnd;
  constexpr int kAnswerMs = 1000;
  library.rd_kafka_offsets_for_times(client.committed->get(), list.get(), kAnswerMs);
  client.is_nudging = false;
}

void look(KafkaClient& client, const KafkaOffsets& found_from) {
  Result<KafkaTopic> answer = Look(client).run(found_from);
  {
    const std::lock_guard lock(client.mutex);
    client.answer = std::move(answer);
  }
  ready(client);
}

}  // namespace wordstream
