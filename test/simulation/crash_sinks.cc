#include "simulation/crash_sinks.h"

#include <fmt/format.h>

#include <memory>
#include <utility>
#include <vector>

#include "sim/row_target.h"
#include "sink/file_sink.h"
#include "sink/kafka_target.h"
#include "sink/sqlite_store.h"
#include "sink/stream_sink.h"

namespace wordstream::simulation {
namespace {

constexpr const char* kTopic = "counts";
constexpr int kPartitionCount = 2;
/// An act on a server or a broker in so many goes wrong by chance, besides what a crash is made of.
constexpr std::uint64_t kFaultRarity = 40;
constexpr std::string_view kEpoch = "epoch=";

/// "batch=7 start_ms=1 end_ms=2".
std::string headers_of(const sim::KafkaRecord& record) {
  std::string text;
  for (const auto& [name, value] : record.label->headers)
    text += fmt::format(" {}={}", name, value);
  return text;
}

}  // namespace

std::string_view to_text(CrashSink sink) {
  constexpr std::string_view kNames[] = {"stdout", "a file", "a database", "a server",
                                         "another topic"};
  return kNames[static_cast<std::size_t>(sink)];
}

ChosenTarget target_of(CrashSink sink, sim::World& world) {
  switch (sink) {
    case CrashSink::Stdout:
      return std::make_shared<ToStdout>();
    case CrashSink::File:
      return std::make_shared<ToFile>(kCountsFile);
    case CrashSink::Database:
      return std::make_shared<ToSqlite>(kCountsDatabase);
    case CrashSink::Server:
      world.server.fault_rarity = kFaultRarity;
      return std::make_shared<sim::ToRowServer>(world.server);
    case CrashSink::Topic:
      break;
  }
  world.kafka.make_topic(kTopic, kPartitionCount);
  world.kafka.fault_rarity = kFaultRarity;
  return std::make_shared<ToTopic>(KafkaAddress{"broker:9092", kTopic}, true, "");
}

std::map<std::string, std::int64_t> progress_elsewhere(sim::World& world) {
  std::map<std::string, std::int64_t> progress;
  if (const std::optional<StoreProgress>& there = world.server.progress()) {
    progress["the server: the batch"] = static_cast<std::int64_t>(there->batch);
    progress["the server: the epoch"] = static_cast<std::int64_t>(there->epoch);
  }
  for (const auto& [key, place] : world.kafka.coordinator.places()) {
    if (key.topic != kTopic) continue;
    const std::size_t epoch = place.metadata.find(kEpoch);
    progress["the topic: the batch"] = place.offset;
    progress["the topic: the epoch"] = std::stoll(place.metadata.substr(epoch + kEpoch.size()));
  }
  return progress;
}

OutputRows rows_on_server(sim::World& world, bool is_total) {
  OutputRows rows;
  for (const auto& [key, count] : is_total ? world.server.totals() : world.server.counts()) {
    rows.push_back({key.start_ms, key.end_ms, key.word, count});
  }
  return rows;
}

Result<OutputRows> rows_in_topic(const sim::World& world, bool is_committed) {
  OutputRows all;
  if (!world.kafka.has_topic(kTopic)) return all;
  for (const std::vector<sim::KafkaRecord>& partition :
       world.kafka.read_all(kTopic, is_committed)) {
    for (const sim::KafkaRecord& record : partition) {
      Result<OutputRows> rows = read_tsv(*record.value + "\n");
      if (!rows) return fail(rows);
      const OutputRow& row = rows->front();
      const std::string headers = headers_of(record);
      const bool is_its =
          headers.starts_with(" batch=") &&
          headers.ends_with(fmt::format(" start_ms={} end_ms={}", row.start_ms, row.end_ms));
      if (record.label->key != row.word || !is_its) {
        return fail(
            ErrorCode::BadData,
            fmt::format("the row {} has another key or other headers:{}", *record.value, headers));
      }
      all.push_back(row);
    }
  }
  return all;
}

}  // namespace wordstream::simulation
