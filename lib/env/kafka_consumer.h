// The door to Kafka for who reads: a consumer of partitions of one topic.
//
// Of one thread, which it never blocks: what comes is taken, what is asked is answered by what is
// taken later. It connects, and connects again, by itself.
//
// Sources: librdkafka 2.0.2, rdkafka.h and CONFIGURATION.md; Kafka 4.x, "Design: message delivery
// semantics" and the record batch's format for what offsets, transactions and their markers are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "env/kafka.h"
#include "env/poller.h"

namespace wordstream {

/// An offset of each of these partitions.
using KafkaOffsets = std::map<std::int32_t, std::int64_t>;

struct KafkaSettings {
  std::string brokers = {};  ///< "a:9092,b:9092"
  std::string topic = {};
  std::string group = {};  ///< to which offsets are committed; empty: to none
  KafkaProperties properties = {};
};

/// A message of a committed transaction, or of none. Offsets only grow; between two there may be
/// others that nobody is shown: aborted messages, markers, what compaction has taken.
struct KafkaMessage {
  std::int32_t partition;
  std::int64_t offset;
  std::int64_t time_ms;    ///< since the epoch, as its producer or broker has set it; -1: unknown
  std::string_view value;  ///< empty where it is null, too
};

/// A message that was read again, committed or not.
struct KafkaFound {
  std::int64_t offset;
  std::int64_t time_ms;
  std::string value;
};

/// As its leader has it.
struct KafkaPartition {
  std::int64_t begin = 0;                ///< of the first that retention has left
  std::int64_t stable_end = 0;           ///< no open transaction begins before it
  std::int64_t end = 0;                  ///< behind the last message
  std::optional<KafkaFound> found = {};  ///< what was looked for; nothing is there, or behind
};

/// How the topic stands.
struct KafkaTopic {
  std::string cluster;  ///< by which its brokers know themselves
  std::map<std::int32_t, KafkaPartition> partitions;
  std::size_t group_members = 0;  ///< so many consumers of the group live
};

struct KafkaNews {
  /// In each partition in their order; until the next take().
  std::span<const KafkaMessage> messages = {};
  /// In their order; an End is behind all messages of its partition.
  std::vector<KafkaEvent> events = {};
  /// What was asked by look(). Fails with NotFound where there is no such topic, with NotPermitted
  /// where it may not be read, with Unavailable where no broker has answered in time.
  std::optional<Result<KafkaTopic>> topic = {};
  /// Nothing more is here now: the consumer becomes ready when something is.
  bool is_all = true;
};

/// Ready for reading when there may be something to take.
class KafkaConsumer : public Pollable {
 public:
  /// Asks how the topic stands; and for the first message at or behind each of these offsets. The
  /// answer comes within 10 s. Requires: the last answer was taken.
  virtual void look(const KafkaOffsets& found_from) = 0;

  /// Reads these partitions from these offsets on, beside those that it reads already; one of them
  /// anew from there, and what had come of it already is dropped.
  virtual void read(const KafkaOffsets& from) = 0;

  /// At most so many messages.
  virtual KafkaNews take(std::size_t messages_max) = 0;

  /// How many messages its partition had when its broker was last heard, before the end; nothing
  /// where it was not.
  virtual std::optional<std::int64_t> last_end(std::int32_t partition) const = 0;

  /// Commits offsets, as the next to be read, to the group. Nothing waits for it but the end of
  /// this object, for 1 s at most.
  virtual void commit(const KafkaOffsets& next) = 0;
  /// Whether some are on their way: it is ready when that ends, and take() hears of it.
  virtual bool is_committing() const = 0;
};

}  // namespace wordstream
