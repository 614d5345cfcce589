// What stands at a followed path and beside it, at one moment.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "env/files.h"
#include "source/log_context.h"

namespace wordstream {

/// A regular file beside the path: its name begins with the path's whole name, or rotation gives
/// such names (env/rotated_name.h).
struct LogEntry {
  std::string path;
  FileInfo info;
  bool is_rotated = false;  ///< by its name, or a pattern
  bool is_packed = false;   ///< compressed, by its name, and what it was made of is gone
  bool is_dated = false;  ///< its name has a date, and will be its name for as long as it is there
};

struct LogListing {
  std::optional<FileInfo> at_path;  ///< a regular file that may be looked at
  std::string why_none = {};        ///< where there is none
  std::vector<LogEntry> beside;     ///< of those rotated away, the oldest first

  /// A directory that is not there, or not mounted yet, has none.
  bool has_none() const { return !at_path && beside.empty(); }
};

/// Whether a file was rotated away before another: by when they were last written to, then by name.
/// That is good enough to read them in some order.
bool is_older(const LogEntry& one, const LogEntry& other, const std::string& path);

/// Whether rotation gave one name before another; the path's own is the last. `path` is as the
/// names are.
bool is_named_before(const std::string& one, const std::string& other, const std::string& path);

/// Fails with NotPermitted, Unavailable or Io where the directory cannot be listed.
Result<LogListing> list_log(const std::string& path, const LogContext& context);

}  // namespace wordstream
