// Packs text as people's programs do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wordstream {

/// A member of gzip: its header has nothing, or all that a header can have.
enum class GzipHeader { Plain, Full };
std::string gzip_of(std::string_view text, GzipHeader header = GzipHeader::Plain);

/// A frame of zstd.
struct ZstdFrame {
  bool has_length = true;  ///< the header says how long the text is
  bool has_checksum = true;
  int level = 3;
};
std::string zstd_of(std::string_view text, const ZstdFrame& frame = {});
/// A frame of zstd that holds less than 256 bytes for other programs.
std::string zstd_without_text(std::string_view bytes);

/// Text of `size` bytes of which half can be packed well.
std::string half_random(std::size_t size, std::uint64_t seed = 1);

}  // namespace wordstream
