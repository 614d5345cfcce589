// One partition of a topic that is read: how far it was, and whether that stands there still.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "env/kafka_consumer.h"
#include "model/positions.h"
#include "source/kafka_place.h"

namespace wordstream {

struct TopicPartition {
  std::shared_ptr<const Stream> stream;
  KafkaPlace place = {};
  bool is_read = false;                         ///< the consumer was told where
  bool must_be_kept = false;                    ///< where it begins, before anything is read
  bool is_proved = false;                       ///< in this run
  bool is_doubted = false;                      ///< it looked as if the topic were another one
  std::optional<std::int64_t> until = {};       ///< nothing from there on is wanted
  std::optional<std::int64_t> drained_at = {};  ///< nothing could be read there

  /// Of the look that is under way: how far it was read then, and a message that had been read when
  /// it was looked at before. One that came since may be of a topic that was made anew since.
  std::int64_t asked_offset = 0;
  std::optional<KafkaWitness> asked = {};
  std::optional<KafkaWitness> to_be_asked = {};  ///< by the next look

  /// Messages from there on are not wanted.
  std::int64_t bound() const { return until.value_or(std::numeric_limits<std::int64_t>::max()); }
  bool is_done() const { return !is_doubted && place.offset >= until.value_or(0); }
};

enum class Standing {
  Stands,
  Unproved,  ///< its witness is gone, and it may well stand
  Taken,     ///< retention has taken what comes next
  MadeAnew,  ///< the topic is another one, or has lost its end
};

/// Whether what was read stands there still. Requires: the topic was looked at.
Standing standing_of(const TopicPartition& partition, const KafkaPartition& there);

}  // namespace wordstream
