#include "source/line_framer.h"

#include <algorithm>
#include <cstring>

#include "words/splitter.h"

namespace wordstream {
namespace {

/// Less room than this is not worth a read: the block is handed on instead.
constexpr std::size_t kReadBytesMin = 4096;
/// An unfinished line's memory above this is given back when the line is done.
constexpr std::size_t kPartialBytesKept = 64 * 1024;

}  // namespace

LineFramer::~LineFramer() { clear_partial(); }

std::span<char> LineFramer::room(Block& block, std::size_t read_bytes_max) {
  // Behind the unfinished line; one byte stays free for the end of a line that is cut.
  const std::size_t taken = partial_.size() + 1;
  const std::size_t wanted = std::min(read_bytes_max, kReadBytesMin);
  if (block.empty()) block.reserve(taken + wanted);
  const std::span<char> room = block.room();
  if (room.size() < taken + wanted) return {};
  return room.subspan(partial_.size(), std::min(read_bytes_max, room.size() - taken));
}

void LineFramer::accept(Block& block, std::size_t size) {
  std::string_view read(block.room().data() + partial_.size(), size);
  if (swallow_lf_ && read.front() == '\n') read.remove_prefix(1);
  swallow_lf_ = !read.empty() ? read.back() == '\r' : false;

  const std::size_t whole = end_of_last_line(read);
  if (!skipping_ && partial_.size() + whole <= budget_.line_bytes_max) {
    take_lines(block, read.substr(0, whole));
  } else {
    for_each_line(read.substr(0, whole), [&](std::string_view line) { take_line(block, line); });
  }
  keep(block, read.substr(whole));
}

void LineFramer::take_lines(Block& block, std::string_view lines) {
  if (lines.empty()) return;
  char* const to = block.room().data();
  std::memcpy(to, partial_.data(), partial_.size());
  // Where nothing was left out in between, the lines stand there already.
  std::memmove(to + partial_.size(), lines.data(), lines.size());
  const std::size_t size = partial_.size() + lines.size();
  // A CR at the very end must not meet a LF that comes next from somebody else; the CRs before it
  // must not meet the LF that it becomes.
  for (std::size_t end = size; end != 0 && to[end - 1] == '\r'; --end) to[end - 1] = '\n';
  block.extend(size);
  clear_partial();
}

void LineFramer::take_line(Block& block, std::string_view line) {
  if (skipping_) {
    skipping_ = false;
    return;
  }
  const std::size_t allowed = budget_.line_bytes_max - partial_.size();
  if (line.size() > allowed) ++block.cut_line_count;
  append(block, line.substr(0, allowed));
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

void LineFramer::keep(Block& block, std::string_view rest) {
  if (skipping_ || rest.empty()) return;
  const bool is_too_long = partial_.size() + rest.size() > budget_.line_bytes_max;
  if (is_too_long || budget_.partial_bytes + rest.size() > budget_.partial_bytes_max) {
    ++block.cut_line_count;
    append(block, rest.substr(0, budget_.line_bytes_max - partial_.size()));
    skipping_ = true;
    return;
  }
  budget_.partial_bytes += rest.size();
  partial_.append(rest);
}

bool LineFramer::finish(Block& block) {
  // What comes next is another stream: its beginning belongs to no line of this one.
  swallow_lf_ = false;
  skipping_ = false;
  if (partial_.empty()) return true;
  if (block.empty()) block.reserve(partial_.size() + 1);
  if (block.room().size() < partial_.size() + 1) return false;
  append(block, "");
  return true;
}

std::size_t LineFramer::drop() {
  const std::size_t size = partial_.size();
  clear_partial();
  swallow_lf_ = false;
  skipping_ = false;
  return size;
}

void LineFramer::clear_partial() {
  budget_.partial_bytes -= partial_.size();
  partial_.clear();
  if (partial_.capacity() > kPartialBytesKept) partial_.shrink_to_fit();
}

}  // namespace wordstream
