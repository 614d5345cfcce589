#include "env/service_manager.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "base/whole_number.h"

namespace wordstream {
namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

std::optional<std::uint64_t> number_in(const char* name) { return whole_number(variable(name)); }

/// Connected to who listens at `path`; not open where nobody does. "@name" is an abstract one.
Descriptor connect_to(std::string_view path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() < 2 || path.size() >= sizeof(address.sun_path)) return {};
  if (path[0] != '/' && path[0] != '@') return {};
  path.copy(address.sun_path, path.size());
  if (path[0] == '@') address.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) return {};
  // The system's own type for addresses of any kind.
  const auto* const any = reinterpret_cast<const sockaddr*>(&address);
  return ::connect(socket.get(), any, length) == 0 ? std::move(socket) : Descriptor();
}

}  // namespace

ServiceManager::ServiceManager() : socket_(connect_to(variable("NOTIFY_SOCKET"))) {
  const std::optional<std::uint64_t> process = number_in("WATCHDOG_PID");
  const bool is_meant = !process || *process == static_cast<std::uint64_t>(::getpid());
  const std::optional<std::uint64_t> micros = number_in("WATCHDOG_USEC");
  if (is_meant && micros && *micros != 0) patience_ = std::chrono::microseconds(*micros);
}

void ServiceManager::tell(std::string_view state) const {
  if (!socket_.is_open()) return;
  // Where it is full the manager is slow, and hears the next one.
  [[maybe_unused]] const ssize_t sent =
      ::send(socket_.get(), state.data(), state.size(), MSG_NOSIGNAL);
}

Descriptor take_listener(std::string_view address) {
  constexpr int kFirst = 3;
  const std::optional<std::uint64_t> process = number_in("LISTEN_PID");
  if (process != static_cast<std::uint64_t>(::getpid())) return {};
  // More than that nobody hands over.
  const auto count =
      static_cast<int>(std::min<std::uint64_t>(number_in("LISTEN_FDS").value_or(0), 64));
  for (int fd = kFirst; fd < kFirst + count; ++fd) {
    sockaddr_storage bound{};
    auto length = static_cast<socklen_t>(sizeof(bound));
    auto* const any = reinterpret_cast<sockaddr*>(&bound);
    if (::getsockname(fd, any, &length) != 0) continue;
    if (std::string_view(reinterpret_cast<const char*>(&bound), length) != address) continue;
    // A second one that asks for this address is told that it is taken.
    const int flags = ::fcntl(fd, F_GETFD);
    if (flags < 0 || (flags & FD_CLOEXEC) != 0) continue;
    ::fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    return Descriptor(fd);
  }
  return {};
}

bool stderr_is_journal() {
  struct stat info {};
  if (::fstat(STDERR_FILENO, &info) != 0) return false;
  return variable("JOURNAL_STREAM") == fmt::format("{}:{}", info.st_dev, info.st_ino);
}

}  // namespace wordstream
