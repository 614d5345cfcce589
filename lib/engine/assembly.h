// The table of kinds: the one place that knows every source and every sink.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "engine/config.h"
#include "env/env.h"
#include "sink/sink.h"
#include "source/source.h"
#include "window/fold.h"

namespace wordstream {

std::unique_ptr<Source> make_source(const Config& config, const Env& env, Poller& poller,
                                    Observer& observer);

std::unique_ptr<Fold> make_fold(const Config& config, const Env& env);

/// In the order of `config`. Fails when the output of one cannot be had.
Result<std::vector<std::unique_ptr<Sink>>> make_sinks(const Config& config, const Env& env);

}  // namespace wordstream
