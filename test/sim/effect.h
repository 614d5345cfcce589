// What the fake disk asks a script about.
#pragma once

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>

namespace wordstream::sim {

/// Something that a process does to the disk, or has a server do.
struct Effect {
  enum class Kind {
    Open,
    Write,
    Truncate,
    Sync,
    SyncDirectory,
    MakeDirectory,
    Rename,
    Unlink,
    Lock,
    Server
  };
  std::uint64_t index;  ///< 1, 2, 3 … in the life of the disk, over all processes and crashes
  Kind kind;
  std::int64_t pid;
  std::string path;
  std::string_view description;  ///< "write /x: 512 bytes at 0"
};

/// What becomes of an effect. To die is to be killed: the process does nothing any more.
struct Fate {
  enum class Kind { Happens, DiesBefore, DiesAfter, Fails };
  Kind kind = Kind::Happens;
  int error = EIO;  ///< the errno value of one that fails
};

}  // namespace wordstream::sim
