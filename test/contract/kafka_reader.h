// A consumer, and all that it has given so far. What it gives is held against what always holds.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "contract/kafka_side.h"

namespace wordstream::contract {

/// Longer than a broker needs to come back, and a library to notice.
constexpr auto kKafkaPatience = std::chrono::seconds(40);

class KafkaReader {
 public:
  using Values = std::vector<std::string>;
  using Offsets = std::vector<std::int64_t>;
  using Kind = KafkaEvent::Kind;

  KafkaReader(KafkaSide& side, const KafkaSettings& settings);
  KafkaReader(KafkaSide& side, const std::string& topic)
      : KafkaReader(side, side.settings(topic)) {}
  ~KafkaReader();
  KafkaReader(const KafkaReader&) = delete;
  KafkaReader& operator=(const KafkaReader&) = delete;

  KafkaConsumer& consumer() { return *consumer_; }
  void read(const KafkaOffsets& from) { consumer_->read(from); }

  /// Takes what comes until it holds; false when that does not come.
  bool wait_for(const std::function<bool()>& holds);
  /// Takes all that comes up to the end of a partition.
  void read_to(std::int32_t partition, std::int64_t end);
  void wait_for_event(Kind kind);
  /// Takes what is there.
  void take_all();
  /// Whether it is ready, now that all was taken.
  bool is_ready();

  Result<KafkaTopic> look(const KafkaOffsets& found_from = {});
  /// Looks again and again until the answer is such a one: brokers learn by and by.
  KafkaTopic look_until(const std::function<bool(const KafkaTopic&)>& is_so,
                        const KafkaOffsets& found_from = {});

  Values values(std::int32_t partition) const;
  Offsets offsets(std::int32_t partition) const;
  /// Of the last message.
  std::int64_t time_ms(std::int32_t partition) const { return times_.at(partition); }
  /// Of the last End; -1: none was told.
  std::int64_t end_of(std::int32_t partition) const;
  const std::vector<KafkaEvent>& events() const { return events_; }
  std::size_t count_of(Kind kind) const;

  std::size_t messages_max = 100;  ///< that are taken at once
  std::size_t largest_take = 0;

 private:
  /// Returns whether that was all.
  bool take();

  KafkaSide& side_;
  std::unique_ptr<KafkaConsumer> consumer_;
  std::unique_ptr<Poller> poller_;
  std::map<std::int32_t, Values> values_;
  std::map<std::int32_t, Offsets> offsets_;
  std::map<std::int32_t, std::int64_t> times_;
  std::map<std::int32_t, std::int64_t> ends_;
  std::vector<KafkaEvent> events_;
  std::optional<Result<KafkaTopic>> topic_;
};

}  // namespace wordstream::contract
