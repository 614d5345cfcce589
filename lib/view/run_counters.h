// What a run has counted, and lost, since it began: one table for the metrics and the JSON.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "model/events.h"

namespace wordstream {

struct RunCounters {
  std::uint64_t lines = 0, words = 0, bytes = 0, batches = 0;  ///< counted
  std::uint64_t cut_lines = 0, dropped_lines = 0, grown_lines = 0;
  std::uint64_t left_out_lines = 0, keyless_lines = 0;
  std::uint64_t skipped_ticks = 0, uncounted_bytes = 0;
  std::uint64_t connections = 0, failed_accepts = 0;
  std::uint64_t truncated_files = 0, lost_files = 0, repeated_files = 0, forgotten_files = 0;
  std::uint64_t skipped_zero_bytes = 0, lost_messages = 0;
  std::uint64_t lost_rows = 0, truncated_words = 0;
  event::RelpTotals relp = {};
};

struct CounterRow {
  std::string_view name;  ///< of the metric, without "wordstream_" and "_total"
  std::string_view help;
  std::uint64_t (*value)(const RunCounters& all);
};

/// In the order in which they are told.
std::span<const CounterRow> counter_rows();

}  // namespace wordstream
