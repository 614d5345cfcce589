// The door to Kafka for who writes: a producer into one topic, which is idempotent, with
// transactions or without. The real one stands on librdkafka; the other one is in the simulation
// (test/sim/kafka_producer.h). Kafka::produce() makes them (env/kafka.h).
//
// Of one thread. An act that a broker has to answer waits for that as long as it is told, at most;
// one that says NotYet is asked for again, with the same arguments and before any other, until it
// has ended. It connects, and connects again, by itself: a broker that is away is NotYet.
//
// Sources: librdkafka 2.0.2, rdkafka.h, "Transactional producer API"; KIP-98 and KIP-447 for what a
// coordinator does; KIP-98, "Fencing", and KIP-890.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "env/kafka.h"

namespace wordstream {

struct KafkaProducerSettings {
  std::string brokers = {};  ///< "a:9092,b:9092"
  std::string topic = {};
  std::string transactional_id = {};  ///< empty: without transactions
  /// No request has more bytes of messages, and so no message has; 0: as the library has it.
  std::size_t request_bytes_max = 0;
  KafkaProperties properties = {};
};

/// How the topic stands that is written to.
struct KafkaTarget {
  std::string cluster;  ///< by which its brokers know themselves
  std::size_t partition_count = 0;
  /// "max.message.bytes": of messages that are sent together; nothing where we may not know.
  std::optional<std::size_t> request_bytes_max = {};
};

struct KafkaHeader {
  std::string_view name;
  std::string_view value;
};

/// A message to be sent; its key says which partition it goes to, as Java's producers have it; with
/// none, chance.
struct KafkaOutgoing {
  std::optional<std::string_view> key;
  std::string_view value;
  std::span<const KafkaHeader> headers = {};
};

/// What a group has committed for a partition.
struct KafkaGroupPlace {
  std::int64_t offset = 0;
  std::string metadata = {};

  friend bool operator==(const KafkaGroupPlace&, const KafkaGroupPlace&) = default;
};

/// How an act has ended, or that it has not.
struct KafkaReply {
  enum class State {
    Done,
    NotYet,    ///< not answered: ask for it again
    Undone,    ///< the transaction has failed: abort() comes next, and a new one may do better
    TooLarge,  ///< likewise, since the brokers take no request so large
    Fenced,    ///< who has begun later has the transactional id, or its time had run out; `code` of
               ///< none. This producer is of no more use, another one may do better
    Broken,    ///< likewise, since the library has come to an end
    Refused,   ///< for good, as `code` says
  };
  State state;
  std::string why = {};  ///< of all but Done, one line; of NotYet only where it is known
  ErrorCode code = ErrorCode::Io;

  static KafkaReply done() { return {State::Done}; }
  static KafkaReply not_yet(std::string why = {}) { return {State::NotYet, std::move(why)}; }
  bool is_done() const { return state == State::Done; }
};

class KafkaProducer {
 public:
  /// What was sent and not acknowledged may be lost; an open transaction is left to the
  /// coordinator, which aborts it. Waits for nobody for longer than 1 s.
  virtual ~KafkaProducer() = default;

  /// Looks at the topic. Refused: NotFound where there is none, NotPermitted. Makes none.
  virtual KafkaReply find(KafkaTarget& target, Millis at_most) = 0;

  /// Reads what stands in a group for the topic's partition 0; nothing where nothing does.
  /// `is_stable`: NotYet while a transaction that would change it is open, or is being ended; else
  /// what was there before. Joins nothing, and changes nothing.
  virtual KafkaReply read_group(const std::string& group, bool is_stable,
                                std::optional<KafkaGroupPlace>& place, Millis at_most) = 0;

  // Those that follow require a transactional id.

  /// Takes the transactional id: an open transaction of who had it before is aborted, one that was
  /// being committed is committed, and that one is fenced. Before anything else, once. Refused:
  /// CannotPromise where the broker does not take our timeouts, and `why` has the property's name.
  virtual KafkaReply init(Millis at_most) = 0;
  /// Requires: no transaction is open.
  virtual KafkaReply begin() = 0;
  /// Commits a place for the topic's partition 0 to the group with the open transaction.
  virtual KafkaReply put_place(const std::string& group, const KafkaGroupPlace& place,
                               Millis at_most) = 0;
  /// Sends what is left, and commits. Once it is Done, Undone or TooLarge it has ended so; when it
  /// is Fenced or Broken it may have been made.
  virtual KafkaReply commit(Millis at_most) = 0;
  /// Ends the open transaction, whatever state it is in. What was not sent of it is dropped.
  virtual KafkaReply abort(Millis at_most) = 0;

  // With a transaction open, or without a transactional id.

  /// Hands a message over, which is copied. NotYet: there is no room, flush() makes some. Done says
  /// nothing about its delivery; that of others before it may be Undone or TooLarge here.
  virtual KafkaReply send(const KafkaOutgoing& message) = 0;
  /// Waits until all that was sent is acknowledged; NotYet: not all is. Returns early with some
  /// room.
  virtual KafkaReply flush(Millis at_most) = 0;
  /// Messages that were sent without a transaction and will never be acknowledged, so far.
  virtual std::uint64_t lost_count() const = 0;

  /// What the library had to say meanwhile: Away, Refused, Said, Broken alone.
  virtual std::vector<KafkaEvent> hear() = 0;
};

}  // namespace wordstream
