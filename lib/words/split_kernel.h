// The vector code of the splitter (words/splitter.h): one compiled copy for each kind of processor
// that is worth one, chosen at run time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace wordstream {

/// How far a text of whole lines has been split, and what was counted on the way.
struct SplitProgress {
  std::string_view lines;
  std::size_t offset = 0;           ///< of what comes next; a multiple of 64 until the end
  std::uint64_t line_count = 0;     ///< line ends so far, CRLF being one
  std::uint64_t gap_count = 0;      ///< single spaces
  std::uint64_t dropped_count = 0;  ///< empty words at the end of a line that has spaces
  // The last byte seen: 1 or 0 each.
  std::uint64_t is_in_word = 0;
  std::uint64_t is_behind_cr = 0;
  std::uint64_t is_behind_gap = 0;
};

/// The bytes of a text that are not in words.
enum class Gaps {
  Spaces,  ///< space, and line ends; counts what empty words are made of
  Blanks,  ///< space, tab, VT, FF, and line ends
};

/// Splits the next `size` bytes, or to the end of the text if that is nearer: the offset of every
/// place where a word begins or ends goes to `edges`, in turn. Returns the place behind the last of
/// them. Requires: `size` is a multiple of 64; there is room for `size` edges and kEdgeSlack more;
/// kTextPadding bytes behind the text are readable.
using SplitKernel = std::uint32_t* (*)(SplitProgress&, std::size_t size, std::uint32_t* edges);

/// So many places behind the last edge may be written to.
inline constexpr std::size_t kEdgeSlack = 64;

/// The kernels of one kind of processor.
struct SplitTarget {
  const char* name;
  SplitKernel spaces;
  SplitKernel blanks;
};

/// All that this machine can run, the fastest first.
std::span<const SplitTarget> split_targets();

}  // namespace wordstream
