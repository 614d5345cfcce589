// Watching files with inotify.
#pragma once

#include <memory>

#include "env/files.h"

namespace wordstream {

/// For Files::make_watch().
Result<std::unique_ptr<FileWatch>> make_file_watch();

}  // namespace wordstream
