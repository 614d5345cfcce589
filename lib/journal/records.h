// What a journal is given and gives back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/batch.h"
#include "model/positions.h"
#include "model/progress.h"
#include "words/word_counts.h"

namespace wordstream {

/// Counts are kept in rows of so many bytes at most, each with a checksum.
constexpr std::size_t kChunkBytesMax = std::size_t{1} << 20;

/// A sink as the run wants it. The name tells it from all others and stays the same over the runs:
/// "stdout", "file:/abs/path", "sqlite:/abs/path".
struct WantedSink {
  std::string name;
  std::string format;   ///< "print", "tsv" …
  std::size_t top = 0;  ///< rows an emission shows at most
};

/// In which form a sink shows its batches, from one of them on.
struct FormatSpan {
  std::uint64_t first_batch = 1;
  std::string format;
  std::size_t top = 0;
};

/// A sink as the journal knows it.
struct SinkRecord {
  std::string name;
  /// Never empty, in the order of first_batch. The last is that of new batches; those before it are
  /// of batches that the sink may still be given, as they were first asked for.
  std::vector<FormatSpan> formats;
  SinkMark mark;
};

/// What one act adds to a batch: everything counted since the last, or nothing but its end.
struct SliceRecord {
  std::uint64_t batch = 0;       ///< the id: last_batch() when that is open, else last_batch() + 1
  Interval interval;             ///< of the batch: as planned, and as it is with its last slice
  std::uint64_t line_count = 0;  ///< of the slice
  std::uint64_t byte_count = 0;  ///< of the slice
  std::shared_ptr<const WordCounts> counts = {};  ///< of the slice; may be null: none
  bool closes = false;                            ///< the batch is complete with it
  bool ends_run = false;  ///< the stream has ended with it: the window then open was due
};

/// One atomic act.
struct Record {
  std::optional<SliceRecord> slice = {};
  Positions positions = {};  ///< where streams go on that have moved, and those that are over
  /// By the sink's index. What is applied never grows less, and is a closed batch.
  std::vector<std::pair<std::size_t, SinkMark>> marks = {};
  /// Batches up to this one are not needed any more. Every sink has taken them.
  std::uint64_t prune_through = 0;
};

/// A batch as it was journaled.
struct StoredBatch {
  std::uint64_t id = 0;
  Interval interval;
  std::uint64_t line_count = 0;
  std::uint64_t byte_count = 0;
  bool is_open = false;
  bool ends_run = false;
  std::vector<std::shared_ptr<const WordCounts>> slices;  ///< those that hold words
};

}  // namespace wordstream
