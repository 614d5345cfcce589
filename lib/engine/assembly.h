// From a run's configuration to its parts.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "engine/config.h"
#include "env/env.h"
#include "journal/journal.h"
#include "runtime/channel.h"
#include "runtime/control.h"
#include "runtime/patience.h"
#include "sink/resume.h"
#include "sink/sink.h"
#include "source/source.h"
#include "window/fold.h"

namespace wordstream {

std::unique_ptr<Source> make_source(const Config& config, const Env& env, Poller& poller,
                                    Observer& observer, const std::optional<Patience>& patience,
                                    const Journal* journal);

/// `began`: when the first batch did, in an earlier run.
std::unique_ptr<Fold> make_fold(const Config& config, const Env& env, std::optional<Label> began);

/// For what waits for a sink, which may write it together; but where a batch is given up once it is
/// handed over, a crash would lose all that waits.
Room room_for_emissions(const Config& config);

/// In the order of `config`. What they are told of earlier runs is in `resumes`, in the same order;
/// nothing without a journal. Each has taken its output over; but none before all have looked, so
/// that a run that is refused ends no other. Waits for others as long as `control` and `patience`
/// let it. Fails when the output of one cannot be had.
Result<std::vector<std::unique_ptr<Sink>>> open_sinks(
    const Config& config, const Env& env, const std::vector<std::optional<SinkResume>>& resumes,
    const Control& control, Observer& observer, const std::optional<Patience>& patience);

}  // namespace wordstream
