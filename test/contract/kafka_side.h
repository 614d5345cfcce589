// What stands behind the door to Kafka while its contract is tested: a real broker, or the fake.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "env/clock.h"
#include "env/kafka_consumer.h"
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

/// A cluster of one broker. Each act is over when it returns.
class KafkaSide {
 public:
  virtual ~KafkaSide() = default;
  virtual Kafka& kafka() = 0;
  virtual const Clock& clock() = 0;
  virtual std::unique_ptr<Poller> make_poller() = 0;
  /// Of a consumer that it lets in.
  virtual KafkaSettings settings(const std::string& topic) = 0;

  virtual void make_topic(const std::string& topic, int partition_count) = 0;
  virtual void delete_topic(const std::string& topic) = 0;
  virtual void add_partitions(const std::string& topic, int partition_count) = 0;
  /// Returns its offset; null where `value` has no data.
  virtual std::int64_t produce(const std::string& topic, std::int32_t partition,
                               std::string_view value) = 0;
  virtual std::unique_ptr<KafkaTransaction> begin_transaction() = 0;
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
