// The files that were rotated away from a followed path, and which of them are still to be read.
//
// Of the path's siblings those count whose names rotation gives (env/rotated_name.h). One that
// has been read, or stood there at the start, is skipped: it is known by its identity, for as long
// as it is there, and not read again.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "env/files.h"

namespace wordstream {

class RotatedFiles {
 public:
  RotatedFiles(std::string path, Files& files);

  /// Skips all that are there now.
  Status skip_all();
  /// Skips those alone that were rotated away before `file`.
  Status skip_before(const Sibling& file);
  /// Skips one.
  void skip(const FileInfo& file);
  /// The oldest of those that are not skipped; but not `current`, which is being read, nor
  /// `at_path`, which comes after all of them.
  Result<std::optional<Sibling>> oldest_unread(const FileInfo& current,
                                               const std::optional<FileInfo>& at_path);

 private:
  using Identity = std::tuple<std::uint64_t, std::uint64_t, Nanos>;

  static Identity identity_of(const FileInfo& file);
  bool is_older(const Sibling& one, const Sibling& other) const;
  Result<std::vector<Sibling>> list();

  std::string path_;
  Files& files_;
  std::set<Identity> skipped_;  // of those that the last listing found, and skipped since
};

}  // namespace wordstream
