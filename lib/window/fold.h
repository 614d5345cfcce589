// How batches become emissions: one for each, windows of several, totals of all. Pure: a fold knows
// neither a clock nor a sink; what it makes follows from the batches that it was given, in order.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "model/batch.h"
#include "model/emission.h"

namespace wordstream {

class Fold {
 public:
  virtual ~Fold() = default;

  /// Takes the next batch. Requires: next() has returned nothing since the last one; each batch
  /// begins where the one before it has ended, or later.
  virtual void take(const Batch& batch) = 0;

  /// The run ends at `end`, which is not before the end of the last batch. Requires: as take().
  virtual void finish(Label end) = 0;

  /// The next emission that is due with what was taken so far, in the order of their ends; nothing
  /// when all have been given. Its interval and its tables are set, the rest is not.
  virtual std::optional<Emission> next() = 0;

  /// How many different words it remembers.
  virtual std::size_t word_count() const { return 0; }

  // For a fold that remembers every batch for ever. Others are given the last ones again instead.

  /// What it remembers, as bytes for restore(); nothing for all others.
  virtual std::optional<std::string> save() const { return std::nullopt; }
  /// Remembers what another one has saved. Returns false, and is of no more use, when that is
  /// damaged. Requires: nothing was taken yet.
  virtual bool restore(std::string_view /*saved*/) { return false; }
};

}  // namespace wordstream
