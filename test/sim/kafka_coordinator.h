// The fake Kafka's coordinator: who has a transactional id, which transactions are open and how
// they end, and where groups stand. Its time is that of machines which are never suspended.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "env/kafka_producer.h"
#include "sim/clock.h"
#include "sim/kafka_log.h"
#include "sim/trace.h"

namespace wordstream::sim {

/// Who asks: it had the transactional id at this epoch.
struct KafkaClaim {
  std::string id;
  std::uint64_t epoch = 0;
};

/// What a place is kept for.
struct KafkaPlaceKey {
  std::string group;
  std::string topic;
  std::int32_t partition = 0;

  friend auto operator<=>(const KafkaPlaceKey&, const KafkaPlaceKey&) = default;
};

class FakeKafkaCoordinator {
 public:
  /// Sets the markers of a transaction.
  using Mark = std::function<void(KafkaTransactionId transaction, bool is_committed)>;
  FakeKafkaCoordinator(const FakeClock& clock, Timeline& timeline, Trace& trace, Mark mark);
  FakeKafkaCoordinator(const FakeKafkaCoordinator&) = delete;
  FakeKafkaCoordinator& operator=(const FakeKafkaCoordinator&) = delete;

  // What producers ask. Requires, below init(): the claim is not fenced.

  /// Ends what is open of who had the id before, who is fenced from now on. Returns the epoch.
  std::uint64_t init(const std::string& id, Nanos timeout);
  bool is_fenced(const KafkaClaim& claim);
  /// From here on its time runs; nothing happens where it is open already.
  void open(const KafkaClaim& claim, KafkaTransactionId transaction);
  /// Requires: it is open.
  void put_place(const KafkaClaim& claim, const KafkaPlaceKey& key, const KafkaGroupPlace& place);
  /// Nothing happens where it has ended so already.
  void commit(const KafkaClaim& claim, KafkaTransactionId transaction);
  /// It cannot be aborted any more, and is seen to be committed when some time has passed.
  void commit_later(const KafkaClaim& claim, KafkaTransactionId transaction, Nanos delay);
  void abort(const KafkaClaim& claim, KafkaTransactionId transaction);
  enum class State { NotEnded, Committing, Committed };
  State state(const KafkaClaim& claim, KafkaTransactionId transaction);

  // Groups.

  std::optional<KafkaGroupPlace> place(const KafkaPlaceKey& key);
  const std::map<KafkaPlaceKey, KafkaGroupPlace>& places();
  /// Whether an open transaction would change it, or one whose end it has not heard of.
  bool is_pending(const KafkaPlaceKey& key);
  void set_place(const KafkaPlaceKey& key, KafkaGroupPlace place) {
    places_[key] = std::move(place);
  }

  // What befalls it.

  /// As when the offsets of a group have expired, or somebody has deleted it.
  void forget_group(const std::string& group);
  /// The topic is deleted.
  void forget_topic(const std::string& topic);
  /// The time of its open transaction has run out, or somebody has fenced who has it.
  void time_out(const std::string& id);
  bool has_open_transaction(const std::string& id);
  /// The groups do not hear how the next transaction ends, as where a broker is killed then and
  /// has KAFKA-20734: what it puts there is pending until they hear of another one of its id, and
  /// ends as that does.
  void lose_end() { loses_end_ = true; }

 private:
  struct Transaction {
    KafkaTransactionId number;
    bool is_committing;
    BootTime until;  // it is aborted, or committed where that has begun
    std::map<KafkaPlaceKey, KafkaGroupPlace> places = {};
  };
  struct Id {
    std::uint64_t epoch = 0;
    Nanos timeout{};
    std::optional<Transaction> open = {};
    KafkaTransactionId committed_last = 0;
    std::map<KafkaPlaceKey, KafkaGroupPlace> pending = {};  // of those that have ended
  };

  Id& current(const KafkaClaim& claim);
  void end(Id& id, bool is_committed);
  /// Has catch_up() called then, too.
  BootTime in(Nanos delay);
  /// Does what is due by now.
  void catch_up();

  const FakeClock& clock_;
  Timeline& timeline_;
  Trace& trace_;
  Mark mark_;
  std::map<std::string, Id> ids_;
  std::map<KafkaPlaceKey, KafkaGroupPlace> places_;
  bool loses_end_ = false;
};

}  // namespace wordstream::sim
