// Keeps what a fold remembers of all batches in the journal, so that these need not be kept: a
// base, written anew when the batches since then outweigh it. In bounded steps, one after each
// batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "journal/journal.h"
#include "window/fold.h"

namespace wordstream {

class BaseWriter {
 public:
  /// The journal outlives this. `base_bytes`: the size of the base that it has.
  BaseWriter(Journal& journal, std::size_t base_bytes)
      : journal_(journal), base_bytes_(base_bytes) {}

  /// The fold has taken a batch with counts of this size.
  void note(std::size_t batch_bytes) { delta_bytes_ += batch_bytes; }

  /// A step after batch `batch`, the last that the fold has taken. All sinks have taken what is in
  /// the journal up to `taken_by_all`. Any failure is final.
  Status step(const Fold& fold, std::uint64_t batch, std::uint64_t taken_by_all);

 private:
  /// Takes down what the fold remembers after `batch`.
  Status begin(const Fold& fold, std::uint64_t batch);
  /// Writes the next chunks of it.
  Status write_some();

  Journal& journal_;
  std::size_t base_bytes_;
  std::size_t delta_bytes_ = 0;  // of the batches since the base, or since the next was begun
  bool is_writing_ = false;
  std::string next_;  // the base that is being written
  std::size_t written_ = 0;
  std::uint64_t through_ = 0;
};

}  // namespace wordstream
