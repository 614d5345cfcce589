// The kernel's files as StoredFiles.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "env/storage.h"

namespace wordstream {

/// For Storage::open_file().
Result<std::unique_ptr<StoredFile>> open_stored_file(const std::string& path);

/// For Storage::siblings().
Result<std::vector<Sibling>> list_stored_siblings(const std::string& path);

/// For Storage::make_rollback_journal().
Status make_stored_rollback_journal(const Database& database);

}  // namespace wordstream
