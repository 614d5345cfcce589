// What the process's own streams were connected to when it was started.
#pragma once

#include <optional>

#include "env/files.h"

namespace wordstream {

/// The file that stdout is redirected to; nothing where it is no regular file.
std::optional<FileInfo> stdout_file();
/// The same of stderr.
std::optional<FileInfo> stderr_file();

}  // namespace wordstream
