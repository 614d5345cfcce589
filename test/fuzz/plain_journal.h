// What a journal should have, as plainly as it can be noted.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "journal/records.h"

namespace wordstream {

/// What was written of a batch, each slice packed.
struct PlainBatch {
  Interval interval = {};
  std::uint64_t line_count = 0;
  std::uint64_t byte_count = 0;
  bool is_open = true;
  bool ends_run = false;
  std::vector<std::string> slices = {};
};

/// What was written.
struct PlainJournal {
  std::map<std::uint64_t, PlainBatch> batches = {};
  std::uint64_t last_batch = 0;
  std::uint64_t last_closed = 0;
  std::int64_t last_end = 0;  // ms behind the beginning
  Positions positions = {};
  std::map<std::string, SinkMark> marks = {};
  std::string base = {};
  std::uint64_t base_through = 0;
};

inline bool are_same(const Interval& one, const Interval& other) {
  return one.start == other.start && one.end == other.end && one.is_partial == other.is_partial &&
         one.clock_step == other.clock_step;
}

inline bool are_same(const StoredBatch& stored, const PlainBatch& plain) {
  std::vector<std::string> slices;
  for (const auto& slice : stored.slices) slices.emplace_back(slice->packed());
  return are_same(stored.interval, plain.interval) && stored.line_count == plain.line_count &&
         stored.byte_count == plain.byte_count && stored.is_open == plain.is_open &&
         stored.ends_run == plain.ends_run && slices == plain.slices;
}

/// Titles, too.
inline bool are_same(const Positions& one, const Positions& other) {
  return one == other && to_text(one) == to_text(other);
}

}  // namespace wordstream
