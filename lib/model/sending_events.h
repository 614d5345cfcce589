// What the engine tells of lines that it sends on (model/events.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace wordstream::event {

/// Who takes the lines is no wordstream: what is sent twice is not known there.
struct SendsPlain {
  std::string server;
};
/// What was sent was answered with something else than that it was taken: it is sent again.
struct SendRefused {
  std::string server, text;
};
/// The other side has less of a producer than it has answered: that is sent again.
struct SentAgain {
  std::string producer;
  std::uint64_t from, to;
};
/// The same, and what lies between these is not to be had any more.
struct NotSentAgain {
  std::string producer;
  std::uint64_t from, to;
};
/// The other side has more of a producer than was known here: that is not sent again.
struct HasMore {
  std::string producer;
  std::uint64_t from, to;
};
/// What it has of a producer does not stand in the file: it is a new producer from its start on.
struct SendsAnew {
  std::string producer;
};
/// How far sending has come.
struct SendProgress {
  std::uint64_t answered_bytes = 0;  ///< in this run
  std::uint64_t unanswered_bytes = 0;
  std::uint64_t bytes_per_second = 0;    ///< answered since it was told last
  std::optional<unsigned> percent = {};  ///< of all that is to be sent, as far as that is known
};
/// What became of all that was sent.
struct SendTotals {
  std::uint64_t lines = 0, bytes = 0;  ///< answered, in this run
  std::uint64_t cut_lines = 0;         ///< that were too long
  std::uint64_t unanswered_bytes = 0;  ///< when it ended

  friend bool operator==(const SendTotals&, const SendTotals&) = default;
};

}  // namespace wordstream::event
