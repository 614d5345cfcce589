#include "env/entropy.h"

#include <sys/random.h>

#include "base/check.h"

namespace wordstream {

std::array<std::uint64_t, 2> random_key() {
  std::array<std::uint64_t, 2> key{};
  // Up to 256 bytes come whole once the kernel's pool is ready, and it is by the time a shell runs.
  const ssize_t got = getrandom(key.data(), sizeof key, 0);
  WS_CHECK(got == static_cast<ssize_t>(sizeof key), "drawing a hash key");
  return key;
}

}  // namespace wordstream
