// A file that was read before a restart, found again: where it stood, or beside that.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "env/files.h"
#include "model/events.h"
#include "model/positions.h"
#include "source/file_cursor.h"

namespace wordstream {

struct FoundFile {
  enum class How {
    Same,       ///< the file itself, with all that was read
    Restored,   ///< the file itself is gone, and this one begins as it did
    Copy,       ///< the file was truncated, and this one begins as it did: a copy made before
    Truncated,  ///< the file was truncated, and there is no copy
  };
  How how;
  std::string path;
  FileCursor cursor;               ///< at the position; of a truncated file, at its start
  std::optional<Sibling> sibling;  ///< where it is not at the path that it was looked for at

  /// Tells what has become of the file that was at `looked_for`, and where reading goes on.
  void tell(const std::string& looked_for, Observer& observer) const;
};

/// The place in the one file that is read. Fails with BadData where several are known. Requires:
/// one is. `name` is what people call it.
Result<Position> position_in_file(const Positions& positions, const std::string& name);

/// Looks for the file of `position` at `path`, then among the siblings of that. Fails with NotFound
/// where there is neither it nor any file at `path`, with BadData where another one is there, and
/// with NotPermitted or Io else.
Result<FoundFile> find_file(const std::string& path, Files& files, const Position& position);

/// Puts `cursor` at `position`. Fails with BadData where that is in another file. `name` is what
/// people call it.
Status go_to(FileCursor& cursor, const Position& position, const std::string& name);

/// The failure (BadData) of finding something else than what was read.
tl::unexpected<Error> fail_other_file(const std::string& name, const Position& position,
                                      const FileInfo& there);

}  // namespace wordstream
