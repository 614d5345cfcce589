#include "contract/real_kafka.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

namespace wordstream::contract {
namespace {

class RealTransaction final : public KafkaTransaction {
 public:
  RealTransaction(const std::string& broker, std::string prefix)
      : transaction_(broker), prefix_(std::move(prefix)) {}

  std::int64_t produce(const std::string& topic, std::int32_t partition,
                       std::string_view value) override {
    return transaction_.produce(prefix_ + topic, partition, value);
  }
  void commit() override { transaction_.commit(); }
  void abort() override { transaction_.abort(); }

 private:
  server::Transaction transaction_;
  std::string prefix_;
};

std::string next_prefix() {
  static int count = 0;
  return fmt::format("{}-", ++count);
}

}  // namespace

RealKafkaSide::RealKafkaSide()
    : prefix_(next_prefix()), broker_(server::KafkaBroker::shared()), cluster_(broker_.address()) {}

KafkaSettings RealKafkaSide::settings(const std::string& topic) {
  KafkaSettings settings;
  settings.brokers = broker_.address();
  settings.topic = name_of(topic);
  return settings;
}

KafkaProducerSettings RealKafkaSide::producer_settings(const std::string& topic,
                                                       const std::string& transactional_id) {
  KafkaProducerSettings settings;
  settings.brokers = broker_.address();
  settings.topic = name_of(topic);
  if (!transactional_id.empty()) settings.transactional_id = name_of(transactional_id);
  return settings;
}

void RealKafkaSide::make_topic(const std::string& topic, int partition_count) {
  cluster_.make_topic(name_of(topic), partition_count);
}

void RealKafkaSide::make_small_topic(const std::string& topic, int partition_count,
                                     std::size_t request_bytes_max) {
  cluster_.make_topic(name_of(topic), partition_count,
                      {{"max.message.bytes", std::to_string(request_bytes_max)}});
}

bool RealKafkaSide::has_topic(const std::string& topic) {
  return cluster_.has_topic(name_of(topic));
}

void RealKafkaSide::delete_topic(const std::string& topic) {
  cluster_.delete_topic(name_of(topic));
}

void RealKafkaSide::add_partitions(const std::string& topic, int partition_count) {
  cluster_.add_partitions(name_of(topic), partition_count);
}

std::int64_t RealKafkaSide::produce(const std::string& topic, std::int32_t partition,
                                    std::string_view value) {
  return cluster_.produce(name_of(topic), partition, value);
}

std::unique_ptr<KafkaTransaction> RealKafkaSide::begin_transaction() {
  return std::make_unique<RealTransaction>(broker_.address(), prefix_);
}

std::vector<KafkaRow> RealKafkaSide::rows(const std::string& topic, Isolation isolation) {
  std::vector<KafkaRow> rows;
  const auto optional = [](const void* data, std::size_t size) {
    return data == nullptr ? std::nullopt
                           : std::optional(std::string(static_cast<const char*>(data), size));
  };
  const bool is_committed = isolation == Isolation::ReadCommitted;
  cluster_.read_all(name_of(topic), is_committed, [&](const rd_kafka_message_t& message) {
    KafkaRow row{message.partition, optional(message.key, message.key_len),
                 optional(message.payload, message.len)};
    rd_kafka_headers_t* headers = nullptr;
    rd_kafka_message_headers(&message, &headers);
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         headers != nullptr && rd_kafka_header_get_all(headers, i, &name, &value, &size) == 0;
         ++i) {
      row.headers.emplace_back(name, std::string(static_cast<const char*>(value), size));
    }
    rows.push_back(std::move(row));
  });
  return rows;
}

void RealKafkaSide::delete_records(const std::string& topic, std::int32_t partition,
                                   std::int64_t before) {
  cluster_.delete_records(name_of(topic), partition, before);
}

void RealKafkaSide::kill_broker() { broker_.kill(); }

void RealKafkaSide::start_broker() {
  broker_.start();
  cluster_.wait_until_up();
}

std::int64_t RealKafkaSide::group_offset(const std::string& group, const std::string& topic,
                                         std::int32_t partition) {
  return cluster_.group_offset(group, name_of(topic), partition);
}

}  // namespace wordstream::contract
