// The door to chance: bytes that nobody outside the process can guess.
#pragma once

#include <array>
#include <cstdint>

namespace wordstream {

/// 128 random bits from the kernel.
std::array<std::uint64_t, 2> random_key();

}  // namespace wordstream
