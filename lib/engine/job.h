// What a run counts, in words: what must be the same for a checkpoint to be gone on with.
#pragma once

#include <string>

#include "engine/config.h"
#include "env/files.h"

namespace wordstream {

/// Source, intervals, fold, and how lines become words; not how counts are shown.
std::string job_fingerprint(const Config& config, const Files& files);

}  // namespace wordstream
