// What the engine tells of where counts go, and of the journal that knows how far they have come
// (model/events.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace wordstream::event {

/// The file or database at `path` is not the one that was written to before: it is a new one, and
/// has nothing of what went there.
struct OutputNew {
  std::string path;
};
/// What an earlier run has written to `path` is at `moved_path` now: what that lacks goes there.
struct OutputMoved {
  std::string path, moved_path;
};
/// `path` was opened again: what is written from now on is in a new file.
struct OutputReopened {
  std::string path;
};
/// Another file, which holds something, stands at `path`: what is written goes on in the old one.
struct OutputForeign {
  std::string path;
};
/// The end of a file was not as it should be, after a crash: it was put right.
struct OutputMended {
  enum class How {
    Cut,      ///< a half written last line was cut away
    Replaced  ///< zeros that a power loss had left were replaced
  };
  std::string path;
  How how;
  std::uint64_t offset;  ///< from here on
};
/// Others hold the database at `path` for long: it is waited for.
struct OutputBusy {
  std::string path;
  std::size_t sink = 0;  ///< its number
};
/// A server that counts go to is not to be reached: it is waited for.
struct OutputAway {
  std::string name, why;
  std::size_t sink = 0;  ///< its number
};
/// It is there again.
struct OutputBack {
  std::string name;
  std::size_t sink = 0;  ///< its number
};
/// Words were too long for what `name` takes in one message, and were cut; a row says so.
struct WordsTruncated {
  std::string name;
  std::uint64_t count;
  std::size_t message_bytes_max;
};
/// So many rows were sent, and will never be acknowledged.
struct RowsLost {
  std::string name;
  std::uint64_t count;
};
/// The journal in `directory` was of an earlier version, and is of this one now.
struct JournalMigrated {
  std::string directory;
};
/// A sink that the journal did not know yet: it gets the batches from here on.
struct SinkAdded {
  std::string name;
  std::uint64_t first_batch;
};
/// A sink that the run does not name any more: the journal forgets how far it had come.
struct SinkDropped {
  std::string name;
};

}  // namespace wordstream::event
