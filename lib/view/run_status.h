// How a run stands, gathered from its events: for those who show it rather than tell what happens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/events.h"

namespace wordstream {

struct RunStatus {
  /// Where lines come from now: the last of the events Connected, Waiting, Disconnected, Listening,
  /// Opened, Following, Rotated, Gone.
  std::optional<Event> source;
  std::size_t client_count = 0;  ///< of a listener
  std::uint64_t lag = 0;         ///< so many messages of a topic are still to be read

  std::uint64_t dropped_line_count = 0;
  std::uint64_t cut_line_count = 0;
  std::uint64_t skipped_tick_count = 0;
  std::uint64_t truncation_count = 0;  ///< of the followed file

  /// Takes an event in. Returns whether anything here has changed.
  bool take(const Event& event);
};

/// Where lines come from now, for people: "connected to localhost:9999". It may hold anything that
/// a name can.
struct SourceInWords {
  std::string text;
  bool is_waiting = false;
};
SourceInWords source_in_words(const RunStatus& status);

}  // namespace wordstream
