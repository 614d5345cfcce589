// The producer of a sink that writes to a topic: made when it is needed, and made anew where one
// has come to its end; and what its replies mean for an act of a row store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "env/kafka_address.h"
#include "env/kafka_producer.h"
#include "format/format.h"
#include "model/events.h"
#include "sink/row_store.h"

namespace wordstream {

/// What is written to, and how.
struct TopicToWrite {
  KafkaAddress at = {};
  FormatKind format = FormatKind::Json;
  bool has_keys = true;
  KafkaProperties properties = {};
};

class KafkaOutlet {
 public:
  /// An act waits so long for a broker, at most; then others have a turn.
  static constexpr Millis kTurn{50};

  /// All that is referred to outlives it. Without a transactional id there are no transactions.
  KafkaOutlet(TopicToWrite what, std::string transactional_id, Kafka& kafka, Observer& observer);

  /// What time it is for what follows.
  void set_time(SteadyTime now) { now_ = now; }
  SteadyTime now() const { return now_; }
  const std::string& name() const { return name_; }
  const TopicToWrite& what() const { return what_; }
  /// After which a coordinator aborts a transaction.
  Millis transaction_timeout() const;
  /// Of messages that are sent together, and so of each.
  std::size_t request_bytes_max() const;

  /// Makes the producer where there is none, or one that sends too much at once, and looks for the
  /// topic.
  Result<Act> open();
  bool is_open() const { return producer_ != nullptr; }
  /// No broker may be there any more: open() looks for the topic once more, and so waits for one.
  void look_again() { is_found_ = false; }
  /// Requires: it is open.
  KafkaProducer& producer() { return *producer_; }
  /// What a reply means. Done for good: it fails. Lost: it is not open any more.
  Result<Act> act_of(const KafkaReply& reply);
  /// Why no broker is to be reached; empty: one is, as far as is known.
  const std::string& away() const { return away_; }
  /// Messages that will never be acknowledged, since that was asked last.
  std::uint64_t take_lost_count();

  // What the producer has, which goes with it.
  bool has_id = false;           ///< the transactional id
  bool has_transaction = false;  ///< an open one

  tl::unexpected<Error> failed(ErrorCode code, std::string_view why) const;

 private:
  Status make();
  void drop();
  Status listen();

  TopicToWrite what_;
  std::string transactional_id_;
  Kafka& kafka_;
  Observer& observer_;
  std::string name_;
  std::unique_ptr<KafkaProducer> producer_;
  SteadyTime now_{};
  bool is_found_ = false;         // the topic, by this producer
  bool is_too_large_ = false;     // what it sends at once
  std::size_t bytes_max_ = 0;     // of that; 0: as the library has it
  std::uint64_t lost_count_ = 0;  // of messages of those before
  std::uint64_t lost_told_ = 0;
  std::string away_ = {};
  bool was_let_in_ = false;
  std::optional<SteadyTime> refused_since_ = {};
};

}  // namespace wordstream
