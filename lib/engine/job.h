// What a run counts, in words: what must be the same for a checkpoint to be gone on with.
#pragma once

#include <string>

#include "engine/config.h"
#include "env/files.h"

namespace wordstream {

/// Source, intervals, fold, and how lines become words; not how counts are shown. For plain TCP
/// neither host nor port: a server may move.
std::string job_fingerprint(const Config& config, const Files& files);

/// "tcp://localhost:9999", "tcp-listen://127.0.0.1:9999", "stdin", "file:/var/log/x".
std::string source_name(const SourceChoice& source, const Files& files);

/// "stdout", "file:/tmp/counts.tsv", "sqlite:/tmp/counts.db".
std::string sink_name(const SinkChoice& sink);

}  // namespace wordstream
