// What the kernel tells of files without opening them: one by one, and a directory of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "env/files.h"

namespace wordstream {

/// As statx() does; nothing, and errno, when it fails.
std::optional<FileInfo> look_at(int directory, const char* name, int flags);

/// The directory that `path` is in.
std::string directory_of(const std::string& path);

/// Whether the file system of a path, or of its directory where nothing stands there, is known to
/// be this machine's own.
bool is_on_local_disk(const std::string& path);

/// For Files::siblings() and Files::matching().
Result<std::vector<Sibling>> list_siblings(const std::string& path);
Result<std::vector<Sibling>> list_matching(const std::string& pattern);

}  // namespace wordstream
