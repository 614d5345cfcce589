// The tables `batch`, `clock_step` and `counts`: what each batch is, and the words of its slices.
#pragma once

#include <cstdint>
#include <functional>

#include "base/result.h"
#include "journal/records.h"
#include "journal/statements.h"

namespace wordstream {

/// A row of `batch`, and that of `clock_step` where there is one.
struct BatchRow {
  std::uint64_t id = 0;
  Interval interval;
  bool is_open = true;
  bool ends_run = false;
  std::uint64_t line_count = 0;
  std::uint64_t byte_count = 0;
  std::uint64_t word_count = 0;   ///< all words
  std::uint64_t row_count = 0;    ///< different words, of each slice
  std::uint64_t slice_count = 0;  ///< of those that hold words
  std::uint64_t chunk_count = 0;  ///< of all slices
};

/// The batch with a slice more.
BatchRow with_slice(BatchRow batch, const SliceRecord& slice);

/// Writes the batch, with the counts of its last slice. `batch` has been through with_slice().
Status write_batch(Statements& statements, const BatchRow& batch, const SliceRecord& slice);

/// Removes all batches up to one.
Status remove_batches(Statements& statements, std::uint64_t through);

/// Fails with BadData unless exactly the batches from `first` to `last` are there.
Status check_batches(Statements& statements, std::uint64_t first, std::uint64_t last);

/// Fails with BadData when it is missing or damaged.
Result<BatchRow> read_batch(Statements& statements, std::uint64_t id);

/// The words of a batch. Fails with BadData when anything is missing or damaged.
Result<StoredBatch> read_slices(Statements& statements, const BatchRow& batch);

}  // namespace wordstream
