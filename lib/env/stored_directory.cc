#include "env/stored_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "env/descriptor.h"
#include "env/directory.h"
#include "env/storage_error.h"

namespace wordstream {

int try_to_sync_directory(const std::string& path) {
  const Descriptor directory(uninterrupted(
      [&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOCTTY); }));
  const bool is_synced =
      directory.is_open() && uninterrupted([&] { return ::fsync(directory.get()); }) == 0;
  return is_synced ? 0 : errno;
}

Status sync_directory(const std::string& path, Unreadable unreadable) {
  const int error = try_to_sync_directory(path);
  if (error == 0 || (error == EACCES && unreadable == Unreadable::IsFine)) return {};
  return fail_storing(fmt::format("cannot sync the directory {}", path), error);
}

Status make_stored_directory(const std::string& path) {
  const std::string above = directory_of(path);
  bool is_made = ::mkdir(path.c_str(), 0700) == 0;
  if (!is_made && errno == ENOENT && above != path) {
    if (Status made = make_stored_directory(above); !made) return made;
    is_made = ::mkdir(path.c_str(), 0700) == 0;
  }
  if (is_made) return sync_directory(above, Unreadable::Fails);
  if (errno != EEXIST) return fail_storing(fmt::format("cannot make {}", path), errno);
  const auto found = look_at(AT_FDCWD, path.c_str(), 0);
  if (!found || found->kind != FileInfo::Kind::Directory) {
    return fail_storing(fmt::format("cannot make {}", path), ENOTDIR);
  }
  // It may be ours, of a run that ended between making and syncing: each level is synced before
  // the next one is made, so the lowest that exists is the only one in doubt.
  return sync_directory(above, Unreadable::IsFine);
}

}  // namespace wordstream
