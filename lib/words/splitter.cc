#include "words/splitter.h"

#include <limits>

#include "base/check.h"

namespace wordstream {

// The edges are not initialised on purpose: only those that were written are read.
Splitter::Splitter(std::string_view lines, SplitMode mode, const SplitTarget& target)
    : mode_(mode), kernel_(mode == SplitMode::Whitespace ? target.blanks : target.spaces) {
  WS_CHECK(lines.size() <= std::numeric_limits<std::uint32_t>::max(), "splitting lines");
  WS_CHECK(lines.empty() || end_of_last_line(lines) == lines.size(), "splitting whole lines");
  progress_.lines = lines;
}

bool Splitter::next() {
  std::uint32_t* to = edges_.data();
  // A word that began in the part before ends in this one, or later.
  if (progress_.is_in_word != 0) *to++ = edges_[edge_count_];
  if (progress_.offset == progress_.lines.size()) return edge_count_ = 0, false;
  to = kernel_(progress_, kPartBytes, to);
  edge_count_ = static_cast<std::size_t>(to - edges_.data()) - progress_.is_in_word;
  word_count_ += edge_count_ / 2;
  return true;
}

std::uint64_t Splitter::empty_count() const {
  switch (mode_) {
    case SplitMode::Space:
      return progress_.gap_count + progress_.line_count - word_count_ - progress_.dropped_count;
    case SplitMode::Python:
      return progress_.gap_count + progress_.line_count - word_count_;
    case SplitMode::Whitespace:
      break;
  }
  return 0;
}

}  // namespace wordstream
