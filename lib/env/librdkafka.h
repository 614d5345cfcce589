// librdkafka's functions, found when they are first asked for: whoever names no broker needs none.
#pragma once

#include <librdkafka/rdkafka.h>

#include <string>

namespace wordstream {

// clang-format off
#define WS_LIBRDKAFKA(X) \
  X(rd_kafka_version) X(rd_kafka_version_str) X(rd_kafka_err2str) X(rd_kafka_last_error) \
  X(rd_kafka_conf_new) X(rd_kafka_conf_destroy) X(rd_kafka_conf_set) X(rd_kafka_conf_set_opaque) \
  X(rd_kafka_conf_set_error_cb) X(rd_kafka_conf_set_log_cb) X(rd_kafka_conf_set_offset_commit_cb) \
  X(rd_kafka_new) X(rd_kafka_destroy_flags) X(rd_kafka_opaque) X(rd_kafka_poll) \
  X(rd_kafka_fatal_error) \
  X(rd_kafka_set_log_queue) X(rd_kafka_queue_new) X(rd_kafka_queue_get_main) \
  X(rd_kafka_queue_destroy) X(rd_kafka_queue_io_event_enable) \
  X(rd_kafka_topic_new) X(rd_kafka_topic_destroy) \
  X(rd_kafka_consume_start_queue) X(rd_kafka_consume_stop) X(rd_kafka_consume_batch_queue) \
  X(rd_kafka_message_destroy) X(rd_kafka_message_timestamp) \
  X(rd_kafka_metadata) X(rd_kafka_metadata_destroy) X(rd_kafka_clusterid) X(rd_kafka_mem_free) \
  X(rd_kafka_offsets_for_times) X(rd_kafka_get_watermark_offsets) X(rd_kafka_commit) \
  X(rd_kafka_topic_partition_list_new) X(rd_kafka_topic_partition_list_add) \
  X(rd_kafka_topic_partition_list_destroy) \
  X(rd_kafka_list_groups) X(rd_kafka_group_list_destroy) \
  X(rd_kafka_conf_set_dr_msg_cb) X(rd_kafka_produceva) X(rd_kafka_flush) X(rd_kafka_purge) \
  X(rd_kafka_outq_len) X(rd_kafka_headers_new) X(rd_kafka_headers_destroy) X(rd_kafka_header_add) \
  X(rd_kafka_error_code) X(rd_kafka_error_string) X(rd_kafka_error_is_fatal) \
  X(rd_kafka_error_is_retriable) X(rd_kafka_error_txn_requires_abort) X(rd_kafka_error_destroy) \
  X(rd_kafka_init_transactions) X(rd_kafka_begin_transaction) X(rd_kafka_commit_transaction) \
  X(rd_kafka_abort_transaction) X(rd_kafka_send_offsets_to_transaction) \
  X(rd_kafka_consumer_group_metadata_new) X(rd_kafka_consumer_group_metadata_destroy) \
  X(rd_kafka_queue_poll) X(rd_kafka_event_destroy) X(rd_kafka_event_error) \
  X(rd_kafka_event_error_string) X(rd_kafka_AdminOptions_new) X(rd_kafka_AdminOptions_destroy) \
  X(rd_kafka_AdminOptions_set_request_timeout) \
  X(rd_kafka_AdminOptions_set_require_stable_offsets) \
  X(rd_kafka_ListConsumerGroupOffsets_new) X(rd_kafka_ListConsumerGroupOffsets_destroy) \
  X(rd_kafka_ListConsumerGroupOffsets) X(rd_kafka_event_ListConsumerGroupOffsets_result) \
  X(rd_kafka_ListConsumerGroupOffsets_result_groups) X(rd_kafka_group_result_error) \
  X(rd_kafka_group_result_partitions) \
  X(rd_kafka_ConfigResource_new) X(rd_kafka_ConfigResource_destroy) X(rd_kafka_DescribeConfigs) \
  X(rd_kafka_event_DescribeConfigs_result) X(rd_kafka_DescribeConfigs_result_resources) \
  X(rd_kafka_ConfigResource_error) X(rd_kafka_ConfigResource_configs) \
  X(rd_kafka_ConfigEntry_name) X(rd_kafka_ConfigEntry_value)
// clang-format on

/// Each by its own name: `librdkafka().rd_kafka_poll(handle, 0)`.
struct Librdkafka {
// A name that is declared cannot stand in parentheses. NOLINTNEXTLINE(bugprone-macro-parentheses)
#define WS_MEMBER(name) decltype(&::name) name = nullptr;
  WS_LIBRDKAFKA(WS_MEMBER)
#undef WS_MEMBER
  std::string missing = {};  ///< why it cannot be used, and what to do; empty when it can
};

/// Loads it once, for good. Safe from any thread. Requires, of a call: nothing is missing.
const Librdkafka& librdkafka();

}  // namespace wordstream
