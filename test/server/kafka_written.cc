#include "server/kafka_written.h"

#include <array>
#include <chrono>
#include <string_view>

#include "catch.h"
#include "cli/program.h"

namespace wordstream::server {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kAnswerMs = 1000;

std::string text_of(const void* bytes, std::size_t size) {
  return {static_cast<const char*>(bytes), size};
}

Written as_written(const rd_kafka_message_t& message) {
  Written written{{}, text_of(message.payload, message.len), {}};
  if (message.key != nullptr) written.key = text_of(message.key, message.key_len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return written;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    written.headers[name] = text_of(value, size);
  }
  return written;
}

/// The ends of these partitions, as this reader may see them.
std::vector<std::int64_t> ends_of(rd_kafka_t* reader, const std::string& topic, int count) {
  std::vector<std::int64_t> ends;
  const auto deadline = SteadyClock::now() + cli::kPatience;
  while (static_cast<int>(ends.size()) < count && SteadyClock::now() < deadline) {
    std::int64_t first = 0;
    std::int64_t end = 0;
    const rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
        reader, topic.c_str(), static_cast<std::int32_t>(ends.size()), &first, &end, kAnswerMs);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) ends.push_back(end);
  }
  REQUIRE(static_cast<int>(ends.size()) == count);
  return ends;
}

Handle make_reader(const KafkaCluster& cluster, const std::string& group, bool is_committed) {
  return make_handle(RD_KAFKA_CONSUMER, cluster.broker(),
                     {{"group.id", group},
                      {"isolation.level", is_committed ? "read_committed" : "read_uncommitted"}});
}

}  // namespace

bool has_open_transaction(const KafkaCluster& cluster, const std::string& topic) {
  const Handle committed = make_reader(cluster, "readers", true);
  const Handle all = make_reader(cluster, "readers", false);
  const int count = cluster.partition_count(topic);
  const std::vector<std::int64_t> stable_ends = ends_of(committed.get(), topic, count);
  return stable_ends != ends_of(all.get(), topic, count);
}

std::int64_t end_of(const KafkaCluster& cluster, const std::string& topic) {
  return ends_of(make_reader(cluster, "readers", false).get(), topic, 1)[0];
}

std::vector<Written> written_in(const KafkaCluster& cluster, const std::string& topic,
                                bool is_committed) {
  const auto deadline = SteadyClock::now() + cli::kPatience;
  bool is_open = true;
  while (is_open && SteadyClock::now() < deadline) is_open = has_open_transaction(cluster, topic);
  REQUIRE_FALSE(is_open);
  std::vector<Written> all;
  cluster.read_all(topic, is_committed,
                   [&](const rd_kafka_message_t& message) { all.push_back(as_written(message)); });
  return all;
}

std::string lines_in(const KafkaCluster& cluster, const std::string& topic, bool is_committed) {
  std::string lines;
  for (const Written& written : written_in(cluster, topic, is_committed)) {
    lines += written.value + "\n";
  }
  return lines;
}

GroupPlace place_in(const KafkaCluster& cluster, const std::string& group,
                    const std::string& topic) {
  const Handle asking = make_reader(cluster, group, true);
  rd_kafka_topic_partition_list_t* const list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, topic.c_str(), 0);
  const auto deadline = SteadyClock::now() + cli::kPatience;
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR__TIMED_OUT;
  while (error != RD_KAFKA_RESP_ERR_NO_ERROR && SteadyClock::now() < deadline) {
    error = rd_kafka_committed(asking.get(), list, kAnswerMs);
  }
  const rd_kafka_topic_partition_t& at = list->elems[0];
  const GroupPlace place{at.offset >= 0 ? at.offset : -1, text_of(at.metadata, at.metadata_size)};
  rd_kafka_topic_partition_list_destroy(list);
  REQUIRE(error == RD_KAFKA_RESP_ERR_NO_ERROR);
  return place;
}

void delete_group(const KafkaCluster& cluster, const std::string& group) {
  const Handle asking = make_reader(cluster, group, true);
  rd_kafka_queue_t* const queue = rd_kafka_queue_new(asking.get());
  rd_kafka_DeleteGroup_t* unwanted = rd_kafka_DeleteGroup_new(group.c_str());
  rd_kafka_DeleteGroups(asking.get(), &unwanted, 1, nullptr, queue);
  rd_kafka_event_t* const event = rd_kafka_queue_poll(
      queue, static_cast<int>(std::chrono::milliseconds(cli::kPatience).count()));
  REQUIRE(event != nullptr);
  std::size_t count = 0;
  const rd_kafka_group_result_t** const results =
      rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(event), &count);
  REQUIRE(count == 1);
  const rd_kafka_error_t* const error = rd_kafka_group_result_error(results[0]);
  INFO((error != nullptr ? rd_kafka_error_string(error) : ""));
  CHECK(error == nullptr);
  rd_kafka_event_destroy(event);
  rd_kafka_DeleteGroup_destroy(unwanted);
  rd_kafka_queue_destroy(queue);
}

}  // namespace wordstream::server
