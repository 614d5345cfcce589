// Where a run begins: from nothing, or from what earlier runs have left in the journal of a
// checkpoint and in its sinks.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "delivery/base_writer.h"
#include "delivery/committer.h"
#include "delivery/recovery.h"
#include "engine/config.h"
#include "env/env.h"
#include "journal/journal.h"
#include "model/events.h"
#include "sink/sink.h"
#include "view/live_view.h"
#include "window/batch_clock.h"
#include "window/fold.h"

namespace wordstream {

struct Beginning {
  std::unique_ptr<Journal> journal;  ///< null without a checkpoint
  std::vector<std::unique_ptr<Sink>> sinks;
  std::vector<std::uint64_t> taken;  ///< by sink: the batch that it took last in an earlier run
  std::unique_ptr<LiveView> view;    ///< null where none was asked for
  std::unique_ptr<Fold> fold;
  Committer committer;
  Recovery recovery;
  std::optional<BaseWriter> base;  ///< for totals that are kept
  BatchClock clock;                ///< aimed at the first batch
  bool goes_on;                    ///< with a batch that was left open
};

/// Opens journal and sinks, and finds out where they stand. `is_given_up`: see make_sinks(). Fails
/// with CannotPromise where source and sinks cannot keep the mode's promise, and as opening them
/// does.
Result<Beginning> begin(const Config& config, const Env& env,
                        const std::function<bool()>& is_given_up, Observer& observer);

/// What source and sinks promise in this mode, and behind them the live view, which is as good as a
/// stream. Fails with CannotPromise.
Result<std::vector<const Promise*>> promises_of(const Config& config, const Env& env);

}  // namespace wordstream
