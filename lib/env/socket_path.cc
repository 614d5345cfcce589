#include "env/socket_path.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <utility>

#include "base/check.h"

namespace wordstream {
namespace {

/// Others may replace the same dead socket meanwhile.
constexpr int kTriesMax = 10;

int bind_once(const Descriptor& socket, const std::string& raw) {
  sockaddr_un address{};
  std::memcpy(&address, raw.data(), raw.size());
  const auto length = static_cast<socklen_t>(raw.size());
  const bool is_bound =
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) == 0;
  return is_bound ? 0 : errno;
}

/// Whether a socket file has an owner: 0 or EPROTOTYPE where it has, ECONNREFUSED where it has
/// none. A try with a stream would be a client to whoever listens there, one with a datagram socket
/// is not noticed.
int knock(const std::string& raw) {
  const Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return errno;
  sockaddr_un address{};
  std::memcpy(&address, raw.data(), raw.size());
  const auto length = static_cast<socklen_t>(raw.size());
  const bool is_answered =
      ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) == 0;
  return is_answered ? 0 : errno;
}

/// What stands at the path itself, be it a link.
std::optional<struct stat> look(const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return {};
  return found;
}

bool is_other(const struct stat& before, const std::string& path) {
  const auto now = look(path);
  return !now || now->st_dev != before.st_dev || now->st_ino != before.st_ino;
}

tl::unexpected<Error> refuse(ErrorCode code, const std::string& path, std::string_view why,
                             std::string_view advice) {
  return fail(code, fmt::format("cannot listen on unix:{}: {}; {}", path, why, advice));
}

/// Takes a socket file out of the way that nobody has.
Status clear_way(const std::string& path, const std::string& raw) {
  const auto found = look(path);
  if (!found) return {};  // gone meanwhile
  if (!S_ISSOCK(found->st_mode)) {
    return refuse(ErrorCode::CannotCreate, path, "what stands there is no socket",
                  "choose another path, or move it away");
  }
  const int error = knock(raw);
  switch (error) {
    case ECONNREFUSED:
      break;
    case ENOENT:
      return {};
    case EACCES:
    case EPERM:
      return refuse(ErrorCode::NotPermitted, path, "the socket there is somebody else's",
                    "choose another path");
    default:
      return refuse(ErrorCode::Unavailable, path, "somebody listens there",
                    "choose another path, or end the other program");
  }
  if (is_other(*found, path) || ::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return refuse(ErrorCode::NotPermitted, path,
                "the socket there is left over and cannot be removed: " + errno_text(errno),
                "remove it");
}

}  // namespace

std::string raw_socket_path(const std::string& path) {
  sockaddr_un address{};
  WS_CHECK(path.size() < sizeof address.sun_path + (path.front() == '@' ? 1 : 0),
           "a path that the kernel takes");
  address.sun_family = AF_UNIX;
  std::memcpy(&address.sun_path, path.data(), path.size());
  std::size_t length = offsetof(sockaddr_un, sun_path) + path.size();
  // Its name begins with a zero and ends with its length; a path ends with a zero.
  if (path.front() == '@') {
    address.sun_path[0] = '\0';
  } else {
    ++length;
  }
  return {reinterpret_cast<const char*>(&address), length};
}

std::string peer_process(int socket) {
  ucred peer{};
  socklen_t length = sizeof peer;
  // One of another namespace has no number here.
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 || peer.pid == 0) {
    return "a process";
  }
  return fmt::format("process {}", peer.pid);
}

SocketFile::SocketFile(const std::string& path) {
  const auto found = look(path);
  if (!found) return;
  path_ = path;
  device_ = found->st_dev;
  inode_ = found->st_ino;
}

SocketFile::SocketFile(SocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}

SocketFile::~SocketFile() {
  if (path_.empty()) return;
  const auto found = look(path_);
  if (found && found->st_dev == device_ && found->st_ino == inode_) ::unlink(path_.c_str());
}

Status bind_to_path(const Descriptor& socket, const std::string& path) {
  const std::string raw = raw_socket_path(path);
  int error = bind_once(socket, raw);
  for (int left = kTriesMax; error == EADDRINUSE && path.front() != '@' && left > 0; --left) {
    if (Status cleared = clear_way(path, raw); !cleared) return cleared;
    error = bind_once(socket, raw);
  }
  switch (error) {
    case 0:
      return {};
    case EADDRINUSE:
      return refuse(ErrorCode::Unavailable, path, "somebody listens there",
                    "choose another path, or end the other program");
    case EACCES:
    case EPERM:
      return refuse(ErrorCode::NotPermitted, path, errno_text(error),
                    "choose a directory that you may write to");
    default:
      return refuse(ErrorCode::CannotCreate, path, errno_text(error),
                    "choose a path in a directory that is there");
  }
}

}  // namespace wordstream
