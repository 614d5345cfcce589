// Which file of a path is which, what is new, and what has gone.
//
// A file is known by itself (inode and birth, and what was read of it stands there), or by holding
// all that was read: as a copy, compressed, or put in place of it. What stood beside the path when
// the job began, or is done with, stays known, so that it is never taken for a new one. Everything
// else that rotation names is new, and read from its start.
#pragma once

#include <set>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "model/positions.h"
#include "source/log_context.h"
#include "source/log_copies.h"
#include "source/log_listing.h"
#include "source/log_shelf.h"
#include "source/missing_logs.h"

namespace wordstream {

class KnownLogs {
 public:
  /// `context` outlives it. `member`: how positions name the path.
  KnownLogs(std::string path, std::string member, LogContext& context);
  KnownLogs(const KnownLogs&) = delete;
  KnownLogs& operator=(const KnownLogs&) = delete;
  ~KnownLogs();

  const std::string& path() const { return path_; }

  /// Nothing was read before. Of the files beside the path those are read that are `named` by their
  /// absolute paths. Fails as Files::open() does; followed, it waits for what is not there.
  Status begin(From from, const std::set<std::string>& named);
  /// Goes on where earlier runs have left off. Fails with BadData where what they have read is not
  /// to be found, and nothing shows that it has only been moved.
  Status go_on(const Positions& from);

  /// Looks at what has become of the files. Fails where the run cannot go on.
  Status look(SteadyTime now);
  /// Somebody has renamed files during the last look: another one is due.
  bool has_changed() const { return context_.has_changed; }
  /// Nothing stands at the path, or something is to be looked at again soon.
  bool must_look_again() const { return is_gone_ || missing_.is_undecided(); }
  /// Nothing stands at the path, nothing that rotation made of it is left, and all was read.
  bool has_none() const;
  /// It is as if the path had never been read.
  void forget();
  /// What was read of `log` does not stand in it any more: goes on in a copy that was made before,
  /// if there is one, and begins it anew.
  Status begin_anew(KnownLog& log);

  LogShelf& shelf() { return shelf_; }
  const LogShelf& shelf() const { return shelf_; }

 private:
  Status take_named(const LogEntry& entry);

  // The steps of a look, in this order.
  Result<LogListing> list();
  Status find_what_was_read();
  void skip_older(const LogListing& listing);
  Status take_new(LogListing& listing);
  Status take_path(const LogListing& listing);
  void tell_strangers(const LogListing& listing);
  bool is_taken(const KnownLog& missing) const;
  void note_gone(SteadyTime now);
  void note_unnamed(SteadyTime now);

  Status open_and_find(KnownLog& log);
  Result<bool> go_on_in_copy(KnownLog& log, LogListing& listing);
  bool is_unmoved(const LogListing& listing);
  Result<bool> was_put_in_place(KnownLog& was, const FileInfo& info);
  Status replace(KnownLog* was, const FileInfo& info);
  Status take_nothing(const LogListing& listing, const KnownLog* was);
  void say_gone(const std::string& why);

  std::string path_;
  LogContext& context_;
  LogShelf shelf_;
  MissingLogs missing_{shelf_, context_};
  LogCopies copies_{shelf_, context_};
  bool knows_others_ = true;  // an earlier run has noted what stood beside the path
  bool has_rotated_ = false;  // since strangers were told of
  bool is_gone_ = false;      // nothing stands at the path
  bool has_taken_ = false;    // since all was found: something that rotation has named
};

}  // namespace wordstream
