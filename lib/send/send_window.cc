#include "send/send_window.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/check.h"

namespace wordstream {
namespace {

/// A frame has no more text, unless a line has.
constexpr std::size_t kFrameTextBytes = 63 * 1024;

/// Lines of at most so many bytes together; of a longer one that alone.
std::string_view take_lines(std::string_view& text) {
  std::size_t size = text.size();
  if (size > kFrameTextBytes) {
    const std::size_t end = text.find_last_of("\r\n", kFrameTextBytes - 1);
    std::string_view rest = text;
    size = end == std::string_view::npos ? take_line(rest).size() : end + 1;
    // A CRLF is one end.
    if (size < text.size() && text[size - 1] == '\r' && text[size] == '\n') ++size;
  }
  const std::string_view lines = text.substr(0, size);
  text.remove_prefix(size);
  return lines;
}

}  // namespace

std::string_view take_line(std::string_view& bytes) {
  const std::size_t end = bytes.find_first_of("\r\n");
  std::size_t size = end == std::string_view::npos ? bytes.size() : end + 1;
  if (size < bytes.size() && bytes[size - 1] == '\r' && bytes[size] == '\n') ++size;
  const std::string_view line = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return line;
}

void SendWindow::add(std::unique_ptr<Block> block, const FlowOf& flow_of) {
  Load load{std::move(block), {}, {}};
  for (const Block::Piece& piece : load.block->pieces()) {
    if (piece.is_over) continue;
    // What is no part of the stream is the end of a line that it does not have, or not here.
    const std::size_t size = piece.bytes.size();
    const std::string_view text = piece.bytes.substr(0, size - (piece.is_verbatim ? 0 : 1));
    const std::uint64_t begin =
        piece.position != nullptr ? piece.position->offset - text.size() - piece.left_out : 0;
    std::shared_ptr<Flow> flow = flow_of(piece, begin);
    const auto at = static_cast<std::size_t>(piece.bytes.data() - load.block->lines().data());
    if (flow->stream) load.owners.push_back({flow->stream->name, at + (size == 0 ? 0 : 1), flow});
    const bool is_move = text.empty() && piece.left_out == 0;
    if (!is_move) add_frames(load, piece, flow, piece.position ? begin : flow->next, text);
  }
  for (const SendFrame& frame : load.frames) bytes_ += frame.bytes.size();
  loads_.push_back(std::move(load));
}

void SendWindow::add_frames(Load& load, const Block::Piece& piece,
                            const std::shared_ptr<Flow>& flow, std::uint64_t begin,
                            std::string_view text) const {
  const std::size_t block_begin =
      static_cast<std::size_t>(piece.bytes.data() - load.block->lines().data());
  if (begin > flow->next) {
    load.frames.push_back({.flow = flow,
                           .begin = flow->next,
                           .bytes = text.substr(0, 0),
                           .skipped = begin - flow->next,
                           .block_end = block_begin});
  }
  std::uint64_t at = begin;
  std::string_view rest = text;
  do {
    const std::string_view lines = piece.is_verbatim ? take_lines(rest) : std::exchange(rest, {});
    SendFrame frame{.flow = flow, .begin = at, .bytes = lines};
    frame.block_end =
        block_begin + static_cast<std::size_t>(lines.data() + lines.size() - text.data());
    if (rest.empty()) {
      frame.skipped = piece.left_out;
      frame.block_end = block_begin + piece.bytes.size();
    }
    at = frame.end();
    load.frames.push_back(std::move(frame));
  } while (!rest.empty());
  flow->next = at;
}

const SendFrame* SendWindow::first_of(const Flow& flow) const {
  for (const Load& load : loads_) {
    for (const SendFrame& frame : load.frames) {
      if (!frame.is_done && frame.flow.get() == &flow) return &frame;
    }
  }
  return nullptr;
}

std::vector<std::shared_ptr<Flow>> SendWindow::flows() const {
  std::vector<std::shared_ptr<Flow>> flows;
  for (const Load& load : loads_) {
    for (const SendFrame& frame : load.frames) {
      const bool is_known = std::ranges::find(flows, frame.flow) != flows.end();
      if (!frame.is_done && !is_known) flows.push_back(frame.flow);
    }
  }
  return flows;
}

SendFrame* SendWindow::next() {
  for (; next_load_ < loads_.size(); ++next_load_, next_frame_ = 0) {
    Load& load = loads_[next_load_];
    for (; next_frame_ < load.frames.size(); ++next_frame_) {
      SendFrame& frame = load.frames[next_frame_];
      if (!frame.is_done) return &frame;
    }
    // More may come behind the last one.
    if (next_load_ + 1 == loads_.size()) return nullptr;
  }
  return nullptr;
}

void SendWindow::begin_again() {
  next_load_ = next_frame_ = 0;
  for (Load& load : loads_) {
    for (SendFrame& frame : load.frames) {
      // Of lines that were sent one by one the first may have been answered.
      std::string_view rest = frame.bytes;
      for (; !frame.is_done && frame.answered_count != 0; --frame.answered_count) take_line(rest);
      if (!frame.is_done) pass_over(frame, frame.begin + frame.bytes.size() - rest.size());
      frame.part_count = frame.answered_count = 0;
    }
  }
}

void SendWindow::pass_over(SendFrame& frame, std::uint64_t offset) {
  if (offset >= frame.end()) return finish(frame);
  if (offset <= frame.begin || offset - frame.begin > frame.bytes.size()) return;
  const std::size_t size = offset - frame.begin;
  frame.bytes.remove_prefix(size);
  frame.begin = offset;
  bytes_ -= size;
}

void SendWindow::finish(SendFrame& frame) {
  if (std::exchange(frame.is_done, true)) return;
  bytes_ -= frame.bytes.size();
  const auto load = std::ranges::find_if(loads_, [&](const Load& it) {
    return !it.frames.empty() && &frame >= &it.frames.front() && &frame <= &it.frames.back();
  });
  WS_CHECK(load != loads_.end(), "answering what is waited for");
  ++load->done_count;
}

void SendWindow::drop(const Flow& flow) {
  for (Load& load : loads_) {
    for (SendFrame& frame : load.frames) {
      if (frame.flow.get() != &flow || frame.is_done) continue;
      WS_CHECK(frame.part_count == 0, "dropping what was not sent");
      finish(frame);
    }
  }
}

Positions SendWindow::take_done(bool with_begun, Blocks& spent) {
  Positions moves;
  while (!loads_.empty() && loads_.front().done_count == loads_.front().frames.size()) {
    const Load& load = loads_.front();
    moves.merge(moves_of(load, load.block->lines().size()));
    spent.push_back(std::move(loads_.front().block));
    loads_.pop_front();
    if (next_load_ == 0) {
      next_frame_ = 0;
    } else {
      --next_load_;
    }
  }
  if (!with_begun || loads_.empty()) return moves;
  const Load& load = loads_.front();
  const auto first = std::ranges::find(load.frames, false, &SendFrame::is_done);
  std::string_view rest = first->bytes;
  for (std::size_t i = 0; i < first->answered_count; ++i) take_line(rest);
  const auto end = static_cast<std::size_t>(rest.data() - load.block->lines().data());
  if (end != 0) moves.merge(moves_of(load, end));
  return moves;
}

/// With the names that the flows have.
Positions SendWindow::moves_of(const Load& load, std::size_t block_end) {
  Positions moves, named;
  load.block->add_moves(0, block_end, moves);
  for (const auto& move : moves.by_name()) {
    const std::string& name = move.first;
    const std::optional<Position>& position = move.second;
    if (!position) {
      named.set_over(Stream{name, ""});
      continue;
    }
    const auto owner = std::find_if(
        load.owners.rbegin(), load.owners.rend(),
        [&](const Load::Owner& it) { return it.stream == name && it.from <= block_end; });
    WS_CHECK(owner != load.owners.rend(), "naming what was read");
    Flow& flow = *owner->flow;
    named.set(with_name(*position, flow.name));
    // One that was not written down is not yet either.
    if (flow.noted != Flow::Noted::Alone) continue;
    flow.noted = Flow::Noted::WithPosition;
    named.set_over(*name_alone(flow.name).stream);
  }
  return named;
}

}  // namespace wordstream
