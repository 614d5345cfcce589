#include "base/checksum.h"

#include <zlib.h>

namespace wordstream {

std::uint32_t checksum(std::string_view bytes, std::uint32_t before) {
  if (bytes.empty()) return before;  // zlib takes no bytes for a wish to begin
  const auto* start = reinterpret_cast<const unsigned char*>(bytes.data());
  return static_cast<std::uint32_t>(crc32_z(before, start, bytes.size()));
}

}  // namespace wordstream
