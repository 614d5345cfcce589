#include "cli/peer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "catch.h"

namespace wordstream::cli {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

const sockaddr* as_generic(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

Descriptor make_socket(int flags) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
  require_os(socket.is_open(), "socket");
  return socket;
}

/// Bound, not yet listening: others are refused, and nobody else gets the port.
Descriptor bind_socket(int port) {
  Descriptor socket = make_socket(SOCK_NONBLOCK);
  const int yes = 1;
  require_os(::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) == 0,
             "SO_REUSEPORT");
  require_os(::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0,
             "SO_REUSEADDR");
  const sockaddr_in address = loopback(port);
  require_os(::bind(socket.get(), as_generic(address), sizeof address) == 0, "bind");
  return socket;
}

int port_of(const Descriptor& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  require_os(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0,
             "getsockname");
  return ntohs(address.sin_port);
}

void send_at_once(const Descriptor& socket) {
  const int yes = 1;
  require_os(::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) == 0,
             "TCP_NODELAY");
}

Descriptor take_client(const Descriptor& listener) {
  if (!wait_ready(listener.get(), POLLIN)) FAIL("nobody connects");
  Descriptor socket(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  require_os(socket.is_open(), "accept");
  return socket;
}

/// A path as the kernel takes it.
struct PathAddress {
  explicit PathAddress(const std::string& path) {
    address.sun_family = AF_UNIX;
    require_os(path.size() < sizeof address.sun_path, "a path that is short enough");
    path.copy(&address.sun_path[0], path.size());
    length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    if (path.front() == '@') address.sun_path[0] = '\0';
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }

  sockaddr_un address{};
  socklen_t length = 0;
};

Descriptor make_path_socket() {
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  require_os(socket.is_open(), "socket");
  return socket;
}

}  // namespace

Connection::Connection(Descriptor socket) : socket_(std::move(socket)) {}

void Connection::send(std::string_view text) const {
  while (!text.empty()) {
    const std::size_t count = send_some(text, kPatience);
    if (count == 0) FAIL("the other side takes nothing more");
    text.remove_prefix(count);
  }
}

std::size_t Connection::send_some(std::string_view text, std::chrono::milliseconds patience) const {
  while (wait_ready(socket_.get(), POLLOUT, patience)) {
    const ssize_t count =
        ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count > 0) return static_cast<std::size_t>(count);
    if (errno != EAGAIN && errno != EINTR) FAIL("send: " << std::strerror(errno));
  }
  return 0;
}

void Connection::close() { socket_.close(); }

void Connection::reset() {
  const linger at_once{1, 0};
  require_os(::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0,
             "SO_LINGER");
  socket_.close();
}

void Connection::wait_closed() const {
  std::array<char, 256> ignored{};
  while (true) {
    if (!wait_ready(socket_.get(), POLLIN)) FAIL("the other side does not close");
    if (::recv(socket_.get(), ignored.data(), ignored.size(), MSG_DONTWAIT) <= 0) return;
  }
}

std::string Connection::receive_lines(std::size_t count) const {
  std::string all;
  std::array<char, 4096> bytes{};
  while (static_cast<std::size_t>(std::ranges::count(all, '\n')) < count) {
    if (!wait_ready(socket_.get(), POLLIN)) FAIL("the other side does not answer: " << all);
    const ssize_t got = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got <= 0) return all;
    all.append(bytes.data(), static_cast<std::size_t>(got));
  }
  return all;
}

Server::Server(State state) : listener_(bind_socket(0)) {
  port_ = port_of(listener_);
  if (state == State::Listening) require_os(::listen(listener_.get(), SOMAXCONN) == 0, "listen");
}

Connection Server::accept() const {
  Descriptor socket = take_client(listener_);
  send_at_once(socket);
  return Connection(std::move(socket));
}

void Server::stop_listening() {
  if (reserved_.is_open()) return;
  reserved_ = bind_socket(port_);
  listener_.close();
}

void Server::listen_again() {
  if (reserved_.is_open()) listener_ = std::move(reserved_);
  require_os(::listen(listener_.get(), SOMAXCONN) == 0, "listen");
}

Connection connect_to(int port) {
  Descriptor socket = make_socket(0);
  const sockaddr_in address = loopback(port);
  require_os(::connect(socket.get(), as_generic(address), sizeof address) == 0, "connect");
  send_at_once(socket);
  return Connection(std::move(socket));
}

PathServer::PathServer(const std::string& path) : listener_(make_path_socket()) {
  const PathAddress address(path);
  require_os(::bind(listener_.get(), address.get(), address.length) == 0, "bind");
  require_os(::listen(listener_.get(), SOMAXCONN) == 0, "listen");
}

Connection PathServer::accept() const { return Connection(take_client(listener_)); }

Connection connect_to(const std::string& path) {
  Descriptor socket = make_path_socket();
  const PathAddress address(path);
  require_os(::connect(socket.get(), address.get(), address.length) == 0, "connect");
  return Connection(std::move(socket));
}

void raise_descriptor_limit() {
  rlimit limit{};
  require_os(::getrlimit(RLIMIT_NOFILE, &limit) == 0, "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  require_os(::setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
}

}  // namespace wordstream::cli
