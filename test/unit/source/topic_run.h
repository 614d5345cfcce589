// A topic as a source, beside the fake brokers.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "catch.h"
#include "source/kafka_source.h"
#include "unit/source/source_run.h"

namespace wordstream {

using Words = std::multiset<std::string>;

/// The topic "lines" with two partitions, and one who reads it.
struct Topic : SourceRun {
  Topic() {
    kafka.make_topic("lines", 2);
    what.at.brokers = "broker:9092";
    what.at.topic = "lines";
  }

  void read() { REQUIRE(start<KafkaSource>(what, kafka, world.files).has_value()); }
  /// Until it sleeps with nothing under way.
  void read_all() {
    read();
    pass(std::chrono::seconds(2));
  }
  std::int64_t say(const std::string& value, std::int32_t partition = 0) {
    return kafka.produce("lines", partition, value);
  }
  std::multiset<std::string> words() const { return {lines().begin(), lines().end()}; }
  std::string failure() const { return error() ? error()->message : ""; }
  bool fails_with(ErrorCode code, std::string_view why) const {
    INFO(failure());
    CHECK(failure().find(why) != std::string::npos);
    return error() && error()->code == code;
  }
  template <class Kind>
  std::size_t count_told() const {
    return told<Kind>().size();
  }

  sim::FakeKafka& kafka = world.kafka;
  TopicToRead what;
};

}  // namespace wordstream
