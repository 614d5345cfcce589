#include "server/kafka_cluster.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <map>
#include <utility>

#include "catch.h"
#include "cli/descriptor.h"

namespace wordstream::server {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kPatienceMs = static_cast<int>(std::chrono::milliseconds(cli::kPatience).count());
constexpr std::int64_t kUnsent = -1000;

void note_offset(rd_kafka_t* /*producer*/, const rd_kafka_message_t* message, void* /*nobody*/) {
  if (message->_private == nullptr) return;
  *static_cast<std::int64_t*>(message->_private) =
      message->err == RD_KAFKA_RESP_ERR_NO_ERROR ? message->offset : -1;
}

void ignore_log(const rd_kafka_t* /*handle*/, int /*level*/, const char* /*about*/,
                const char* /*text*/) {}

Handle make_producer(const std::string& broker) {
  return make_handle(RD_KAFKA_PRODUCER, broker, {{"linger.ms", "0"}, {"acks", "all"}});
}

Handle make_transactional(const std::string& broker, const std::string& id) {
  Handle handle =
      make_handle(RD_KAFKA_PRODUCER, broker, {{"linger.ms", "0"}, {"transactional.id", id}});
  REQUIRE(rd_kafka_init_transactions(handle.get(), kPatienceMs) == nullptr);
  return handle;
}

void send(rd_kafka_t* producer, const std::string& topic, std::int32_t partition,
          std::string_view value, std::int64_t* offset) {
  while (true) {
    // What is large goes by itself; some of librdkafka's macros are casts of C's.
    const std::array<rd_kafka_vu_t, 5> parts{
        {{RD_KAFKA_VTYPE_TOPIC, {.cstr = topic.c_str()}},
         {RD_KAFKA_VTYPE_PARTITION, {.i32 = partition}},
         {RD_KAFKA_VTYPE_KEY, {.mem = {const_cast<char*>("key"), 3}}},
         {RD_KAFKA_VTYPE_VALUE, {.mem = {const_cast<char*>(value.data()), value.size()}}},
         {RD_KAFKA_VTYPE_OPAQUE, {.ptr = offset}}}};
    rd_kafka_error_t* const error = rd_kafka_produceva(producer, parts.data(), parts.size());
    if (error == nullptr) return;
    const rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    rd_kafka_error_destroy(error);
    INFO(rd_kafka_err2str(code));
    REQUIRE(code == RD_KAFKA_RESP_ERR__QUEUE_FULL);
    rd_kafka_poll(producer, 100);
  }
}

std::int64_t produce_one(rd_kafka_t* producer, const std::string& topic, std::int32_t partition,
                         std::string_view value) {
  std::int64_t offset = kUnsent;
  send(producer, topic, partition, value, &offset);
  const auto deadline = SteadyClock::now() + cli::kPatience;
  while (offset == kUnsent && SteadyClock::now() < deadline) rd_kafka_poll(producer, 100);
  REQUIRE(offset >= 0);
  return offset;
}

void must(rd_kafka_error_t* error) {
  INFO((error != nullptr ? rd_kafka_error_string(error) : ""));
  REQUIRE(error == nullptr);
}

/// As many of its partitions as have a leader, all of them; -1: it is not there; -2: not all have.
int partition_count_of(const rd_kafka_metadata_topic_t& topic) {
  if (topic.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return -1;
  if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR) return -2;
  for (int i = 0; i < topic.partition_cnt; ++i) {
    if (topic.partitions[i].leader < 0) return -2;
  }
  return topic.partition_cnt;
}

/// For the first group of all it is made first.
bool has_no_coordinator(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS ||
         error == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE ||
         error == RD_KAFKA_RESP_ERR_NOT_COORDINATOR;
}

/// The answer of an act on one thing.
rd_kafka_resp_err_t outcome_of(rd_kafka_event_t* event) {
  if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) return rd_kafka_event_error(event);
  std::size_t count = 0;
  const rd_kafka_topic_result_t** results = nullptr;
  if (const auto* made = rd_kafka_event_CreateTopics_result(event)) {
    results = rd_kafka_CreateTopics_result_topics(made, &count);
  } else if (const auto* deleted = rd_kafka_event_DeleteTopics_result(event)) {
    results = rd_kafka_DeleteTopics_result_topics(deleted, &count);
  } else if (const auto* grown = rd_kafka_event_CreatePartitions_result(event)) {
    results = rd_kafka_CreatePartitions_result_topics(grown, &count);
  } else if (const auto* cut = rd_kafka_event_DeleteRecords_result(event)) {
    return rd_kafka_DeleteRecords_result_offsets(cut)->elems[0].err;
  } else if (const auto* allowed = rd_kafka_event_CreateAcls_result(event)) {
    const rd_kafka_acl_result_t** acls = rd_kafka_CreateAcls_result_acls(allowed, &count);
    REQUIRE(count == 1);
    return rd_kafka_error_code(rd_kafka_acl_result_error(acls[0]));
  }
  REQUIRE(count == 1);
  return rd_kafka_topic_result_error(results[0]);
}

}  // namespace

