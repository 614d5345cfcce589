// What others do with a broker, by librdkafka itself: topics, messages, transactions, groups. Each
// act is over when it returns, and fails the test when it does not work.
#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace wordstream::server {

using Handle = std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)>;

/// With librdkafka's own properties. It says nothing by itself.
Handle make_handle(rd_kafka_type_t type, const std::string& broker,
                   std::map<std::string, std::string> settings);

/// An open transaction, which is given up with its object.
class Transaction {
 public:
  explicit Transaction(const std::string& broker);

  std::int64_t produce(const std::string& topic, std::int32_t partition, std::string_view value);
  /// Both return when the markers are in the log.
  void commit();
  void abort();

 private:
  void wait_for_markers();

  std::string broker_;
  std::string id_;
  Handle producer_;
};

class KafkaCluster {
 public:
  /// Returns when the broker answers.
  explicit KafkaCluster(std::string broker);

  const std::string& broker() const { return broker_; }
  void make_topic(const std::string& topic, int partition_count,
                  const std::map<std::string, std::string>& settings = {});
  /// Its partitions, all of which have a leader; -1: it is not there; -2: some have none.
  int partition_count(const std::string& topic) const;
  bool has_topic(const std::string& topic) const;
  void delete_topic(const std::string& topic);
  void add_partitions(const std::string& topic, int partition_count);
  void delete_records(const std::string& topic, std::int32_t partition, std::int64_t before);

  /// Lets a user describe a topic, or read it.
  void allow(const std::string& user, const std::string& topic, rd_kafka_AclOperation_t operation);
  /// A consumer that belongs to the group until it goes.
  Handle join(const std::string& group, const std::string& topic) const;

  /// Returns its offset; null where `value` has no data. All have the same key.
  std::int64_t produce(const std::string& topic, std::int32_t partition, std::string_view value);
  /// Returns when all are in the log, in packs as a busy producer makes them.
  void produce_many(const std::string& topic, std::int32_t partition, int count,
                    std::string_view value);
  /// Each message that stands in a topic now, partition by partition; of committed ones alone,
  /// those before the first transaction that is open.
  void read_all(const std::string& topic, bool is_committed,
                const std::function<void(const rd_kafka_message_t&)>& take) const;
  /// -1: nothing.
  std::int64_t group_offset(const std::string& group, const std::string& topic,
                            std::int32_t partition) const;
  /// Returns when each partition of each topic has a leader.
  void wait_until_up() const;

 private:
  void wait_for_topic(const std::string& topic, int count) const;
  void run(
      const std::function<void(rd_kafka_t*, rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>& act);

  std::string broker_;
  Handle producer_;
};

}  // namespace wordstream::server
