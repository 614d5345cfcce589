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

/// Returns when the names in a directory outlive a power loss.
Status sync_directory(const std::string& path, Unreadable unreadable);

/// For Storage::make_directory().
Status make_stored_directory(const std::string& path);

}  // namespace wordstream
