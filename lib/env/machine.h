// The door to the machine: how much of it there is for this process.
#pragma once

#include <cstddef>

namespace wordstream {

/// How many threads can run at the same time; at least 1.
std::size_t processor_count();

}  // namespace wordstream
