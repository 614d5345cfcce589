#include "base/checksum.h"

#include <zlib.h>

namespace wordstream {

std::uint32_t checksum(std::string_view bytes, std::uint32_t before) {
  // crc32_z() begins anew where its pointer is null, as that of no bytes may be.
  if (bytes.empty()) return before;
  const auto* start = reinterpret_cast<const unsigned char*>(bytes.data());
  return static_cast<std::uint32_t>(crc32_z(before, start, bytes.size()));
}

}  // namespace wordstream