Handle make_handle(rd_kafka_type_t type, const std::string& broker,
                   std::map<std::string, std::string> settings) {
  settings["bootstrap.servers"] = broker;
  // A broker that was started again is to be found soon.
  settings["reconnect.backoff.max.ms"] = "200";
  settings["allow.auto.create.topics"] = "false";
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  std::array<char, 512> why{};
  for (const auto& [name, value] : settings) {
    INFO(name);
    REQUIRE(rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why.data(), why.size()) ==
            RD_KAFKA_CONF_OK);
  }
  rd_kafka_conf_set_log_cb(conf, ignore_log);
  if (type == RD_KAFKA_PRODUCER) rd_kafka_conf_set_dr_msg_cb(conf, note_offset);
  Handle handle(rd_kafka_new(type, conf, why.data(), why.size()), rd_kafka_destroy);
  INFO(why.data());
  REQUIRE(handle != nullptr);
  return handle;
}

Transaction::Transaction(const std::string& broker)
    : broker_(broker), producer_(nullptr, rd_kafka_destroy) {
  static int count = 0;
  id_ = fmt::format("test-{}-{}", ::getpid(), ++count);
  producer_ = make_transactional(broker_, id_);
  must(rd_kafka_begin_transaction(producer_.get()));
}

std::int64_t Transaction::produce(const std::string& topic, std::int32_t partition,
                                  std::string_view value) {
  return produce_one(producer_.get(), topic, partition, value);
}

void Transaction::commit() {
  must(rd_kafka_commit_transaction(producer_.get(), kPatienceMs));
  wait_for_markers();
}

void Transaction::abort() {
  must(rd_kafka_abort_transaction(producer_.get(), kPatienceMs));
  wait_for_markers();
}

/// The coordinator answers before they are written; and lets nobody else begin until they are.
void Transaction::wait_for_markers() { producer_ = make_transactional(broker_, id_); }

KafkaCluster::KafkaCluster(std::string broker)
    : broker_(std::move(broker)), producer_(make_producer(broker_)) {
  wait_until_up();
}

