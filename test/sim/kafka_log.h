// The log of a partition of the fake Kafka: messages, and the markers with which transactions end,
// each with an offset of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace wordstream::sim {

/// A producer's transaction; 0: none.
using KafkaTransactionId = std::uint64_t;

/// What a message has beside its value.
struct KafkaLabel {
  std::optional<std::string> key;
  std::vector<std::pair<std::string, std::string>> headers;
};

struct KafkaRecord {
  std::int64_t offset;
  std::int64_t time_ms;
  std::shared_ptr<const std::string> value;  ///< null in a marker
  KafkaTransactionId transaction;
  std::shared_ptr<const KafkaLabel> label = {};  ///< null: no key, and no headers
};

class FakeKafkaLog {
 public:
  /// Of the first record that retention has left; of the next one; and before which no transaction
  /// is open.
  std::int64_t begin() const { return begin_; }
  std::int64_t end() const { return end_; }
  std::int64_t stable_end() const;

  /// Returns its offset.
  std::int64_t append(std::int64_t time_ms, std::string_view value, KafkaTransactionId transaction,
                      std::shared_ptr<const KafkaLabel> label = {});
  /// Appends its marker. Requires: it has a record here, and no marker.
  void end_transaction(KafkaTransactionId transaction, bool is_committed, std::int64_t time_ms);
  void delete_before(std::int64_t offset);
  /// Takes one record away.
  void compact(std::int64_t offset);
  /// Takes away what stands there and behind.
  void lose_from(std::int64_t offset);

  /// The first message there or behind, whatever becomes of its transaction; null: there is none.
  const KafkaRecord* find_from(std::int64_t offset) const;
  /// At most so many messages from `position` on that are committed. Moves `position` behind all
  /// that it has looked at.
  std::vector<KafkaRecord> read(std::int64_t& position, std::size_t count_max) const;
  /// All messages, whatever becomes of their transactions.
  std::vector<KafkaRecord> read_uncommitted() const;

  /// Its leader answers nothing before.
  SteadyTime silent_until{};

 private:
  using Records = std::vector<KafkaRecord>;
  Records::const_iterator at_or_behind(std::int64_t offset) const;
  bool is_shown(const KafkaRecord& record) const;

  Records records_;
  std::int64_t begin_ = 0;
  std::int64_t end_ = 0;
  std::map<KafkaTransactionId, std::int64_t> open_;  // and where they have begun here
  std::set<KafkaTransactionId> aborted_;
};

}  // namespace wordstream::sim
