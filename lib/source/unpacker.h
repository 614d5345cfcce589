// Unpacks the members of a file (source/packing.h), as their bytes come in.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "source/packing.h"

namespace wordstream {

/// An unpacker takes no more than this for what was unpacked last, which zstd calls the window.
inline constexpr std::size_t kWindowBytesMax = std::size_t{128} << 20;

class Unpacker {
 public:
  enum class State {
    Within,       ///< of a member; where nothing was taken and given, more bytes have to come
    Over,         ///< the member is whole
    Damaged,      ///< for `reason`; all that stands before is given, some of it by this step
    LargeWindow,  ///< it needs more than kWindowBytesMax
    NoMemory,
  };
  struct Step {
    State state;
    std::size_t taken = 0;  ///< of the packed bytes
    std::size_t given = 0;  ///< of the text
    const char* reason = "";
  };

  virtual ~Unpacker() = default;
  /// The next step is at a member's first byte, whatever came before.
  virtual void begin() = 0;
  /// Unpacks some of `packed`, which may be empty, into some of `into`. Requires: `into` is not
  /// empty; the last step left it within a member, or it was begun since.
  virtual Step step(std::string_view packed, std::span<char> into) = 0;
};

/// Requires: `packing` is not None.
std::unique_ptr<Unpacker> make_unpacker(Packing packing);

}  // namespace wordstream
