// What the tests of row sinks share, whatever their store is: batches, and what a journal knows.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "catch.h"
#include "sink/resume.h"
#include "unit/sink/emission_of.h"

namespace wordstream::rows_test {

using Counts = std::map<std::string, std::uint64_t>;
using Lines = std::vector<std::string>;

inline constexpr JournalId kJournal{{1, 2, 3}};

/// A batch of a second; batch 1 ends at 2000.
inline Emission emission(std::uint64_t batch, const Counts& counts) {
  Emission emission = emission_of(counts);
  emission.batch = batch;
  const Millis later = Millis(1000) * (static_cast<int>(batch) - 1);
  emission.interval.start += later;
  emission.interval.end += later;
  return emission;
}

inline SinkResume resume(std::uint64_t epoch, std::uint64_t applied, std::uint64_t last_batch,
                         bool is_exactly_once = true) {
  SinkResume resume;
  resume.journal = kJournal;
  resume.epoch = epoch;
  for (std::uint64_t before = 1; before < epoch; ++before) resume.epochs_before.push_back(before);
  resume.last_batch = last_batch;
  resume.first_kept = applied + 1;
  resume.mark.applied = applied;
  resume.shown_before.top = kAllRows;
  resume.is_exactly_once = is_exactly_once;
  return resume;
}

/// Whether it failed so, with all of the pieces in its message.
inline bool failed_as(const Status& status, ErrorCode code, const Lines& pieces = {}) {
  if (status.has_value()) return false;
  INFO(status.error().message);
  for (const std::string& piece : pieces) {
    CHECK(status.error().message.find(piece) != std::string::npos);
  }
  CHECK(status.error().code == code);
  return status.error().code == code;
}

template <class T>
Status status_of(const Result<T>& result) {
  return result ? Status() : fail(result);
}

inline const std::string kJournalText = to_text(kJournal);

}  // namespace wordstream::rows_test
