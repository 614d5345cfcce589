// What a sink is told of the past when a journal stands behind it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "format/format.h"
#include "model/progress.h"

namespace wordstream {

struct SinkResume {
  JournalId journal = {};
  /// Of this start: greater than all that this journal has had. Only who has the one that a store
  /// has noted may write there.
  std::uint64_t epoch = 0;
  /// Of the last starts before it, the smallest first; all earlier ones were smaller.
  std::vector<std::uint64_t> epochs_before = {};
  /// The greatest batch that the journal holds complete: greater ones are new, smaller ones may be
  /// given again.
  std::uint64_t last_batch = 0;
  /// The smallest batch that can still be given again; last_batch + 1 when none can.
  std::uint64_t first_kept = 1;
  /// How far this sink has come as the journal knows it; where it has only just begun, the batch
  /// before its first.
  SinkMark mark = {};
  /// How the batches up to `last_batch` were to be shown when they were first asked for.
  FormatOptions shown_before = {};
  /// What lies beyond the mark is exactly what is given again; else it is only whole lines.
  bool is_exactly_once = false;
  /// What a settled batch has brought must outlive a power loss.
  bool must_last = true;

  /// Whether a start of this journal had this epoch, as far as that is remembered; else a copy of
  /// the journal has taken the store over that has noted it.
  bool is_own(std::uint64_t its_epoch) const {
    const bool is_forgotten = !epochs_before.empty() && its_epoch < epochs_before.front();
    return is_forgotten || std::ranges::binary_search(epochs_before, its_epoch);
  }
};

}  // namespace wordstream
