// Copies of the file at the path, made while it stands there: whoever has made one truncates the
// file next, and what was not read of it by then is in the copy alone. Until then a copy is known,
// and not read.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "source/log_context.h"
#include "source/log_listing.h"
#include "source/log_shelf.h"

namespace wordstream {

class LogCopies {
 public:
  /// Both outlive it.
  LogCopies(LogShelf& shelf, LogContext& context) : shelf_(shelf), context_(context) {}

  /// Whether `entry`, which nobody knows, is a copy of `at_path`, or one in the making: then it is
  /// known from now on. Requires: `at_path` has stood at the path since before that was made.
  Result<bool> take(const LogFile& at_path, const LogEntry& entry);
  /// Looks at those that are known again: notes how they have grown. What is no copy after all has
  /// changed what there is. `at_path` is the file that they were made of, null where there is none;
  /// `is_unmoved`: it stands at the path.
  Status look(const LogFile* at_path, bool is_unmoved);

  /// What may hold more of a file than was read before it was truncated, the longest first.
  std::vector<LogEntry> candidates(const LogListing& listing);
  /// The file at the path was truncated, and goes on in `entry`.
  void use(const LogEntry& entry, LogListing& listing);
  /// `was` was truncated, and what could be read of it was: what was copied of it before that holds
  /// nothing new.
  Status put_aside(const LogFile& was, LogListing& listing);

 private:
  std::vector<KnownLog*> known();
  Result<std::optional<bool>> is_copy_of(const LogFile& at_path, const LogEntry& entry);
  LogEntry entry_of(const KnownLog& log) const;
  void give_back(const KnownLog& log);

  LogShelf& shelf_;
  LogContext& context_;
};

}  // namespace wordstream
