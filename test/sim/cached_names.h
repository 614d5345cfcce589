// The names of a disk: as every process sees them, and as a power loss may leave them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/survival.h"

namespace wordstream::sim {

class DiskFile;

/// Absolute paths, and what they lead to. A name that was given, taken away or changed since its
/// directory was last synced may survive or not, each for itself; both ends of a renaming together.
/// What happened to one name survives in its order.
class CachedNames {
 public:
  using File = std::shared_ptr<DiskFile>;

  /// Null where there is nothing.
  File find(const std::string& path) const;
  const std::map<std::string, File>& all() const { return names_; }

  void set(const std::string& path, File file) { change({{path, std::move(file)}}); }
  void remove(const std::string& path) { change({{path, nullptr}}); }
  /// Counts as a change in the directory of `to`.
  void rename(const std::string& from, const std::string& to);

  void sync(const std::string& directory) { settle(directory, Survival::of_all()); }
  /// What could not be written waits for a later sync, unlike bytes: a file system either keeps it
  /// in its own journal, or stops for good.
  void fail_sync(const std::string& directory, Survival survival) { settle(directory, survival); }
  void lose_power(Survival survival);

 private:
  using Change = std::vector<std::pair<std::string, File>>;  // a file of null: no name any more
  void change(Change change);
  /// The changes in one directory, or in all (""), survive or go on waiting.
  void settle(const std::string& directory, Survival survival);

  std::map<std::string, File> names_;
  std::map<std::string, File> synced_;
  std::vector<Change> changes_;
};

/// A path as it is from anywhere, without "." and "..": every process was started in "/".
std::string rooted(const std::string& path);

/// The directory that `path`, which is absolute, is in.
std::string parent_of(const std::string& path);

}  // namespace wordstream::sim
