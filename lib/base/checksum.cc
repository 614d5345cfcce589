#include "base/checksum.h"

#include <zlib.h>

namespace wordstream {

std::uint32_t checksum(std::string_view bytes) {
  const auto* start = reinterpret_cast<const unsigned char*>(bytes.data());
  return static_cast<std::uint32_t>(crc32_z(crc32_z(0, nullptr, 0), start, bytes.size()));
}

}  // namespace wordstream
