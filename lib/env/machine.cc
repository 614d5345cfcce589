#include "env/machine.h"

#include <algorithm>
#include <thread>

namespace wordstream {

std::size_t processor_count() {
  return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

}  // namespace wordstream
