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

  /// Whether it remembers every batch for ever: then that is saved now and then, and restored.
  /// Others are given the last batches again instead. Never changes.
  virtual bool remembers_all() const { return false; }
  /// What it remembers, as bytes for restore(). Requires: remembers_all().
  virtual std::string save() const { return {}; }
  /// Remembers what another one has saved. Returns false, and is of no more use, when that is
  /// damaged. Requires: remembers_all(), and nothing was taken yet.
  virtual bool restore(std::string_view /*saved*/) { return false; }
};

}  // namespace wordstream
