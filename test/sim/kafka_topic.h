// A topic of the fake Kafka: its partitions' logs, and who may do what with it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "sim/kafka_log.h"

namespace wordstream::sim {

struct FakeKafkaTopic {
  std::uint64_t id;
  std::vector<FakeKafkaLog> partitions;
  bool is_permitted = true;
  bool is_readable = true;
  std::size_t request_bytes_max = 1'048'588;  ///< "max.message.bytes"

  /// Some leader is being elected.
  bool is_silent(SteadyTime now) const {
    return std::any_of(partitions.begin(), partitions.end(),
                       [&](const FakeKafkaLog& log) { return now < log.silent_until; });
  }
};

}  // namespace wordstream::sim
