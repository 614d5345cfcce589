// Where a source can resume reading: behind a line. Durable: it is written to the journal.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace wordstream {

struct Position {
  /// What kind of place the offset is. The numbers are in journals: never renumber.
  enum class Place : std::uint8_t {
    BehindLine = 0,    ///< behind a line and its end
    BehindCr = 1,      ///< the same, and a LF that comes next still belongs to that end
    InsideLine = 2,    ///< behind a last line without an end, which was counted as it was
    InsideCutLine = 3  ///< within a line that was too long: what is left of it is skipped
  };

  /// Which stream of bytes is meant. Opaque to all but the source, which has made it.
  std::shared_ptr<const std::string> stream;
  std::uint64_t offset = 0;  ///< in that stream, bytes
  Place place = Place::BehindLine;
};

/// The same place of the same stream, whoever holds the stream's name. Requires: both have one.
inline bool operator==(const Position& one, const Position& other) {
  return *one.stream == *other.stream && one.offset == other.offset && one.place == other.place;
}

}  // namespace wordstream
