#include "cli/descriptor.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "catch.h"

namespace wordstream::cli {

void Descriptor::close() {
  if (number_ >= 0) ::close(number_);
  number_ = -1;
}

bool wait_ready(int descriptor, short events, std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd entry{descriptor, events, 0};
    const int ready = ::poll(&entry, 1, left.count() > 0 ? static_cast<int>(left.count()) : 0);
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) return false;
  }
}

void require_os(bool holds, const char* what) {
  if (!holds) FAIL(std::string(what) + ": " + std::strerror(errno));
}

}  // namespace wordstream::cli
