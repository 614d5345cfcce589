// Directories that last.
#pragma once

#include <string>

#include "base/result.h"

namespace wordstream {

/// What to do where a directory may not be read, and so cannot be synced.
enum class Unreadable {
  Fails,
  IsFine,  ///< its entries are not ours, or not new
};

/// The errno value why the names in a directory do not outlive a power loss; 0 when they do.
int try_to_sync_directory(const std::string& path);

/// Returns when the names in a directory outlive a power loss.
Status sync_directory(const std::string& path, Unreadable unreadable);

/// For Storage::make_directory().
Status make_stored_directory(const std::string& path);

}  // namespace wordstream
