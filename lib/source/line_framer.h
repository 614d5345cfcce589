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

/// The bytes of all unfinished lines of a source may be this many together.
struct PartialBudget {
  std::size_t bytes_max;
  std::size_t bytes = 0;
};

class LineFramer {
 public:
  /// Lines longer than `line_bytes_max` (without their end) are cut there. `budget` is shared by
  /// all framers of a source and outlives them: a line that would exceed it is cut there, too.
  LineFramer(std::size_t line_bytes_max, PartialBudget& budget);
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

  std::size_t line_bytes_max_;
  PartialBudget& budget_;
  std::string partial_;      // the unfinished line, at most line_bytes_max_ bytes
  bool swallow_lf_ = false;  // the last byte was a CR: a LF now belongs to it
  bool skipping_ = false;    // the unfinished line was too long: wait for its end
};

}  // namespace wordstream
