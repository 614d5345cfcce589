// The files of one path that are known: those that are read, the one at the path the last of them,
// and those that are put aside, so that they are not taken for new ones.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "env/files.h"
#include "model/positions.h"
#include "source/log_context.h"
#include "source/log_file.h"
#include "source/log_listing.h"
#include "source/source.h"

namespace wordstream {

struct KnownLog {
  std::unique_ptr<LogFile> file;
  bool is_there = true;              ///< in the last listing
  bool was_there = true;             ///< in the one before
  bool is_due = true;                ///< something may have come
  bool is_doubtful = false;          ///< what was read did not stand there when it was last read
  std::optional<SteadyTime> gone{};  ///< since when it has no name
  bool was_read_again = false;       ///< since then, once more, at its end
};

class LogShelf {
 public:
  using Logs = std::list<KnownLog>;

  /// `context` outlives it. `member`: how positions name the path; empty where that is alone.
  LogShelf(std::string member, LogContext& context)
      : member_(std::move(member)), context_(context) {}

  /// Those that are read.
  Logs& logs() { return logs_; }
  const Logs& logs() const { return logs_; }
  Logs& aside() { return aside_; }
  bool has_any() const { return !logs_.empty() || !aside_.empty(); }
  bool has_copies() const;
  /// Those that are looked at when they change: what is read, and copies.
  std::vector<KnownLog*> watched();
  /// The one that is or was at the path; null where none has been.
  KnownLog* current();
  /// Null where it is not known.
  KnownLog* find(const FileInfo& info);
  /// The same, by the name of its stream.
  KnownLog* find(const std::string& stream);
  /// As Source::go_back(). One that was put aside is read on from there.
  Result<std::optional<std::uint64_t>> go_back(KnownLog& log, std::optional<std::uint64_t> offset);
  Logs::iterator iterator_of(const KnownLog& log);
  /// Notes of each whether it is there, and where. What is known leaves the listing. `path` is
  /// where the one at the path stands.
  Status meet(LogListing& listing, const std::string& path);

  /// One that an earlier run has known.
  void add(const KnownFile& known, const Position& position);
  /// A new one, open where it is to begin; nothing where another one stands at `path` by now. It is
  /// not on the shelf yet. Fails as Files::open() does.
  Result<std::optional<KnownLog>> open_new(const std::string& path, const FileInfo& info,
                                           From from = From::Start);
  /// Puts it before another one, or behind all.
  KnownLog& put(KnownLog log, KnownLog* before = nullptr);
  /// It has left the path.
  void leave(KnownLog& log);
  /// It is at the path now.
  Status return_to_path(KnownLog& log);
  /// It is known from now on, and not read. One that may not be read is known by itself alone.
  void skip(const LogEntry& entry, FileRole role = FileRole::Done);
  /// It has gone for good.
  void forget(const KnownLog& log);
  /// Of those that have left the path the last few are read on, and what has something unread.
  void put_old_aside();

  /// Its position has moved without a line.
  void note(const KnownLog& log) { context_.moves.set(log.file->position()); }
  void note_over(const Stream& stream) { context_.moves.set_over(stream); }
  /// Of all.
  void add_to(Positions& positions) const;

  /// What has gone from another path of the same source, and stands at this one or beside it now,
  /// belongs here from now on.
  void adopt(const FileInfo& info);
  /// Whether it belongs to another path.
  bool is_elsewhere(const FileInfo& info) const;

 private:
  using ByInode = std::multimap<std::uint64_t, KnownLog*>;
  void take_from(LogShelf& other, KnownLog& log);
  Result<bool> meet_one(ByInode& known, const LogEntry& entry);

  /// It is the last one.
  void number(KnownLog& log);

  std::string member_;
  LogContext& context_;
  Logs logs_;
  Logs aside_;
  std::uint64_t last_order_ = 0;
};

}  // namespace wordstream
