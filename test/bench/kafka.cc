// A topic, and librdkafka by itself: what stands on it can read no faster.
//   bench_kafka fill BROKER TOPIC FILE LINES [PARTITIONS]   makes the topic, of messages of so many
//   lines bench_kafka make BROKER TOPIC              an empty one bench_kafka read BROKER TOPIC
//   MESSAGES     so many; prints how many, and their bytes
#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "env/kafka_handle.h"
#include "env/librdkafka.h"

using namespace wordstream;

namespace {

using Handle = std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)>;
using Property = std::pair<const char*, const char*>;

constexpr int kPatienceMs = 60'000;
/// A read waits so long until a batch is full, though it have the last message.
constexpr int kReadMs = 10;

// The broker has only just been started.
constexpr std::array<Property, 2> kWriter{
    {{"reconnect.backoff.max.ms", "200"}, {"linger.ms", "100"}}};

[[noreturn]] void give_up(const char* what, const char* why) {
  std::fprintf(stderr, "bench_kafka: %s: %s\n", what, why);
  std::exit(69);
}

void note_failure(rd_kafka_t* /*handle*/, const rd_kafka_message_t* message, void* /*nobody*/) {
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    give_up("a message is not in the log", rd_kafka_err2str(message->err));
  }
}

Handle make_producer(const char* broker) {
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  std::array<char, 512> why{};
  const auto set = [&](const char* name, const char* value) {
    if (rd_kafka_conf_set(conf, name, value, why.data(), why.size()) != RD_KAFKA_CONF_OK) {
      give_up(name, why.data());
    }
  };
  set("bootstrap.servers", broker);
  for (const auto& [name, value] : kWriter) set(name, value);
  rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
  rd_kafka_conf_set_dr_msg_cb(conf, note_failure);
  Handle handle(rd_kafka_new(RD_KAFKA_PRODUCER, conf, why.data(), why.size()), rd_kafka_destroy);
  if (handle == nullptr) give_up(broker, why.data());
  return handle;
}

/// Returns when it is there.
void make_topic(rd_kafka_t* handle, const char* name, int partition_count) {
  std::array<char, 512> why{};
  rd_kafka_AdminOptions_t* const options =
      rd_kafka_AdminOptions_new(handle, RD_KAFKA_ADMIN_OP_CREATETOPICS);
  rd_kafka_AdminOptions_set_request_timeout(options, kPatienceMs, why.data(), why.size());
  rd_kafka_AdminOptions_set_operation_timeout(options, kPatienceMs / 2, why.data(), why.size());
  rd_kafka_NewTopic_t* wanted =
      rd_kafka_NewTopic_new(name, partition_count, 1, why.data(), why.size());
  rd_kafka_queue_t* const queue = rd_kafka_queue_new(handle);
  rd_kafka_CreateTopics(handle, &wanted, 1, options, queue);
  rd_kafka_event_t* const event = rd_kafka_queue_poll(queue, 2 * kPatienceMs);
  if (event == nullptr) give_up(name, "no answer");
  if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    give_up(name, rd_kafka_event_error_string(event));
  }
  std::size_t count = 0;
  const rd_kafka_topic_result_t** const results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
  const rd_kafka_resp_err_t error = rd_kafka_topic_result_error(*results);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) give_up(name, rd_kafka_err2str(error));
  rd_kafka_event_destroy(event);
  rd_kafka_queue_destroy(queue);
  rd_kafka_NewTopic_destroy(wanted);
  rd_kafka_AdminOptions_destroy(options);
}

/// Where the first so many lines end, without the last one's line end.
std::size_t end_of(std::string_view text, long line_count) {
  std::size_t end = text.find('\n');
  while (--line_count > 0 && end != std::string_view::npos) end = text.find('\n', end + 1);
  return std::min(end, text.size());
}

/// Each partition in turn gets a message.
int fill(const char* broker, const char* topic_name, const char* path, long lines,
         int partition_count) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text.ends_with('\n')) text.pop_back();
  if (text.empty()) return std::fprintf(stderr, "bench_kafka: %s has no text\n", path), 66;
  const Handle handle = make_producer(broker);
  make_topic(handle.get(), topic_name, partition_count);
  rd_kafka_topic_t* const topic = rd_kafka_topic_new(handle.get(), topic_name, nullptr);
  long count = 0;
  for (std::string_view left = text; !left.empty(); ++count) {
    const std::string_view value = left.substr(0, end_of(left, lines));
    // It has no flag for bytes that stay where they are, but takes none of these away.
    const auto partition = static_cast<std::int32_t>(count % partition_count);
    while (rd_kafka_produce(topic, partition, 0, const_cast<char*>(value.data()), value.size(),
                            nullptr, 0, nullptr) != 0) {
      if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        give_up(topic_name, rd_kafka_err2str(rd_kafka_last_error()));
      }
      rd_kafka_poll(handle.get(), 100);
    }
    left.remove_prefix(std::min(value.size() + 1, left.size()));
  }
  const rd_kafka_resp_err_t error = rd_kafka_flush(handle.get(), kPatienceMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) give_up(topic_name, rd_kafka_err2str(error));
  rd_kafka_topic_destroy(topic);
  fmt::print("{}\n", count);
  return 0;
}

/// As the program's own consumer is set, so that nothing differs but what is done with what comes.
int read(const char* broker, const char* topic, std::uint64_t wanted) {
  if (!librdkafka().missing.empty()) give_up(broker, librdkafka().missing.c_str());
  const auto handle =
      KafkaHandle::make({.brokers = broker, .topic = topic}, KafkaHandle::Sees::Committed);
  if (!handle) give_up(topic, handle.error().message.c_str());
  const Status started = (*handle)->start(0, 0);
  if (!started) give_up(topic, started.error().message.c_str());
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  std::vector<rd_kafka_message_t*> messages(8192);
  int waited_ms = 0;
  while (count < wanted) {
    const std::size_t taken = (*handle)->take(messages, kReadMs);
    waited_ms = taken == 0 ? waited_ms + kReadMs : 0;
    if (waited_ms > kPatienceMs) give_up(topic, "nothing comes");
    for (rd_kafka_message_t* message : std::span(messages).first(taken)) {
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        ++count;
        bytes += message->len;
      } else if (message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        give_up(topic, rd_kafka_err2str(message->err));
      }
      rd_kafka_message_destroy(message);
    }
  }
  fmt::print("{}\t{}\n", count, bytes);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "make" && argc == 4) return make_topic(make_producer(argv[2]).get(), argv[3], 1), 0;
  if (what == "fill" && (argc == 6 || argc == 7)) {
    const int partition_count = argc == 7 ? std::max(1, std::atoi(argv[6])) : 1;
    return fill(argv[2], argv[3], argv[4], std::atol(argv[5]), partition_count);
  }
  if (what == "read" && argc == 5) return read(argv[2], argv[3], std::stoull(argv[4]));
  std::fputs(
      "usage: bench_kafka fill BROKER TOPIC FILE LINES [PARTITIONS], make BROKER TOPIC, or read "
      "BROKER TOPIC MESSAGES\n",
      stderr);
  return 64;
}
