// Makes lines of messages: the value of each is text, as a file of its own. Its lines end at LF,
// CR, CRLF and at its end; one without bytes has none. What is cut within a block, be it inside of
// a message, has a place.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "env/kafka_consumer.h"
#include "model/block.h"
#include "source/kafka_place.h"

namespace wordstream {

class KafkaLines {
 public:
  /// A longer line is cut. `is_kept`: blocks are told of places.
  KafkaLines(std::size_t line_bytes_max, bool is_kept)
      : line_bytes_max_(line_bytes_max), is_kept_(is_kept) {}

  /// Appends messages of one partition to the block, and moves `place` behind what has come into
  /// it; those before it were counted already. Returns how many messages are done with; fewer than
  /// there are when the block must be handed on first. An empty one always has room for progress.
  /// Nothing where the place is inside of a message that has not so many bytes.
  std::optional<std::size_t> take(std::span<const KafkaMessage> messages, KafkaPlace& place,
                                  const std::shared_ptr<const Stream>& stream, Block& block);

 private:
  std::size_t line_bytes_max_;
  bool is_kept_;
};

}  // namespace wordstream
