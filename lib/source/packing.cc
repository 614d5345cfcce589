#include "source/packing.h"

// zstd's own parser of frame headers, which is not in its stable part; its archive is linked in, so
// the two cannot differ.
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace wordstream {
namespace {

using Length = std::optional<std::uint64_t>;

constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";
/// Behind a first byte of 0x50 to 0x5f: frames that hold no text.
constexpr std::string_view kSkippableMagic = "\x2a\x4d\x18";

constexpr std::uint64_t kGzipLengthBytes = 4;
constexpr std::uint64_t kGzipBytesMin = 18;
constexpr std::size_t kZstdHeaderBytesMax = ZSTD_FRAMEHEADERSIZE_MAX;
constexpr std::size_t kZstdBlockHeaderBytes = 3;
constexpr std::uint64_t kZstdChecksumBytes = 4;

MemberMagic compare(std::string_view bytes, std::string_view magic) {
  if (bytes.starts_with(magic)) return MemberMagic::Member;
  return magic.starts_with(bytes) ? MemberMagic::Unclear : MemberMagic::Other;
}

bool begins_skippable(char byte) { return (static_cast<unsigned char>(byte) & 0xf0U) == 0x50; }

std::uint64_t little_endian(std::span<const char> bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    number |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return number;
}

Result<Length> gzip_length(const File& file, std::uint64_t size) {
  if (size < kGzipBytesMin) return Length();
  std::array<char, kGzipLengthBytes> bytes;
  const Result<std::size_t> taken = file.read_at(size - kGzipLengthBytes, bytes);
  if (!taken) return fail(taken);
  return *taken == bytes.size() ? Length(little_endian(bytes)) : Length();
}

/// Where the block at `offset` ends, and whether it is the frame's last; nothing behind the end.
struct ZstdBlock {
  std::uint64_t end;
  bool is_last;
};
Result<std::optional<ZstdBlock>> block_at(const File& file, std::uint64_t offset) {
  std::array<char, kZstdBlockHeaderBytes> bytes;
  const Result<std::size_t> taken = file.read_at(offset, bytes);
  if (!taken) return fail(taken);
  if (*taken < bytes.size()) return std::optional<ZstdBlock>();
  const std::uint64_t header = little_endian(bytes);
  const bool is_one_byte_again = ((header >> 1) & 3) == 1;
  return ZstdBlock{offset + bytes.size() + (is_one_byte_again ? 1 : header >> 3),
                   (header & 1) != 0};
}

Result<Length> zstd_length(const File& file, std::uint64_t size) {
  std::array<char, kZstdHeaderBytesMax> bytes;
  const Result<std::size_t> taken = file.read_at(0, bytes);
  if (!taken) return fail(taken);
  ZSTD_frameHeader header;
  if (ZSTD_getFrameHeader(&header, bytes.data(), *taken) != 0) return Length();
  if (header.frameType != ZSTD_frame) return Length();
  if (header.frameContentSize == ZSTD_CONTENTSIZE_UNKNOWN) return Length();
  std::uint64_t end = header.headerSize;
  for (bool is_last = false; !is_last;) {
    const Result<std::optional<ZstdBlock>> block = block_at(file, end);
    if (!block) return fail(block);
    if (!*block) return Length();
    end = (*block)->end;
    is_last = (*block)->is_last;
  }
  if (header.checksumFlag != 0) end += kZstdChecksumBytes;
  return end == size ? Length(header.frameContentSize) : Length();
}

}  // namespace

Result<Packing> packing_of(const File& file) {
  std::array<char, kMagicBytesMax> bytes;
  const Result<std::size_t> taken = file.read_at(0, bytes);
  if (!taken) return fail(taken);
  for (const Packing packing : {Packing::Gzip, Packing::Zstd}) {
    if (magic_of({bytes.data(), *taken}, packing) == MemberMagic::Member) return packing;
  }
  return Packing::None;
}

MemberMagic magic_of(std::string_view bytes, Packing packing) {
  if (packing == Packing::Gzip) return compare(bytes, kGzipMagic);
  if (bytes.empty() || !begins_skippable(bytes.front())) return compare(bytes, kZstdMagic);
  return compare(bytes.substr(1), kSkippableMagic);
}

Result<std::optional<std::uint64_t>> unpacked_length(const File& file, Packing packing) {
  const Result<FileInfo> info = file.info();
  if (!info) return fail(info);
  if (packing == Packing::Gzip) return gzip_length(file, info->size);
  if (packing == Packing::Zstd) return zstd_length(file, info->size);
  return info->size;
}

}  // namespace wordstream
