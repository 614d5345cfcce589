// What a producer's frame with a key is, and what is to become of it (source/known_producers.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace wordstream {

struct Producer;

/// What a frame with a key is.
struct ProducerFrame {
  std::string_view producer;
  std::uint64_t offset;
  std::string_view bytes;     ///< as they stand in what the producer sends
  std::uint64_t skipped = 0;  ///< so many more that nobody has kept
  std::uint64_t end() const { return offset + bytes.size() + skipped; }
};

/// What is to become of it.
struct ProducerVerdict {
  enum class Kind {
    Fresh,      ///< take it from the producer's place on
    Repeated,   ///< all of it was read: drop it
    Gap,        ///< something is missing before it: refuse it
    Contested,  ///< it would begin a generation while another connection sends: refuse it
    OtherKind,  ///< who has sent lines sends counts, or the other way round: refuse it
  };
  Kind kind;
  std::shared_ptr<Producer> producer;
  bool is_new = false;                 ///< the producer was not known
  std::uint64_t gap = 0;               ///< so many bytes are missing before it
  bool is_anew = false;                ///< Fresh, of a new generation
  std::uint64_t lost_lines = 0;        ///< of this, taken for repeats before that was seen
  std::uint64_t other_connection = 0;  ///< of Contested
};

}  // namespace wordstream
