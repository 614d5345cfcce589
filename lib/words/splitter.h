// Bytes to words: where lines end, and where the words in them begin and end.
//
// Lines end at LF, CR or CRLF. The three ways to split are those of the programs that people know:
// Scala's and Python's split(" "), and awk's fields. Sources: the documentation of
// java.lang.String.split, of Python's str.split, and of POSIX awk.
//
// A splitter goes over whole lines at once, not line by line: bits for 64 bytes at a time say where
// words are (words/split_kernel.h). Words that are not empty come as pairs of edges. Empty ones are
// all alike, so that counting them is enough: there is one for each space and for each line, less
// one for each word, less those that are dropped. Pure, any thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "words/split_kernel.h"

namespace wordstream {

enum class SplitMode {
  Space,       ///< at every single space; empty words but the trailing ones are words
  Python,      ///< at every single space; every empty word is a word
  Whitespace,  ///< at runs of space, tab, VT and FF; no empty words
};

/// The place behind the last `byte` in `bytes`; 0 when there is none. (The library's own rfind goes
/// byte by byte: on lines of 1 MB it took a third of all time.)
inline std::size_t behind_last(char byte, std::string_view bytes) {
  if (bytes.empty()) return 0;
  const void* const last = ::memrchr(bytes.data(), byte, bytes.size());
  return last == nullptr
             ? 0
             : static_cast<std::size_t>(static_cast<const char*>(last) - bytes.data()) + 1;
}

/// The place behind the last line end in `bytes`; 0 when there is none.
inline std::size_t end_of_last_line(std::string_view bytes) {
  const std::size_t behind_lf = behind_last('\n', bytes);
  return behind_lf + behind_last('\r', bytes.substr(behind_lf));
}

/// The length of the first line in `bytes` without its end; npos when it does not end there.
inline std::size_t line_length(std::string_view bytes) {
  const std::size_t lf = bytes.find('\n');
  const std::size_t cr = bytes.substr(0, lf).find('\r');
  return std::min(lf, cr);
}

/// The length of a line's end at the beginning of `bytes`: 2 for CRLF, else 1.
inline std::size_t line_end_length(std::string_view bytes) {
  return bytes.substr(0, 2) == "\r\n" ? 2 : 1;
}

class Splitter {
 public:
  /// Requires: `lines` is empty or ends in a line end, is less than 4 GiB long, and the
  /// kTextPadding bytes behind it are readable.
  Splitter(std::string_view lines, SplitMode mode, const SplitTarget& target = split_targets()[0]);
  Splitter(const Splitter&) = delete;
  Splitter& operator=(const Splitter&) = delete;

  /// Finds the next few hundred words, or none where there is nothing but a part of a very long
  /// one. Returns false at the end of the text.
  bool next();

  /// Where the words found last begin and end in the text, in turn. None is empty.
  std::span<const std::uint32_t> edges() const { return {edges_.data(), edge_count_}; }

  /// How many lines, and how many empty words, there are. Requires: next() has returned false.
  std::uint64_t line_count() const { return progress_.line_count; }
  std::uint64_t empty_count() const;

 private:
  /// Small enough for the edges to stay in the first-level cache until they are read.
  static constexpr std::size_t kPartBytes = 4096;

  SplitMode mode_;
  SplitKernel kernel_;
  SplitProgress progress_;
  std::uint64_t word_count_ = 0;
  std::size_t edge_count_ = 0;  // of whole words; one more where a word is begun
  std::array<std::uint32_t, 1 + kPartBytes + kEdgeSlack> edges_;
};

}  // namespace wordstream
