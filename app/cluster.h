// A run on a Spark cluster, as somebody has asked for it (--on): whether the cluster can do it,
// where spark-submit is, and with what it is started.
#pragma once

#include <string>

#include "app/log.h"
#include "base/result.h"
#include "engine/config.h"
#include "env/files.h"
#include "source/cluster_source.h"

namespace wordstream {

/// Whether Spark knows such a master. Fails with InvalidArgument.
Status check_master(const std::string& url);

/// How Spark counts what `config` says, in all but its checkpoint. Fails with CannotPromise where
/// it cannot. `is_told`: it is explained alone, and what is not here goes by its name. Else it
/// fails with Unavailable where there is no Spark, or nothing of ours that runs on it.
Result<ClusterCommand> put_on_cluster(const std::string& url, const Config& config, bool is_told,
                                      Verbosity verbosity, Files& files);

/// The line for a shell.
std::string to_shell(const std::vector<std::string>& words);

}  // namespace wordstream