void KafkaCluster::run(
    const std::function<void(rd_kafka_t*, rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>& act) {
  rd_kafka_AdminOptions_t* const options =
      rd_kafka_AdminOptions_new(producer_.get(), RD_KAFKA_ADMIN_OP_ANY);
  std::array<char, 512> why{};
  REQUIRE(rd_kafka_AdminOptions_set_request_timeout(options, kPatienceMs, why.data(), why.size()) ==
          RD_KAFKA_RESP_ERR_NO_ERROR);
  rd_kafka_queue_t* const queue = rd_kafka_queue_new(producer_.get());
  act(producer_.get(), options, queue);
  rd_kafka_event_t* const event = rd_kafka_queue_poll(queue, 2 * kPatienceMs);
  REQUIRE(event != nullptr);
  INFO(rd_kafka_err2str(outcome_of(event)));
  CHECK(outcome_of(event) == RD_KAFKA_RESP_ERR_NO_ERROR);
  rd_kafka_event_destroy(event);
  rd_kafka_queue_destroy(queue);
  rd_kafka_AdminOptions_destroy(options);
}

void KafkaCluster::make_topic(const std::string& topic, int partition_count,
                              const std::map<std::string, std::string>& settings) {
  rd_kafka_NewTopic_t* wanted =
      rd_kafka_NewTopic_new(topic.c_str(), partition_count, 1, nullptr, 0);
  for (const auto& [name, value] : settings) {
    REQUIRE(rd_kafka_NewTopic_set_config(wanted, name.c_str(), value.c_str()) ==
            RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  run([&](auto* handle, auto* options, auto* queue) {
    rd_kafka_CreateTopics(handle, &wanted, 1, options, queue);
  });
  rd_kafka_NewTopic_destroy(wanted);
  wait_for_topic(topic, partition_count);
}

void KafkaCluster::delete_topic(const std::string& topic) {
  rd_kafka_DeleteTopic_t* unwanted = rd_kafka_DeleteTopic_new(topic.c_str());
  run([&](auto* handle, auto* options, auto* queue) {
    rd_kafka_DeleteTopics(handle, &unwanted, 1, options, queue);
  });
  rd_kafka_DeleteTopic_destroy(unwanted);
  wait_for_topic(topic, -1);
  // The old one knows the old topic.
  producer_ = make_producer(broker_);
}

void KafkaCluster::add_partitions(const std::string& topic, int partition_count) {
  std::array<char, 512> why{};
  rd_kafka_NewPartitions_t* wanted = rd_kafka_NewPartitions_new(
      topic.c_str(), static_cast<std::size_t>(partition_count), why.data(), why.size());
  run([&](auto* handle, auto* options, auto* queue) {
    rd_kafka_CreatePartitions(handle, &wanted, 1, options, queue);
  });
  rd_kafka_NewPartitions_destroy(wanted);
  wait_for_topic(topic, partition_count);
  producer_ = make_producer(broker_);
}

void KafkaCluster::delete_records(const std::string& topic, std::int32_t partition,
                                  std::int64_t before) {
  rd_kafka_topic_partition_list_t* const list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, topic.c_str(), partition)->offset = before;
  rd_kafka_DeleteRecords_t* unwanted = rd_kafka_DeleteRecords_new(list);
  run([&](auto* handle, auto* options, auto* queue) {
    rd_kafka_DeleteRecords(handle, &unwanted, 1, options, queue);
  });
  rd_kafka_DeleteRecords_destroy(unwanted);
  rd_kafka_topic_partition_list_destroy(list);
}

void KafkaCluster::allow(const std::string& user, const std::string& topic,
                         rd_kafka_AclOperation_t operation) {
  std::array<char, 512> why{};
  rd_kafka_AclBinding_t* wanted = rd_kafka_AclBinding_new(
      RD_KAFKA_RESOURCE_TOPIC, topic.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL,
      ("User:" + user).c_str(), "*", operation, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, why.data(),
      why.size());
  run([&](auto* handle, auto* options, auto* queue) {
    rd_kafka_CreateAcls(handle, &wanted, 1, options, queue);
  });
  rd_kafka_AclBinding_destroy(wanted);
}

Handle KafkaCluster::join(const std::string& group, const std::string& topic) const {
  Handle member = make_handle(RD_KAFKA_CONSUMER, broker_,
                              {{"group.id", group}, {"auto.offset.reset", "earliest"}});
  rd_kafka_topic_partition_list_t* topics = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(topics, topic.c_str(), RD_KAFKA_PARTITION_UA);
  REQUIRE(rd_kafka_subscribe(member.get(), topics) == RD_KAFKA_RESP_ERR_NO_ERROR);
  rd_kafka_topic_partition_list_destroy(topics);
  const auto deadline = SteadyClock::now() + cli::kPatience;
  int assigned = 0;
  while (assigned == 0 && SteadyClock::now() < deadline) {
    rd_kafka_message_t* const message = rd_kafka_consumer_poll(member.get(), 100);
    if (message != nullptr) rd_kafka_message_destroy(message);
    REQUIRE(rd_kafka_assignment(member.get(), &topics) == RD_KAFKA_RESP_ERR_NO_ERROR);
    assigned = topics->cnt;
    rd_kafka_topic_partition_list_destroy(topics);
  }
  REQUIRE(assigned > 0);
  return member;
}

std::int64_t KafkaCluster::produce(const std::string& topic, std::int32_t partition,
                                   std::string_view value) {
  return produce_one(producer_.get(), topic, partition, value);
}

void KafkaCluster::produce_many(const std::string& topic, std::int32_t partition, int count,
                                std::string_view value) {
  const Handle producer =
      make_handle(RD_KAFKA_PRODUCER, broker_, {{"linger.ms", "20"}, {"batch.size", "1000000"}});
  for (int i = 0; i < count; ++i) send(producer.get(), topic, partition, value, nullptr);
  REQUIRE(rd_kafka_flush(producer.get(), kPatienceMs) == RD_KAFKA_RESP_ERR_NO_ERROR);
}

void KafkaCluster::read_all(const std::string& topic, bool is_committed,
                            const std::function<void(const rd_kafka_message_t&)>& take) const {
  const Handle reader =
      make_handle(RD_KAFKA_CONSUMER, broker_,
                  {{"group.id", "readers"},
                   {"isolation.level", is_committed ? "read_committed" : "read_uncommitted"},
                   {"auto.offset.reset", "earliest"},
                   {"enable.auto.commit", "false"},
                   {"enable.partition.eof", "true"},
                   {"fetch.wait.max.ms", "10"}});
  const auto deadline = SteadyClock::now() + cli::kPatience;
  const int count = partition_count(topic);
  for (std::int32_t partition = 0; partition < count; ++partition) {
    rd_kafka_topic_partition_list_t* const list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic.c_str(), partition)->offset =
        RD_KAFKA_OFFSET_BEGINNING;
    REQUIRE(rd_kafka_assign(reader.get(), list) == RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(list);
    bool is_over = false;
    while (!is_over && SteadyClock::now() < deadline) {
      const std::unique_ptr<rd_kafka_message_t, decltype(&rd_kafka_message_destroy)> message(
          rd_kafka_consumer_poll(reader.get(), 100), rd_kafka_message_destroy);
      if (!message || message->rkt == nullptr || message->partition != partition) continue;
      is_over = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) take(*message);
    }
    REQUIRE(is_over);
  }
}

std::int64_t KafkaCluster::group_offset(const std::string& group, const std::string& topic,
                                        std::int32_t partition) const {
  const Handle asking = make_handle(RD_KAFKA_CONSUMER, broker_, {{"group.id", group}});
  rd_kafka_topic_partition_list_t* const list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, topic.c_str(), partition);
  const auto deadline = SteadyClock::now() + cli::kPatience;
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  do {
    error = rd_kafka_committed(asking.get(), list, kPatienceMs);
  } while (has_no_coordinator(error) && SteadyClock::now() < deadline);
  const std::int64_t offset = list->elems[0].offset;
  rd_kafka_topic_partition_list_destroy(list);
  REQUIRE(error == RD_KAFKA_RESP_ERR_NO_ERROR);
  return offset >= 0 ? offset : -1;
}

