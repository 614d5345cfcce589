// What a source knows of its streams beside their places, for who sends their lines on.
#pragma once

#include <cstdint>
#include <string>

namespace wordstream {

/// What a stream is of: a file by its path as it was named, and what tells it from others there.
struct Origin {
  std::string path;
  std::string id;  ///< "INODE:BIRTH"
  /// Nothing before this offset is known: it was not read, or did not stand there any more.
  std::uint64_t began = 0;
};

/// How much of what it has a source has read, in bytes.
struct Extent {
  std::uint64_t read = 0;
  std::uint64_t seen = 0;
  bool is_length_known = true;  ///< of what is compressed it is not: there seen is what was read
};

/// What was read of a stream stands elsewhere, and is read on there.
struct StreamRenamed {
  std::string from, to;
};

}  // namespace wordstream
