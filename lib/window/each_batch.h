// The fold of a plain run: every batch is an emission, an empty one too.
#pragma once

#include <optional>
#include <utility>

#include "window/fold.h"

namespace wordstream {

class EachBatch final : public Fold {
 public:
  void take(const Batch& batch) override {
    emission_ =
        Emission{.interval = batch.interval, .counts = batch.counts, .changed = batch.counts};
  }
  void finish(Label) override {}
  std::optional<Emission> next() override { return std::exchange(emission_, std::nullopt); }

 private:
  std::optional<Emission> emission_;
};

}  // namespace wordstream