void KafkaCluster::wait_until_up() const {
  const auto deadline = SteadyClock::now() + cli::kPatience;
  bool is_up = false;
  while (!is_up && SteadyClock::now() < deadline) {
    const rd_kafka_metadata_t* all = nullptr;
    if (rd_kafka_metadata(producer_.get(), 1, nullptr, &all, 1000) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      continue;
    }
    is_up = all->broker_cnt == 1;
    for (int i = 0; i < all->topic_cnt; ++i) is_up &= partition_count_of(all->topics[i]) >= 0;
    rd_kafka_metadata_destroy(all);
  }
  REQUIRE(is_up);
}

int KafkaCluster::partition_count(const std::string& topic) const {
  // Of a handle of its own: others remember what they have asked for.
  const Handle asking = make_handle(RD_KAFKA_PRODUCER, broker_, {});
  const auto deadline = SteadyClock::now() + cli::kPatience;
  const rd_kafka_metadata_t* all = nullptr;
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR__TIMED_OUT;
  // A question for one topic would make it where a broker is set to.
  while (error != RD_KAFKA_RESP_ERR_NO_ERROR && SteadyClock::now() < deadline) {
    error = rd_kafka_metadata(asking.get(), 1, nullptr, &all, 1000);
  }
  REQUIRE(error == RD_KAFKA_RESP_ERR_NO_ERROR);
  int count = -1;
  for (int i = 0; i < all->topic_cnt; ++i) {
    if (all->topics[i].topic == topic) count = partition_count_of(all->topics[i]);
  }
  rd_kafka_metadata_destroy(all);
  return count;
}

bool KafkaCluster::has_topic(const std::string& topic) const {
  return partition_count(topic) != -1;
}

void KafkaCluster::wait_for_topic(const std::string& topic, int count) const {
  const auto deadline = SteadyClock::now() + cli::kPatience;
  bool is_so = false;
  while (!is_so && SteadyClock::now() < deadline) is_so = partition_count(topic) == count;
  REQUIRE(is_so);
}

}  // namespace wordstream::server
