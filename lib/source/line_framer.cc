#include "source/line_framer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "words/splitter.h"

namespace wordstream {
namespace {

/// Less room than this is not worth a read: the block is handed on instead.
constexpr std::size_t kReadBytesMin = 4096;
/// An unfinished line's memory above this is given back when the line is done.
constexpr std::size_t kPartialBytesKept = 64 * 1024;

}  // namespace

LineFramer::~LineFramer() { clear_partial(); }

void LineFramer::start_at(const Position& position, Prover* prover) {
  WS_CHECK(partial_.empty(), "starting between two lines");
  stream_ = position.stream;
  offset_ = position.offset;
  place_ = position.place;
  prover_ = prover;
  has_line_grown_ = false;
}

std::span<char> LineFramer::room(Block& block, std::size_t read_bytes_max) {
  if (stream_) {
    if (block.mark_count() >= Block::kMarkCountMax) return {};
    // One read does not add many more.
    read_bytes_max = std::min(read_bytes_max, Block::kMarkCountMax * (budget_.line_bytes_max + 2));
  }
  // Behind the unfinished line; one byte stays free for the end of a line that is cut.
  const std::size_t taken = partial_.size() + 1;
  const std::size_t wanted = std::min(read_bytes_max, kReadBytesMin);
  if (block.empty()) block.reserve(taken + wanted);
  const std::span<char> room = block.room();
  if (room.size() < taken + wanted) return {};
  return room.subspan(partial_.size(), std::min(read_bytes_max, room.size() - taken));
}

void LineFramer::accept(Block& block, std::size_t size, std::size_t mark_length) {
  if (mark_length != 0) {
    WS_CHECK(partial_.empty(), "a mark before the first line");
    const std::span<char> all = block.room().first(size);
    offset_ += mark_length;
    prove({all.data(), mark_length});
    std::ranges::copy(all.subspan(mark_length), all.begin());
    size -= mark_length;
    if (size == 0) return;
  }
  std::string_view read(block.room().data() + partial_.size(), size);
  offset_ += size;
  const Place place_at_end = read.back() == '\r' ? Place::BehindCr : Place::BehindLine;
  if (!pass_over_old_line(std::exchange(place_, place_at_end), read)) return;

  const std::size_t whole = end_of_last_line(read);
  const std::size_t bytes_behind = read.size() - whole;
  if (partial_.size() + whole <= budget_.line_bytes_max) {
    take_lines(block, read.substr(0, whole), bytes_behind);
  } else {
    take_and_cut_lines(block, read.substr(0, whole), bytes_behind);
  }
  hold_back(block, read.substr(whole));
}

/// What belongs to a line that is done with, `before` which the framer stood, is taken from the
/// front of `read`. Returns false when all of it did, and more may.
bool LineFramer::pass_over_old_line(Place before, std::string_view& read) {
  std::size_t passed = 0;
  bool is_over = true;
  switch (before) {
    case Place::BehindLine:
    case Place::AtRecord:  // of no stream of bytes
      break;
    case Place::BehindCr:
      passed = !budget_.is_verbatim && read.front() == '\n' ? 1 : 0;
      break;
    case Place::BehindCutCr:
      passed = read.front() == '\n' ? 1 : 0;
      break;
    case Place::InsideLine:
      if (budget_.is_verbatim) break;
      passed = line_length(read) == 0 ? line_end_length(read) : 0;
      has_line_grown_ = passed == 0;
      break;
    case Place::InsideCutLine: {
      const std::size_t length = line_length(read);
      is_over = length != std::string_view::npos;
      passed = is_over ? length + line_end_length(read.substr(length)) : read.size();
      if (!is_over) place_ = Place::InsideCutLine;
      if (is_over && passed == read.size()) leave_out_end();
      break;
    }
  }
  prove(read.substr(0, passed));
  read.remove_prefix(passed);
  return is_over;
}

void LineFramer::take_lines(Block& block, std::string_view lines, std::size_t bytes_behind) {
  if (lines.empty()) return;
  Block::Verbatim verbatim;
  // Of one line alone no place but its end is ever asked for.
  const std::size_t first = line_length(lines);
  const bool is_one = first + line_end_length(lines.substr(first)) == lines.size();
  if (prover_ != nullptr && !is_one) verbatim.prover = prover_->copy();
  prove(partial_);
  prove(lines);
  char* const to = block.room().data();
  std::memcpy(to, partial_.data(), partial_.size());
  // Where nothing was left out in between, the lines stand there already.
  std::memmove(to + partial_.size(), lines.data(), lines.size());
  const std::size_t size = partial_.size() + lines.size();
  // A CR at the very end must not meet a LF that comes next from somebody else; the CRs before it
  // must not meet the LF that it becomes.
  for (std::size_t end = size; !budget_.is_verbatim && end != 0 && to[end - 1] == '\r'; --end) {
    to[end - 1] = '\n';
    ++verbatim.cr_count;
  }
  block.extend(size);
  verbatim.size = size;
  mark(block, bytes_behind, std::move(verbatim));
  clear_partial();
}

/// Takes what lies between lines that are too long together, and cuts these one by one.
void LineFramer::take_and_cut_lines(Block& block, std::string_view lines,
                                    std::size_t bytes_behind) {
  std::size_t short_bytes = 0;  // of the lines at the front that need not be cut
  while (short_bytes < lines.size()) {
    const std::string_view rest = lines.substr(short_bytes);
    const std::size_t length = line_length(rest);
    const std::size_t end = short_bytes + length + line_end_length(rest.substr(length));
    const std::size_t begun_length = short_bytes == 0 ? partial_.size() : 0;
    if (begun_length + length <= budget_.line_bytes_max) {
      short_bytes = end;
      continue;
    }
    take_lines(block, lines.substr(0, short_bytes), bytes_behind + lines.size() - short_bytes);
    cut_line(block, rest.substr(0, length), rest.substr(length, end - short_bytes - length),
             bytes_behind + lines.size() - end);
    lines.remove_prefix(end);
    short_bytes = 0;
  }
  take_lines(block, lines, bytes_behind);
}

void LineFramer::cut_line(Block& block, std::string_view line, std::string_view line_end,
                          std::size_t bytes_behind) {
  prove(partial_);
  prove(line);
  prove(line_end);
  const std::string_view kept = line.substr(0, budget_.line_bytes_max - partial_.size());
  append(block, kept);
  block.note_cut();
  if (bytes_behind == 0) leave_out_end();
  mark(block, bytes_behind, {.left_out = line.size() + line_end.size() - kept.size()});
}

/// The end with which all that was read ends is of a line that was cut. Elsewhere a LF that comes
/// next is left out by itself.
void LineFramer::leave_out_end() {
  if (budget_.is_verbatim && place_ == Place::BehindCr) place_ = Place::BehindCutCr;
}

void LineFramer::append(Block& block, std::string_view rest) {
  // What is written never reaches what is still to be read: a line in the block is no longer than
  // the bytes it came from.
  char* const to = block.room().data();
  std::memcpy(to, partial_.data(), partial_.size());
  std::memmove(to + partial_.size(), rest.data(), rest.size());
  to[partial_.size() + rest.size()] = '\n';
  block.extend(partial_.size() + rest.size() + 1);
  clear_partial();
}

void LineFramer::hold_back(Block& block, std::string_view rest) {
  if (rest.empty()) return;
  const bool is_too_long = partial_.size() + rest.size() > budget_.line_bytes_max;
  if (is_too_long || budget_.partial_bytes + rest.size() > budget_.partial_bytes_max) {
    place_ = Place::InsideCutLine;
    cut_line(block, rest, "", 0);
    return;
  }
  budget_.partial_bytes += rest.size();
  partial_.append(rest);
}

void LineFramer::prove(std::string_view bytes) {
  if (prover_ != nullptr) prover_->add(bytes);
}

/// The lines of `block` end before the last `bytes_behind` bytes that were read.
void LineFramer::mark(Block& block, std::size_t bytes_behind, Block::Verbatim verbatim) {
  if (!stream_) return;
  block.mark_end(position_before(bytes_behind), std::move(verbatim));
}

Position LineFramer::position() const {
  WS_CHECK(stream_ != nullptr, "asking where a stream stands that has a name");
  return position_before(partial_.size());
}

Position LineFramer::position_before(std::size_t bytes) const {
  const Place place = bytes == 0 ? place_ : Place::BehindLine;
  return {stream_, offset_ - bytes, place, prover_ != nullptr ? prover_->proof() : ""};
}

bool LineFramer::finish(Block& block) {
  if (!partial_.empty()) {
    if (block.empty()) block.reserve(partial_.size() + 1);
    if (block.room().size() < partial_.size() + 1) return false;
    prove(partial_);
    append(block, "");
    place_ = Place::InsideLine;
    mark(block, 0);
  }
  leave_stream();
  return true;
}

std::size_t LineFramer::drop() {
  const std::size_t size = partial_.size();
  clear_partial();
  leave_stream();
  return size;
}

/// What comes next is another stream: its beginning belongs to no line of this one.
void LineFramer::leave_stream() {
  stream_.reset();
  prover_ = nullptr;
  place_ = Place::BehindLine;
}

void LineFramer::clear_partial() {
  budget_.partial_bytes -= partial_.size();
  partial_.clear();
  if (partial_.capacity() > kPartialBytesKept) partial_.shrink_to_fit();
}

}  // namespace wordstream
