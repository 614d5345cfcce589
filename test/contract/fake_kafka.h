// The fake Kafka as what stands behind the door.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "contract/kafka_side.h"
#include "sim/world.h"

namespace wordstream::contract {

class FakeKafkaTransaction final : public KafkaTransaction {
 public:
  explicit FakeKafkaTransaction(sim::FakeKafka& kafka)
      : kafka_(kafka), id_(kafka.begin_transaction()) {}

  std::int64_t produce(const std::string& topic, std::int32_t partition,
                       std::string_view value) override {
    return kafka_.produce(topic, partition, value, id_);
  }
  void commit() override { kafka_.commit_transaction(id_); }
  void abort() override { kafka_.abort_transaction(id_); }

 private:
  sim::FakeKafka& kafka_;
  sim::KafkaTransactionId id_;
};

class FakeKafkaSide final : public KafkaSide {
 public:
  explicit FakeKafkaSide(std::uint64_t seed = 1) : world_(seed) {}

  sim::World& world() { return world_; }

  Kafka& kafka() override { return world_.kafka; }
  const Clock& clock() override { return world_.clock; }
  std::unique_ptr<Poller> make_poller() override { return world_.make_poller(); }
  KafkaSettings settings(const std::string& topic) override {
    return {.brokers = "broker:9092", .topic = topic};
  }
  KafkaProducerSettings producer_settings(const std::string& topic,
                                          const std::string& transactional_id) override {
    return {.brokers = "broker:9092", .topic = topic, .transactional_id = transactional_id};
  }
  void let_time_pass() override {
    world_.make_poller()->wait(world_.clock.steady() + std::chrono::milliseconds(10));
  }

  void make_topic(const std::string& topic, int partition_count) override {
    world_.kafka.make_topic(topic, partition_count);
  }
  void make_small_topic(const std::string& topic, int partition_count,
                        std::size_t request_bytes_max) override {
    make_topic(topic, partition_count);
    world_.kafka.set_request_bytes_max(topic, request_bytes_max);
  }
  bool has_topic(const std::string& topic) override { return world_.kafka.has_topic(topic); }
  void delete_topic(const std::string& topic) override { world_.kafka.delete_topic(topic); }
  void add_partitions(const std::string& topic, int partition_count) override {
    world_.kafka.add_partitions(topic, partition_count);
  }
  std::int64_t produce(const std::string& topic, std::int32_t partition,
                       std::string_view value) override {
    return world_.kafka.produce(topic, partition, value);
  }
  std::unique_ptr<KafkaTransaction> begin_transaction() override {
    return std::make_unique<FakeKafkaTransaction>(world_.kafka);
  }
  std::vector<KafkaRow> rows(const std::string& topic, Isolation isolation) override {
    std::vector<KafkaRow> rows;
    std::int32_t number = 0;
    for (const auto& partition :
         world_.kafka.read_all(topic, isolation == Isolation::ReadCommitted)) {
      for (const sim::KafkaRecord& record : partition) {
        KafkaRow& row = rows.emplace_back(KafkaRow{number, {}, *record.value});
        if (!record.label) continue;
        row.key = record.label->key;
        row.headers = record.label->headers;
      }
      ++number;
    }
    return rows;
  }
  void delete_records(const std::string& topic, std::int32_t partition,
                      std::int64_t before) override {
    world_.kafka.delete_records(topic, partition, before);
  }
  void kill_broker() override { world_.kafka.set_reach(sim::FakeKafka::Reach::Away); }
  void start_broker() override { world_.kafka.set_reach(sim::FakeKafka::Reach::Open); }
  std::int64_t group_offset(const std::string& group, const std::string& topic,
                            std::int32_t partition) override {
    return world_.kafka.group_offset(group, topic, partition);
  }

 private:
  sim::World world_;
};

}  // namespace wordstream::contract
