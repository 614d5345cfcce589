// Files and directories that one process holds against all others, by open file description locks:
// unlike the older ones they are not lost when some other descriptor of the file is closed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "env/storage.h"

namespace wordstream {

/// Who holds a file.
struct Holder {
  bool is_somebody = false;
  std::int64_t pid = 0;  ///< 0 where the kernel does not know it
};

/// Holds the file behind a descriptor, until it is closed. Returns nobody when that has worked,
/// else the holder. `name` is for messages.
Result<Holder> hold_file(int file, const std::string& name);

/// For Storage::lock_directory() and Storage::owner_of_directory().
Result<std::unique_ptr<DirectoryLock>> hold_directory(const std::string& path);
Result<std::int64_t> find_owner_of_directory(const std::string& path);

}  // namespace wordstream
