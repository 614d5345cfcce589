// What the first bytes of a file or a stream show: a byte order mark, which is no part of the text,
// and whether they are text at all.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wordstream {

/// What it looks like. All but Utf8 is told by whole magic numbers, or by two dozen bytes.
enum class TextKind { Utf8, Utf16, Utf16Le, Utf16Be, Gzip, Zstd, Xz, Bzip2, Zip, Lz4 };

struct TextStart {
  /// The length of UTF-8's mark, which begins no word; 0 where there is none.
  std::size_t mark_length = 0;
  /// There are too few bytes to tell whether they are a mark.
  bool is_mark_begun = false;
  /// Utf8 where nothing speaks against it.
  TextKind kind = TextKind::Utf8;
};

/// So many bytes, or all where there are fewer, show all that can be shown.
inline constexpr std::size_t kTextStartBytes = 256;

/// What begins with these bytes. Of more only the first kTextStartBytes are looked at; fewer may
/// show less.
TextStart text_start_of(std::string_view first_bytes);

/// "UTF-16", "xz": as people know it. Requires: it is not Utf8.
std::string_view name_of(TextKind kind);

/// The command line that counts the text in it: "xzcat PATH | wordstream -"; of what comes through
/// a pipe, which has no path, "... | xzcat | wordstream". Requires: it is not Utf8.
std::string command_for(TextKind kind, std::string_view path);

}  // namespace wordstream
