// Where a run's checkpoint is, when none was named.
#pragma once

#include <string>

#include "base/result.h"
#include "engine/config.h"
#include "env/files.h"
#include "send/send_run.h"

namespace wordstream {

/// Gives the config a checkpoint where its mode needs one and none was named: a directory of its
/// own for each combination of source and sinks, below $XDG_STATE_HOME/wordstream. Makes a
/// path that was named absolute. Returns the directory chosen; empty where none was. Fails with
/// InvalidArgument where there is none to choose.
Result<std::string> settle_checkpoint(Config& config, Files& files);

/// The same for one that sends, and reads files; a pipe has none.
Result<std::string> settle_checkpoint(SendConfig& config, Files& files);

}  // namespace wordstream
