// Files that are known, and not there any more: each may be there as another one, copied or
// compressed, under a name that rotation gives.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "base/result.h"
#include "base/time.h"
#include "source/log_context.h"
#include "source/log_listing.h"
#include "source/log_shelf.h"

namespace wordstream {

class MissingLogs {
 public:
  /// Both outlive it.
  MissingLogs(LogShelf& shelf, LogContext& context) : shelf_(shelf), context_(context) {}

  /// What is found to be one of them leaves the listing, as does what must be waited for. `now` is
  /// zero where the time is not known.
  Status look(LogListing& listing, SteadyTime now);
  /// Something is compressed and not whole yet: what it is will be told by a later look.
  bool is_undecided() const { return is_undecided_; }

 private:
  Result<bool> match(KnownLog& log, LogListing& listing, SteadyTime now);
  bool must_wait_for(const LogEntry& entry, SteadyTime now);

  LogShelf& shelf_;
  LogContext& context_;
  bool is_undecided_ = false;
  /// How long these are, and since when.
  struct Unfinished {
    std::uint64_t size = 0;
    std::optional<SteadyTime> since = {};
  };
  std::map<FileId, Unfinished> unfinished_;
};

}  // namespace wordstream
