// What people are told of a topic while it is read: how far its end is away, and for whose
// transaction the end of the run waits.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/time.h"
#include "env/kafka_consumer.h"
#include "model/events.h"
#include "source/topic_partition.h"

namespace wordstream {

using TopicPartitions = std::map<std::int32_t, TopicPartition>;

class TopicTeller {
 public:
  /// `name` is what people know the topic by. The observer outlives it.
  TopicTeller(std::string name, Observer& observer) : name_(std::move(name)), observer_(observer) {}

  /// Once a second at most, and when it has changed.
  void tell_lag(const TopicPartitions& partitions, const KafkaConsumer& consumer, SteadyTime now);
  /// Once, when nothing else has kept the end away for a while. Requires: there is an end.
  void tell_open(const TopicPartitions& partitions, SteadyTime now);
  /// When these are to be called again; nothing: not for this.
  std::optional<SteadyTime> wake_at() const;

 private:
  std::string name_;
  Observer& observer_;
  std::optional<SteadyTime> lag_at_;
  std::uint64_t lag_told_ = 0;
  bool is_lag_due_ = false;                  // something came since it was told
  std::optional<SteadyTime> drained_since_;  // what is left is behind an open transaction
  bool is_open_told_ = false;
};

}  // namespace wordstream
