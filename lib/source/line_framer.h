// Cuts one connection's bytes, however they are segmented, into whole lines in shared blocks.
//
// It owns the connection's unfinished line; what is finished goes into the block. Bytes are read
// straight into the block, behind room for the unfinished line, so that whole lines are not copied
// a second time. One object per connection, used by the reader's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "model/block.h"

namespace wordstream {

/// How long a source's lines may get. What would be longer is cut there.
struct LineBudget {
  std::size_t line_bytes_max;     ///< one line, without its end
  std::size_t partial_bytes_max;  ///< all unfinished lines of the source together
  std::size_t partial_bytes = 0;  ///< of these, now
};

class LineFramer {
 public:
  /// `budget` is shared by all framers of a source and outlives them.
  explicit LineFramer(LineBudget& budget) : budget_(budget) {}
  ~LineFramer();
  LineFramer(const LineFramer&) = delete;
  LineFramer& operator=(const LineFramer&) = delete;

  /// Room in `block` to read into, at least one and at most `read_bytes_max` bytes; empty when the
  /// block must be handed on first. An empty block is made large enough.
  std::span<char> room(Block& block, std::size_t read_bytes_max);

  /// The first `size` bytes of the room have been read: their whole lines join the block.
  void accept(Block& block, std::size_t size);

  /// The stream has ended in order: the unfinished line, if any, is a line. Returns false when the
  /// block must be handed on first.
  bool finish(Block& block);

  /// Forgets the unfinished line (the stream broke). Returns how many bytes it had.
  std::size_t drop();

 private:
  void take_lines(Block& block, std::string_view lines);
  void take_line(Block& block, std::string_view line);
  void append(Block& block, std::string_view rest);
  void keep(Block& block, std::string_view rest);
  void clear_partial();

  LineBudget& budget_;
  std::string partial_;      // the unfinished line, at most budget_.line_bytes_max bytes
  bool swallow_lf_ = false;  // the last byte was a CR: a LF now belongs to it
  bool skipping_ = false;    // the unfinished line was too long: wait for its end
};

}  // namespace wordstream
