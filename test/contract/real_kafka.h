// A real broker, behind the real door. All cases of a program share it, so topics have names of a
// side's own there.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "contract/kafka_side.h"
#include "server/kafka_broker.h"
#include "server/kafka_cluster.h"

namespace wordstream::contract {

class RealKafkaSide final : public KafkaSide {
 public:
  /// Requires: KafkaBroker::is_installed().
  RealKafkaSide();

  Kafka& kafka() override { return *kafka_; }
  const Clock& clock() override { return clock_; }
  std::unique_ptr<Poller> make_poller() override { return make_real_poller().value(); }
  KafkaSettings settings(const std::string& topic) override;
  KafkaProducerSettings producer_settings(const std::string& topic,
                                          const std::string& transactional_id) override;
  /// The door waits itself.
  void let_time_pass() override {}

  void make_topic(const std::string& topic, int partition_count) override;
  void make_small_topic(const std::string& topic, int partition_count,
                        std::size_t request_bytes_max) override;
  bool has_topic(const std::string& topic) override;
  void delete_topic(const std::string& topic) override;
  void add_partitions(const std::string& topic, int partition_count) override;
  std::int64_t produce(const std::string& topic, std::int32_t partition,
                       std::string_view value) override;
  std::unique_ptr<KafkaTransaction> begin_transaction() override;
  std::vector<KafkaRow> rows(const std::string& topic, Isolation isolation) override;
  void delete_records(const std::string& topic, std::int32_t partition,
                      std::int64_t before) override;
  void kill_broker() override;
  void start_broker() override;
  std::int64_t group_offset(const std::string& group, const std::string& topic,
                            std::int32_t partition) override;

  server::KafkaCluster& cluster() { return cluster_; }
  /// As the broker knows it.
  std::string name_of(const std::string& topic) const { return prefix_ + topic; }

 private:
  RealClock clock_;
  std::unique_ptr<Kafka> kafka_ = make_real_kafka();
  std::string prefix_;
  server::KafkaBroker& broker_;
  server::KafkaCluster cluster_;
};

}  // namespace wordstream::contract
