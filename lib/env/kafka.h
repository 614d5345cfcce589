// The door to Kafka: a consumer of partitions of one topic. The real one stands on librdkafka
// (env/librdkafka.h), which is loaded when the first is made: a program that names no broker
// needs none of it. The other one is in the simulation (test/sim/kafka.h).
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
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "env/poller.h"

namespace wordstream {

/// By their names, librdkafka's own: "security.protocol".
using KafkaProperties = std::map<std::string, std::string, std::less<>>;
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

/// What happens beside messages.
struct KafkaEvent {
  enum class Kind {
    End,           ///< all was taken that can be before `offset`, which is the next one's
    OutOfRange,    ///< nothing is there, or was ever: it is not read on
    Away,          ///< no broker can be reached: it is tried again and again
    Refused,       ///< a broker does not let us in, likewise
    NotCommitted,  ///< offsets did not get into the group
    Said,          ///< the library has something to say
    Broken,        ///< nothing will ever come any more
  };
  Kind kind;
  std::int32_t partition = -1;  ///< of End and OutOfRange; of Refused, where it may not be read
  std::int64_t offset = -1;     ///< of End
  std::string why = {};         ///< of the others; one line
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

/// What was loaded.
struct KafkaLibrary {
  std::string version;            ///< "2.0.2"
  std::vector<std::string> bugs;  ///< of this version, that concern us; one line each
};

class Kafka {
 public:
  virtual ~Kafka() = default;

  /// Fails with Unavailable where the library is missing or too old, and says what to install.
  virtual Result<KafkaLibrary> load() = 0;

  /// Of messages that are committed alone. Fails as load() does; with InvalidArgument where a
  /// property is unknown or its value makes no sense, which is not repeated. Nobody was asked yet.
  virtual Result<std::unique_ptr<KafkaConsumer>> consume(const KafkaSettings& settings) = 0;
};

/// Kafka by librdkafka.
std::unique_ptr<Kafka> make_real_kafka();
/// The version of librdkafka that this program was built against.
std::string kafka_built_against();

}  // namespace wordstream
