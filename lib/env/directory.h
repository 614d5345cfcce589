// What the kernel tells of files without opening them: one by one, and a directory of them.
#pragma once

#include <memory>
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

/// Lists directories. The names of the last one are kept for as long as that shows no change: of a
/// thousand paths in one directory each would else read the names of all. One thread at a time.
class Directories {
 public:
  Directories();
  Directories(const Directories&) = delete;
  Directories& operator=(const Directories&) = delete;
  ~Directories();

  /// As Files::siblings() and Files::matching().
  Result<std::vector<Sibling>> siblings(const std::string& path);
  static Result<std::vector<Sibling>> matching(const std::string& pattern);

 private:
  struct Names;
  Result<std::vector<Sibling>> siblings_once(const std::string& path);
  Status list_names(const std::string& directory);

  std::unique_ptr<Names> names_;
};

}  // namespace wordstream
