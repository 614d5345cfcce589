// What the kernel tells of files without opening them: one by one, and a directory of them.
#pragma once

#include <cstdint>
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

/// For Files::matching().
Result<std::vector<Sibling>> list_matching(const std::string& pattern);

/// For Files::siblings(). The names in the last directory are kept for as long as that shows no
/// change: of a thousand paths in one directory each would else read the names of all. One thread
/// at a time.
class Siblings {
 public:
  Result<std::vector<Sibling>> list(const std::string& path);

 private:
  /// Which directory it is, and as of when. Nobody can set that time.
  struct Stamp {
    std::uint64_t device;
    std::uint64_t inode;
    Nanos changed;

    bool operator==(const Stamp&) const = default;
  };

  static std::optional<Stamp> stamp_of(const std::string& directory);
  static bool shows_changes(const Stamp& stamp);
  Result<std::vector<Sibling>> list_once(const std::string& path);
  Status read_names(const std::string& directory);

  std::vector<std::string> names_;  // in order
  std::string directory_;           // that they are of
  std::optional<Stamp> kept_;  // with which they still hold; nothing where a change may not show
};

}  // namespace wordstream
