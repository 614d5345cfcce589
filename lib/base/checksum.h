// Tells damaged bytes from those that were written. It is no protection against forgery.
#pragma once

#include <cstdint>
#include <string_view>

namespace wordstream {

/// The CRC-32 of zlib, gzip and PNG. It is kept on disks: it never changes. `before` is that of the
/// bytes that stand before these.
std::uint32_t checksum(std::string_view bytes, std::uint32_t before = 0);

}  // namespace wordstream
