// What stands behind the door to Kafka while its contract is tested: a real broker, or the fake.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "env/clock.h"
#include "env/kafka_consumer.h"
#include "env/kafka_producer.h"
#include "env/poller.h"

namespace wordstream::contract {

/// An open transaction of a producer.
class KafkaTransaction {
 public:
  virtual ~KafkaTransaction() = default;
  /// Returns its offset, when it is in the log.
  virtual std::int64_t produce(const std::string& topic, std::int32_t partition,
                               std::string_view value) = 0;
  /// Returns when the markers are in the log.
  virtual void commit() = 0;
  virtual void abort() = 0;
};

/// A record as it stands in the log; null is not empty.
struct KafkaRow {
  std::int32_t partition;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::string>> headers = {};
};

/// Who reads a topic from outside.
enum class Isolation { ReadCommitted, ReadUncommitted };

/// A cluster of one broker. Each act is over when it returns.
class KafkaSide {
 public:
  virtual ~KafkaSide() = default;
  virtual Kafka& kafka() = 0;
  virtual const Clock& clock() = 0;
  virtual std::unique_ptr<Poller> make_poller() = 0;
  /// Of a consumer that it lets in.
  virtual KafkaSettings settings(const std::string& topic) = 0;

  /// Of a producer that it lets in; no other side has the same id; without one where it is
  /// empty.
  virtual KafkaProducerSettings producer_settings(const std::string& topic,
                                                  const std::string& transactional_id) = 0;
  /// Lets some time pass where an act of the door has not been answered and did not wait itself.
  virtual void let_time_pass() = 0;

  virtual void make_topic(const std::string& topic, int partition_count) = 0;
  /// With that as its max.message.bytes.
  virtual void make_small_topic(const std::string& topic, int partition_count,
                                std::size_t request_bytes_max) = 0;
  virtual bool has_topic(const std::string& topic) = 0;
  virtual void delete_topic(const std::string& topic) = 0;
  virtual void add_partitions(const std::string& topic, int partition_count) = 0;
  /// Returns its offset; null where `value` has no data.
  virtual std::int64_t produce(const std::string& topic, std::int32_t partition,
                               std::string_view value) = 0;
  virtual std::unique_ptr<KafkaTransaction> begin_transaction() = 0;
  /// All that such a reader sees of a topic now, partition by partition in the order of the log.
  /// One that reads what is committed alone stops before a transaction that is open.
  virtual std::vector<KafkaRow> rows(const std::string& topic, Isolation isolation) = 0;
  /// As retention does: what stands before the offset is gone.
  virtual void delete_records(const std::string& topic, std::int32_t partition,
                              std::int64_t before) = 0;
  /// As kill -9 does, and as it comes back with all that it had.
  virtual void kill_broker() = 0;
  virtual void start_broker() = 0;
  /// What was committed to the group; -1: nothing.
  virtual std::int64_t group_offset(const std::string& group, const std::string& topic,
                                    std::int32_t partition) = 0;
};

}  // namespace wordstream::contract
