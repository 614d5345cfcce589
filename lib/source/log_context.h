// What all that belong to one source of logs share.
#pragma once

#include <vector>

#include "base/time.h"
#include "env/files.h"
#include "model/positions.h"
#include "source/source.h"

namespace wordstream {

class LogShelf;

/// What is not whole yet, a line or a compressed file, is waited for so long after it has grown;
/// and so long for what comes to a file without a name.
inline constexpr Millis kPatience{5000};

struct LogContext {
  bool is_followed;  ///< what comes later is read, too
  Files& files;
  SourceContext source;
  bool is_alone = true;                     ///< one path was named, and no other file is read
  FileWatch* watch = nullptr;               ///< null where there is none
  bool must_poll = false;                   ///< not all changes are told of
  std::vector<LogShelf*> shelves = {};      ///< those of all paths
  Positions moves = {};                     ///< how positions have moved without a line
  std::vector<StreamRenamed> renamed = {};  ///< since the source was asked last
  bool has_changed = false;  ///< something that was listed is not there now: it is looked anew

  /// What is read is to be recognized later, by this run or the next.
  bool is_proved() const { return is_followed || source.is_kept; }
  /// Whether files can stay open: each path may have two, one there and one that has left it.
  bool has_room_for_all() const { return 2 * shelves.size() <= source.open_files_max; }
};

}  // namespace wordstream
