// Bytes in and bytes out, without blocking.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/result.h"
#include "env/poller.h"

namespace wordstream {

/// What one read brought.
struct Read {
  enum class State {
    Data,    ///< `bytes` of them, at least one
    NotNow,  ///< nothing yet: wait until it is ready
    Ended,   ///< the other side has closed in order, or the file ends here
  };
  State state;
  std::size_t bytes = 0;
};

/// Something to read bytes from.
class ByteStream : public Pollable {
 public:
  /// Takes what is there, at most as much as `into` holds. Requires: `into` is not empty.
  /// Fails with Unavailable when the peer has broken the connection, with Io or NotPermitted on
  /// any other error; then the stream is of no more use.
  virtual Result<Read> read(std::span<char> into) = 0;
};

/// Something to write bytes to.
class Output : public Pollable {
 public:
  /// Writes the beginning of `bytes` and returns how much of it, 0 where it can take nothing now.
  /// May block where the kernel offers no other way, so it has a thread of its own.
  /// Fails with Closed when nobody reads any more, with Io on any other error.
  virtual Result<std::size_t> write(std::string_view bytes) = 0;
  virtual bool is_terminal() const = 0;
};

}  // namespace wordstream
