#include "source/topic_teller.h"

#include <algorithm>

#include "runtime/turn.h"

namespace wordstream {
namespace {

constexpr Millis kLagInterval{1000};
constexpr Millis kOpenWorthTelling{5000};

}  // namespace

void TopicTeller::tell_lag(const TopicPartitions& partitions, const KafkaConsumer& consumer,
                           SteadyTime now) {
  is_lag_due_ = now < lag_at_.value_or(now);
  if (is_lag_due_) return;
  lag_at_ = now + kLagInterval;
  std::uint64_t lag = 0;
  for (const auto& [number, partition] : partitions) {
    const std::int64_t end = consumer.last_end(number).value_or(0);
    lag += static_cast<std::uint64_t>(std::max<std::int64_t>(0, end - partition.place.offset));
  }
  if (std::exchange(lag_told_, lag) != lag) observer_.on(event::Lag{name_, lag});
}

void TopicTeller::tell_open(const TopicPartitions& partitions, SteadyTime now) {
  const TopicPartition* held = nullptr;
  for (const auto& [number, partition] : partitions) {
    if (partition.is_done()) continue;
    if (partition.drained_at != partition.place.offset) return drained_since_.reset();
    held = &partition;
  }
  if (held == nullptr) return drained_since_.reset();
  if (!drained_since_) drained_since_ = now;
  if (now - *drained_since_ >= kOpenWorthTelling && !std::exchange(is_open_told_, true)) {
    observer_.on(event::TransactionOpen{held->stream->title});
  }
}

std::optional<SteadyTime> TopicTeller::wake_at() const {
  const auto lag_at = is_lag_due_ ? lag_at_ : std::nullopt;
  if (!drained_since_ || is_open_told_) return lag_at;
  return earlier(lag_at, *drained_since_ + kOpenWorthTelling);
}

}  // namespace wordstream
