// What was read and is not answered: it is kept to be sent again. Blocks, in the order of their
// reading, and the frames that they are sent in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/block.h"
#include "send/flow.h"

namespace wordstream {

/// Lines of one flow as they stand there, one behind the other. What is behind them, and in no
/// line, goes with them.
struct SendFrame {
  std::shared_ptr<Flow> flow;
  std::uint64_t begin;        ///< in the flow
  std::string_view bytes;     ///< in the block; the last line may have no end
  std::uint64_t skipped = 0;  ///< so many more are in no line
  std::size_t block_end = 0;  ///< where its bytes end in the block
  /// In this connection: it was sent in so many parts, and the first of these were answered.
  std::size_t part_count = 0, answered_count = 0;
  bool is_done = false;  ///< answered, or nobody waits for it any more

  std::uint64_t end() const { return begin + bytes.size() + skipped; }
};

/// Takes off a line with its end; the last one as it is.
std::string_view take_line(std::string_view& bytes);

class SendWindow {
 public:
  using Blocks = std::vector<std::unique_ptr<Block>>;
  /// Whose a piece is, which begins at an offset. The flow stands there, or before it.
  using FlowOf =
      std::function<std::shared_ptr<Flow>(const Block::Piece& piece, std::uint64_t begin)>;

  /// What was read. Its flows stand behind it then.
  void add(std::unique_ptr<Block> block, const FlowOf& flow_of);

  /// Of text, that is not done.
  std::uint64_t bytes() const { return bytes_; }
  std::size_t block_count() const { return loads_.size(); }
  bool empty() const { return loads_.empty(); }
  /// The first of a flow that is not done; null where there is none.
  const SendFrame* first_of(const Flow& flow) const;
  /// The flows of those that are not done.
  std::vector<std::shared_ptr<Flow>> flows() const;

  /// The first that is to be sent in this connection; null where there is none now.
  SendFrame* next();
  /// It was.
  void note_sent() { ++next_frame_; }
  /// There is another connection: all that is not done is to be sent.
  void begin_again();
  /// What a frame has before this offset need not be sent.
  void pass_over(SendFrame& frame, std::uint64_t offset);
  /// All of it was answered, or nobody waits for that any more.
  void finish(SendFrame& frame);
  /// The same of all of a flow's. Requires: none of them was sent in this connection.
  void drop(const Flow& flow);

  /// How positions have moved, with their names, with all that was done since the last call: in
  /// whole blocks, which are given back; `with_begun`: also in one that is done in part.
  Positions take_done(bool with_begun, Blocks& spent);

 private:
  struct Load {
    std::unique_ptr<Block> block;
    std::vector<SendFrame> frames;
    /// Whose a mark is in what was done up to `from` or more of the block's bytes.
    struct Owner {
      std::string stream;  ///< as it was called then
      std::size_t from;
      std::shared_ptr<Flow> flow;
    };
    std::vector<Owner> owners;  ///< of all marks
    std::size_t done_count = 0;
  };

  void add_frames(Load& load, const Block::Piece& piece, const std::shared_ptr<Flow>& flow,
                  std::uint64_t begin, std::string_view text) const;
  static Positions moves_of(const Load& load, std::size_t block_end);

  std::deque<Load> loads_;
  std::size_t next_load_ = 0;   // of the frame that is sent next
  std::size_t next_frame_ = 0;  // in that
  std::uint64_t bytes_ = 0;
};

}  // namespace wordstream
