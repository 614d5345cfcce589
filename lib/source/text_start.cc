#include "source/text_start.h"

#include <fmt/format.h>

#include <algorithm>

namespace wordstream {
namespace {

constexpr std::string_view kMark = "\xef\xbb\xbf";

struct Magic {
  std::string_view bytes;
  TextKind kind;
};
constexpr Magic kMagics[] = {
    {"\xff\xfe", TextKind::Utf16},        {"\xfe\xff", TextKind::Utf16},
    {"\x1f\x8b\x08", TextKind::Gzip},     {"\x28\xb5\x2f\xfd", TextKind::Zstd},
    {{"\xfd\x37zXZ\0", 6}, TextKind::Xz}, {"PK\x03\x04", TextKind::Zip},
    {"\x04\x22\x4d\x18", TextKind::Lz4},
};

/// "BZh", a digit from 1 to 9, and the digits of pi: the first three alone may begin a word.
bool begins_as_bzip2(std::string_view bytes) {
  constexpr std::string_view kBlock = "\x31\x41\x59\x26\x53\x59";
  constexpr std::size_t kLevel = 3;
  return bytes.starts_with("BZh") && bytes.size() > kLevel && bytes[kLevel] >= '1' &&
         bytes[kLevel] <= '9' && bytes.substr(kLevel + 1).starts_with(kBlock);
}

/// Most text in UTF-16 is of characters whose high byte is zero and whose low byte is not.
TextKind kind_of_pairs(std::string_view bytes) {
  constexpr std::size_t kPairsMin = 10;
  const std::size_t pairs = bytes.size() / 2;
  if (pairs < kPairsMin) return TextKind::Utf8;
  std::size_t zeros[2] = {};
  for (std::size_t i = 0; i < 2 * pairs; ++i) {
    if (bytes[i] == '\0') ++zeros[i % 2];
  }
  const auto are_most = [&](std::size_t count) { return count * 10 >= pairs * 9; };
  if (are_most(zeros[1]) && are_most(pairs - zeros[0])) return TextKind::Utf16Le;
  if (are_most(zeros[0]) && are_most(pairs - zeros[1])) return TextKind::Utf16Be;
  return TextKind::Utf8;
}

TextKind kind_of(std::string_view bytes) {
  const auto magic = std::ranges::find_if(
      kMagics, [&](const Magic& candidate) { return bytes.starts_with(candidate.bytes); });
  if (magic != std::end(kMagics)) return magic->kind;
  return begins_as_bzip2(bytes) ? TextKind::Bzip2 : kind_of_pairs(bytes);
}

/// What makes text of it: reads standard input, or the path that is named behind it.
std::string_view converter_of(TextKind kind) {
  switch (kind) {
    case TextKind::Utf8:
      break;
    case TextKind::Utf16:
      return "iconv -f UTF-16 -t UTF-8";
    case TextKind::Utf16Le:
      return "iconv -f UTF-16LE -t UTF-8";
    case TextKind::Utf16Be:
      return "iconv -f UTF-16BE -t UTF-8";
    case TextKind::Gzip:
      return "zcat";
    case TextKind::Zstd:
      return "zstd -dc";
    case TextKind::Xz:
      return "xzcat";
    case TextKind::Bzip2:
      return "bzcat";
    case TextKind::Zip:
      return "unzip -p";
    case TextKind::Lz4:
      return "lz4cat";
  }
  return "cat";
}

}  // namespace

TextStart text_start_of(std::string_view first_bytes) {
  first_bytes = first_bytes.substr(0, kTextStartBytes);
  if (first_bytes.starts_with(kMark)) return {.mark_length = kMark.size()};
  return {.is_mark_begun = kMark.starts_with(first_bytes), .kind = kind_of(first_bytes)};
}

std::string_view name_of(TextKind kind) {
  switch (kind) {
    case TextKind::Utf8:
      break;
    case TextKind::Utf16:
    case TextKind::Utf16Le:
    case TextKind::Utf16Be:
      return "UTF-16";
    case TextKind::Gzip:
      return "gzip";
    case TextKind::Zstd:
      return "zstd";
    case TextKind::Xz:
      return "xz";
    case TextKind::Bzip2:
      return "bzip2";
    case TextKind::Zip:
      return "zip";
    case TextKind::Lz4:
      return "lz4";
  }
  return "UTF-8";
}

std::string command_for(TextKind kind, std::string_view path) {
  // What an archive holds stands in a list at its end: unzip cannot read it from a pipe.
  if (path.empty() && kind == TextKind::Zip) path = "FILE";
  return path.empty() ? fmt::format("... | {} | wordstream", converter_of(kind))
                      : fmt::format("{} {} | wordstream -", converter_of(kind), path);
}

}  // namespace wordstream
