// Cuts one connection's bytes, however they are segmented, into whole lines in shared blocks.
//
// It owns the connection's unfinished line; what is finished goes into the block. Bytes are read
// straight into the block, behind room for the unfinished line, so that whole lines are not copied
// a second time. Told where it stands in a stream, it marks the lines with their positions. One
// object per connection, used by the reader's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "model/block.h"
#include "model/positions.h"

namespace wordstream {

/// How long a source's lines may get. What would be longer is cut there.
struct LineBudget {
  std::size_t line_bytes_max;     ///< one line, without its end
  std::size_t partial_bytes_max;  ///< all unfinished lines of the source together
  std::size_t partial_bytes = 0;  ///< of these, now
  /// Whoever gets the lines sends them on: each end of a line stays as it is, and is in a line.
  bool is_verbatim = false;
};

class LineFramer {
 public:
  /// So much is asked for in one read where nothing speaks against it.
  static constexpr std::size_t kReadBytesMax = 1024 * 1024;

  /// `budget` is shared by all framers of a source and outlives them.
  explicit LineFramer(LineBudget& budget) : budget_(budget) {}
  ~LineFramer();
  LineFramer(const LineFramer&) = delete;
  LineFramer& operator=(const LineFramer&) = delete;

  /// What is read next stands at `position`, and lines have positions from now on, to the end of
  /// the stream. Their proofs are made by `prover`, which stands there and outlives that; without
  /// one they have none. Requires: nothing is unfinished.
  void start_at(const Position& position, Prover* prover = nullptr);

  /// The stream has another title.
  void set_stream(std::shared_ptr<const Stream> stream) { stream_ = std::move(stream); }

  /// Whether more than its end has come to the line inside of which start_at() was, so that the
  /// rest of it counts as a line of its own. True once.
  bool take_line_grown() { return std::exchange(has_line_grown_, false); }

  /// Room in `block` to read into, at least one and at most `read_bytes_max` bytes; empty when the
  /// block must be handed on first. An empty block is made large enough.
  std::span<char> room(Block& block, std::size_t read_bytes_max);

  /// The first `size` bytes of the room have been read: their whole lines join the block. The first
  /// `mark_length` of them, with which the stream begins, are in no line.
  void accept(Block& block, std::size_t size, std::size_t mark_length = 0);

  /// The stream has ended in order: the unfinished line, if any, is a line. Returns false when the
  /// block must be handed on first.
  bool finish(Block& block);

  /// Forgets the unfinished line (the stream broke). Returns how many bytes it had.
  std::size_t drop();

  /// Behind the last line, at the beginning of an unfinished one. Requires: lines have positions.
  Position position() const;
  /// How many bytes the unfinished line has.
  std::size_t unfinished_size() const { return partial_.size(); }

 private:
  using Place = Position::Place;

  bool pass_over_old_line(Place before, std::string_view& read);
  void take_lines(Block& block, std::string_view lines, std::size_t bytes_behind);
  void take_and_cut_lines(Block& block, std::string_view lines, std::size_t bytes_behind);
  void cut_line(Block& block, std::string_view line, std::string_view line_end,
                std::size_t bytes_behind);
  void leave_out_end();
  void append(Block& block, std::string_view rest);
  void hold_back(Block& block, std::string_view rest);
  Position position_before(std::size_t bytes) const;
  void prove(std::string_view bytes);
  void mark(Block& block, std::size_t bytes_behind, Block::Verbatim verbatim = {});
  void clear_partial();
  void leave_stream();

  LineBudget& budget_;
  std::string partial_;  // the unfinished line, at most budget_.line_bytes_max bytes

  std::shared_ptr<const Stream> stream_;  // null where lines have no positions
  std::uint64_t offset_ = 0;              // in it, of what is read next
  Place place_ = Place::BehindLine;       // there, where no line is unfinished
  Prover* prover_ = nullptr;              // stands behind the last line; null where there is none
  bool has_line_grown_ = false;
};

}  // namespace wordstream
