#include "env/entropy.h"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/check.h"
#include "env/descriptor.h"

namespace wordstream {
namespace {

ssize_t read_random(void* into, std::size_t size) {
  const ssize_t got = getrandom(into, size, 0);
  if (got >= 0 || !is_unknown_call(errno)) return got;
  const Descriptor device(::open("/dev/urandom", O_RDONLY | O_CLOEXEC));
  return uninterrupted([&] { return ::read(device.get(), into, size); });
}

}  // namespace

std::array<std::uint64_t, 2> random_key() {
  std::array<std::uint64_t, 2> key{};
  // Up to 256 bytes come whole once the kernel's pool is ready, and it is by the time a shell runs.
  const ssize_t got = read_random(key.data(), sizeof key);
  WS_CHECK(got == static_cast<ssize_t>(sizeof key), "drawing a hash key");
  return key;
}

}  // namespace wordstream
