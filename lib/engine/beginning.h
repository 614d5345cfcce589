// Where a run begins: from nothing, or from what earlier runs have left in the journal of a
// checkpoint and in its sinks.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "delivery/start.h"
#include "engine/config.h"
#include "env/env.h"
#include "journal/journal.h"
#include "model/events.h"
#include "runtime/control.h"
#include "sink/sink.h"
#include "view/live_view.h"
#include "window/batch_clock.h"

namespace wordstream {

/// A sink, and how far it has come in earlier runs.
struct BegunSink {
  std::unique_ptr<Sink> sink;
  std::uint64_t taken = 0;  ///< the batch that it took last
};

struct Beginning {
  BatchClock clock;                            ///< aimed at the first batch
  std::uint64_t last_closed = 0;               ///< the last batch of earlier runs; 0: none
  bool goes_on = false;                        ///< with a batch that was left open
  std::unique_ptr<Journal> journal = nullptr;  ///< null without a checkpoint
  std::vector<BegunSink> sinks = {};
  std::unique_ptr<LiveView> view = nullptr;  ///< null where none was asked for
  DeliveryStart delivery = {};
  std::optional<Patience> patience = {};  ///< counted since here
};

/// Opens journal and sinks, and finds out where they stand. `control` tells whether there is no
/// point any more in waiting for others. Fails with CannotPromise where source and sinks cannot
/// keep the mode's promise, and as opening them does.
Result<Beginning> begin(const Config& config, const Env& env, const Control& control,
                        Observer& observer);

/// What source and sinks promise in this mode, and behind them the live view, which is as good as a
/// stream. Fails with CannotPromise.
Result<std::vector<const Promise*>> promises_of(const Config& config, const Env& env);

}  // namespace wordstream
