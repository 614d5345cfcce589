// What a position in a partition is made of: the next message's offset, of that message how many
// bytes are counted already, and what proves that the topic is the one that was read: its cluster,
// and a message before the place, which is read again on going on. Kept on disks: what the proof
// was once is read for ever.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "env/kafka_consumer.h"
#include "model/positions.h"

namespace wordstream {

/// A message by which a topic is known again.
struct KafkaWitness {
  std::int64_t offset;
  std::int64_t time_ms;
  std::uint32_t checksum;  ///< of its value

  friend bool operator==(const KafkaWitness&, const KafkaWitness&) = default;
};
KafkaWitness witness_of(std::int64_t offset, std::int64_t time_ms, std::string_view value);

struct KafkaPlace {
  std::int64_t offset = 0;  ///< of the message that is next
  std::uint64_t inner = 0;  ///< so many bytes of its value are counted already
  std::string cluster = {};
  /// The last message before the place, or one that was taken together with it.
  std::optional<KafkaWitness> witness = {};
};

/// "lines/3", for people as well as for itself.
std::shared_ptr<const Stream> partition_stream(const std::string& topic, std::int32_t partition);
/// Of a stream of this topic; nothing where it is none.
std::optional<std::int32_t> partition_of(const std::string& topic, const Stream& stream);

Position to_position(const KafkaPlace& place, const std::shared_ptr<const Stream>& stream);
/// Nothing where it is no place in a partition.
std::optional<KafkaPlace> kafka_place_of(const Position& position);

}  // namespace wordstream
