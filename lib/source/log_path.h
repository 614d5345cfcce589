// One path of a source of logs: what stands there, what rotation made of what stood there, and the
// watches on all of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "env/files.h"
#include "source/known_logs.h"
#include "source/log_context.h"

namespace wordstream {

class LogPath {
 public:
  /// `context` outlives it. `member`: how positions name the path, empty where it is alone.
  LogPath(std::string path, std::string member, LogContext& context)
      : context_(context), logs_(std::move(path), std::move(member), context) {}

  const std::string& path() const { return logs_.path(); }
  const KnownLogs& logs() const { return logs_; }
  /// As KnownLogs::forget(); and watches nothing any more.
  void forget();

  /// As KnownLogs::begin() and go_on(); and watches what there is.
  Status begin(From from, const std::set<std::string>& named);
  Status go_on(const Positions& from);

  /// What the watch has told of.
  void take_changes(const FileWatch::Changes& changes);
  /// Nobody tells of changes: anything may have.
  void suspect_changes(SteadyTime now);
  bool is_younger(const std::string& stream, const std::string& than);
  /// Looks for its name, if it has another one by now. Null where it has no such stream.
  Result<KnownLog*> find(const std::string& stream, SteadyTime now);
  /// As Source::go_back(), of one that was found.
  Result<std::optional<std::uint64_t>> go_back(KnownLog& log, std::optional<std::uint64_t> offset);
  /// One bounded turn. Ended where nothing more is to be read, and it is not followed.
  Result<Turn> poll(SteadyTime now, Block& block);
  /// Until they are read again; but for those that have no name any more.
  void close();
  /// Half lines are dropped and reported.
  void stop();

 private:
  LogShelf& shelf() { return logs_.shelf(); }
  void look_whether_settled(SteadyTime now);
  Status look(SteadyTime now);
  Status begin_watching();
  Status watch_names();
  Status watch_logs();
  Result<Turn> read(KnownLog& log, SteadyTime now, Block& block);
  Turn look_first(KnownLog& log);
  Result<Turn> rest(SteadyTime now, Block& block);
  bool keeps_open(const KnownLog& log, SteadyTime now);

  LogContext& context_;
  KnownLogs logs_;
  bool is_remote_ = false;  // changes are not all told of, and what a name leads to may be old
  std::optional<std::map<std::string, std::uint64_t>> listed_;  // inodes, where it is remote
  std::optional<SteadyTime> unsettled_since_;                   // they have changed then
  std::optional<FileWatch::Id> names_;  // of the directory that was there last
  std::map<const LogFile*, std::pair<FileId, FileWatch::Id>> watched_;
  bool must_look_ = false;
  std::optional<SteadyTime> look_again_at_;
};

}  // namespace wordstream
