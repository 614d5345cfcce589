// What the engine tells of senders that wait for answers (model/events.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/time.h"

namespace wordstream::event {

/// Others than this machine can reach the port.
struct OpenToOthers {
  std::string address;
};
/// A producer that is not known sends, from this offset on.
struct ProducerBegins {
  std::string producer;
  std::uint64_t offset;
};
/// It sends something else from its start: a new generation of it begins. So many lines were taken
/// for repeats before that was seen.
struct ProducerAnew {
  std::string producer;
  std::uint64_t lost_line_count;
};
/// One connection would begin a new generation while another sends for the same producer: it is
/// closed.
struct ProducerContested {
  std::string producer, peer, other_peer;
};
/// Bytes are missing before what a producer sends: its connection is closed, and nothing answered.
struct GapRefused {
  std::string producer, peer;
  std::uint64_t from, to;
};
/// The same of batches that somebody has counted.
struct BatchesMissing {
  std::string producer, peer;
  std::uint64_t from, to;
};
/// A batch that somebody has counted was taken.
struct BatchTaken {
  std::string producer;
  std::uint64_t batch;
  Millis start, end;  ///< since the epoch, as its sender says
  std::uint64_t row_count;
};
/// It is forgotten how far a producer has come: it was silent for so long, or there are too many.
struct ProducerForgotten {
  std::string producer;
  bool was_silent;
  std::size_t producer_count_max;
};
/// A line came without a key where there is to be one: its connection is closed.
struct LineWithoutKey {
  std::string peer;
};
/// What a peer sends cannot be understood: its connection is closed.
struct RelpRefused {
  std::string peer, why;
};
/// What became of all that was sent.
struct RelpTotals {
  std::uint64_t answered = 0;  ///< frames
  std::uint64_t repeats = 0;   ///< frames that were dropped, or cut
  std::uint64_t gaps_taken = 0;
  std::uint64_t skipped_bytes = 0;  ///< in these
  std::uint64_t gaps_refused = 0;
  std::uint64_t bad_frames = 0;
  std::uint64_t without_key = 0;  ///< lines, whose connections were closed
  std::uint64_t new_generations = 0;
  std::uint64_t lost_lines = 0;  ///< that were taken for repeats
  std::uint64_t forgotten = 0;   ///< producers

  friend bool operator==(const RelpTotals&, const RelpTotals&) = default;
};
/// The same, while it goes on.
struct RelpSoFar {
  RelpTotals totals;
};

}  // namespace wordstream::event
