#include "cli/descriptor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
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

Pipe make_pipe() {
  std::array<int, 2> ends{};
  require_os(::pipe2(ends.data(), O_CLOEXEC) == 0, "pipe2");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

Pipe make_socket_pair() {
  std::array<int, 2> ends{};
  require_os(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0, "socketpair");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

Descriptor open_file(const std::string& path, int flags) {
  Descriptor file(::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY, 0644));
  require_os(file.is_open(), path.c_str());
  return file;
}

Pipe make_terminal() {
  Descriptor master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  require_os(master.is_open(), "posix_openpt");
  require_os(::grantpt(master.get()) == 0 && ::unlockpt(master.get()) == 0, "unlockpt");
  std::array<char, 128> name{};
  require_os(::ptsname_r(master.get(), name.data(), name.size()) == 0, "ptsname_r");
  Descriptor slave = open_file(name.data(), O_RDWR);
  termios mode{};
  require_os(::tcgetattr(slave.get(), &mode) == 0, "tcgetattr");
  ::cfmakeraw(&mode);
  require_os(::tcsetattr(slave.get(), TCSANOW, &mode) == 0, "tcsetattr");
  return {std::move(master), std::move(slave)};
}

}  // namespace wordstream::cli
