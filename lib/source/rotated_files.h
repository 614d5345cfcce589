// The files that were rotated away from a followed path, and which of them are still to be read.
//
// Of the path's siblings those count whose names are the path's and a number or date: `.` or `-`
// and digits, nothing behind them. What has been read, or stood there at the start, is old news; it
// is known by its identity, for as long as it is there.
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

  /// Whatever is there now is old news.
  Status take_stock();
  /// Only what was rotated away before `file` is.
  Status take_stock_before(const Sibling& file);
  /// And so is this one.
  void settle(const FileInfo& file);
  /// The oldest of those that are no news; not `current`, which is being read and thereby old
  /// news, nor `at_path`, whose turn is after all of them.
  Result<std::optional<Sibling>> oldest_unread(const FileInfo& current,
                                               const std::optional<FileInfo>& at_path);

 private:
  using Identity = std::tuple<std::uint64_t, std::uint64_t, Nanos>;

  static Identity identity_of(const FileInfo& file);
  bool is_older(const Sibling& one, const Sibling& other) const;
  Result<std::vector<Sibling>> list();

  std::string path_;
  Files& files_;
  std::set<Identity> settled_;  // of those that the last listing found, and settled since
};

}  // namespace wordstream
