#include "env/network.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <utility>

#include "env/descriptor.h"
#include "env/service_manager.h"
#include "env/socket_path.h"
#include "env/thread.h"

namespace wordstream {
namespace {

// A dead peer is found after idle + interval * count = 110 s, within the promised 2 minutes.
constexpr int kKeepAliveIdleSeconds = 50;
constexpr int kKeepAliveIntervalSeconds = 10;
constexpr int kKeepAliveCount = 6;

constexpr std::string_view kListenAdvice =
    "choose another port, or 0 for any, and an address of this machine";

constexpr std::size_t kConnectionCountMax = 10'000;
/// Descriptors that the program needs for itself, with room to spare.
constexpr std::size_t kDescriptorReserve = 32;

using Text = std::array<char, NI_MAXHOST>;

std::string address_text(const sockaddr* address, socklen_t length) {
  Text host{};
  std::array<char, NI_MAXSERV> port{};
  if (getnameinfo(address, length, host.data(), host.size(), port.data(), port.size(),
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "an unknown address";
  }
  const bool is_v6 = address->sa_family == AF_INET6;
  return is_v6 ? fmt::format("[{}]:{}", host.data(), port.data())
               : fmt::format("{}:{}", host.data(), port.data());
}

/// A socket's own address or its peer's, as the kernel keeps it.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = sizeof(sockaddr_storage);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  bool is_path() const { return storage.ss_family == AF_UNIX; }
  std::string text() { return address_text(get(), length); }
};

void set_option(int fd, int level, int option, int value) {
  // Refusal is no error: a socket without the option still works.
  setsockopt(fd, level, option, &value, sizeof value);
}

void keep_alive(int fd) {
  // On a socket with a path all of them are refused, and not needed: the kernel knows both ends.
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, kKeepAliveIdleSeconds);
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, kKeepAliveIntervalSeconds);
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, kKeepAliveCount);
}

class RealSocket final : public Socket {
 public:
  RealSocket(Descriptor socket, std::string peer)
      : socket_(std::move(socket)), peer_(std::move(peer)) {
    keep_alive(socket_.get());
  }

  int handle() const override { return socket_.get(); }
  std::string peer() const override { return peer_; }

  Result<Read> read(std::span<char> into) override {
    const ssize_t got =
        uninterrupted([&] { return ::read(socket_.get(), into.data(), into.size()); });
    if (got > 0) return Read{Read::State::Data, static_cast<std::size_t>(got)};
    if (got == 0 && was_reset_) return fail(ErrorCode::Unavailable, errno_text(ECONNRESET));
    if (got == 0) return Read{Read::State::Ended};
    if (errno == EAGAIN) return Read{Read::State::NotNow};
    return fail(ErrorCode::Unavailable, errno_text(errno));
  }

  Result<std::size_t> write(std::string_view bytes) override {
    const ssize_t sent = uninterrupted(
        [&] { return ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL); });
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (errno == EAGAIN) return std::size_t{0};
    return fail(ErrorCode::Unavailable, errno_text(errno));
  }

  Result<bool> is_connected() override {
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &length) != 0) error = errno;
    // Reset means that it had stood: what was sent before is still there to be read. Asking has
    // taken the error away, so the end of the bytes must not pass for an orderly one.
    was_reset_ = error == ECONNRESET;
    if (was_reset_) return true;
    if (error != 0) return fail(ErrorCode::Unavailable, errno_text(error));
    SocketAddress there;
    if (getpeername(socket_.get(), there.get(), &there.length) != 0) {
      if (errno == ENOTCONN) return false;
      return fail(ErrorCode::Unavailable, errno_text(errno));
    }
    if (there.is_path()) return true;
    SocketAddress here;
    getsockname(socket_.get(), here.get(), &here.length);
    if (here.text() == there.text()) {
      return fail(ErrorCode::Unavailable, "the connection reached itself");
    }
    return true;
  }

 private:
  Descriptor socket_;
  std::string peer_;
  bool was_reset_ = false;
};

/// With accept4, or in more steps where a container does not let that through.
Descriptor accept_from(int listener, SocketAddress& peer) {
  Descriptor client(::accept4(listener, peer.get(), &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (client.is_open() || !is_unknown_call(errno)) return client;
  client = Descriptor(::accept(listener, peer.get(), &peer.length));
  if (client.is_open()) {
    ::fcntl(client.get(), F_SETFD, FD_CLOEXEC);
    ::fcntl(client.get(), F_SETFL, O_NONBLOCK);
  }
  return client;
}

class RealListener final : public Listener {
 public:
  RealListener(Descriptor socket, std::string address, SocketFile file = {})
      : socket_(std::move(socket)), address_(std::move(address)), file_(std::move(file)) {}

  int handle() const override { return socket_.get(); }
  std::string address() const override { return address_; }

  Result<std::unique_ptr<Socket>> accept() override {
    while (true) {
      SocketAddress peer;
      Descriptor client = accept_from(socket_.get(), peer);
      if (client.is_open()) {
        std::string text = peer.is_path() ? peer_process(client.get()) : peer.text();
        return std::make_unique<RealSocket>(std::move(client), std::move(text));
      }
      if (errno == EAGAIN) return std::unique_ptr<Socket>();
      // The client has gone again, or the network said something about it: ask for the next one.
      const bool is_clients = errno != EMFILE && errno != ENFILE && errno != ENOBUFS &&
                              errno != ENOMEM && !is_unknown_call(errno);
      if (!is_clients) return fail(ErrorCode::Unavailable, errno_text(errno));
    }
  }

 private:
  Descriptor socket_;
  std::string address_;
  // Goes first: a file that refused for a moment could be replaced by somebody else's.
  SocketFile file_;
};

Result<std::vector<Address>> look_up(const Endpoint& endpoint, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  const std::string port = fmt::format("{}", endpoint.port);
  const int error = getaddrinfo(endpoint.host.c_str(), port.c_str(), &hints, &found);
  if (error != 0) {
    return fail(ErrorCode::Unavailable,
                error == EAI_SYSTEM ? errno_text(errno) : gai_strerror(error));
  }
  std::vector<Address> addresses;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    addresses.push_back(
        Address{address_text(at->ai_addr, at->ai_addrlen),
                std::string(reinterpret_cast<const char*>(at->ai_addr), at->ai_addrlen)});
  }
  freeaddrinfo(found);
  return addresses;
}

/// The resolver blocks for seconds when a name server does not answer, so it runs on a thread of
/// its own that nobody waits for; this is what the two sides share.
struct Lookup {
  Descriptor done{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::mutex mutex;
  std::optional<Result<std::vector<Address>>> result;

  void finish(Result<std::vector<Address>> outcome) {
    const std::lock_guard lock(mutex);
    result = std::move(outcome);
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(done.get(), &one, sizeof one);
  }
};

class RealResolution final : public Resolution {
 public:
  explicit RealResolution(const Endpoint& endpoint) : lookup_(std::make_shared<Lookup>()) {
    if (!lookup_->done.is_open()) {
      lookup_->finish(fail(ErrorCode::Unavailable, errno_text(errno)));
    } else if (endpoint.is_path()) {
      lookup_->finish(std::vector<Address>{{to_text(endpoint), raw_socket_path(endpoint.path)}});
    } else if (Result<std::vector<Address>> numeric = look_up(endpoint, AI_NUMERICHOST)) {
      lookup_->finish(std::move(numeric));
    } else {
      look_up_beside(endpoint);
    }
  }

  int handle() const override { return lookup_->done.get(); }

  Result<std::optional<std::vector<Address>>> addresses() override {
    const std::lock_guard lock(lookup_->mutex);
    if (!lookup_->result) return std::optional<std::vector<Address>>();
    if (!*lookup_->result) return fail(*lookup_->result);
    return std::optional(**lookup_->result);
  }

 private:
  void look_up_beside(const Endpoint& endpoint) {
    Result<Thread> thread =
        Thread::start([lookup = lookup_, endpoint] { lookup->finish(look_up(endpoint, 0)); });
    if (thread) {
      std::move(*thread).detach();
    } else {
      // As a name server that does not answer: it is tried again.
      lookup_->finish(fail(ErrorCode::Unavailable, thread.error().message));
    }
  }

  std::shared_ptr<Lookup> lookup_;
};

/// A socket address in the form in which it can be handed to the kernel.
SocketAddress to_kernel(const Address& address) {
  SocketAddress result;
  result.length = static_cast<socklen_t>(address.raw.size());
  std::memcpy(&result.storage, address.raw.data(), address.raw.size());
  return result;
}

class RealNetwork final : public Network {
 public:
  RealNetwork() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    const rlim_t wanted = kConnectionCountMax + kDescriptorReserve;
    if (limit.rlim_cur < wanted) {
      limit.rlim_cur = std::min(wanted, limit.rlim_max);
      setrlimit(RLIMIT_NOFILE, &limit);
    }
  }

  std::unique_ptr<Resolution> resolve(const Endpoint& endpoint) override {
    return std::make_unique<RealResolution>(endpoint);
  }

  Result<std::unique_ptr<Socket>> connect(const Address& address) override {
    SocketAddress to = to_kernel(address);
    Descriptor socket(::socket(to.get()->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.is_open()) return fail(ErrorCode::Unavailable, errno_text(errno));
    if (::connect(socket.get(), to.get(), to.length) != 0 && errno != EINPROGRESS) {
      return fail(ErrorCode::Unavailable, errno_text(errno));
    }
    return std::make_unique<RealSocket>(std::move(socket), address.text);
  }

  Result<std::unique_ptr<Listener>> listen(const Endpoint& endpoint) override {
    const std::string what = fmt::format("cannot listen on {}", to_text(endpoint));
    if (endpoint.is_path()) return listen_at_path(endpoint, what);
    const Result<std::vector<Address>> addresses = look_up(endpoint, AI_PASSIVE);
    if (!addresses) {
      return fail(ErrorCode::Unavailable,
                  fmt::format("{}: {}; {}", what, addresses.error().message, kListenAdvice));
    }
    SocketAddress at = to_kernel(addresses->front());
    Descriptor given = take_listener({reinterpret_cast<const char*>(at.get()), at.length});
    if (given.is_open()) return std::make_unique<RealListener>(std::move(given), at.text());
    Descriptor socket(::socket(at.get()->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.is_open()) return fail_errno(what, errno, kListenAdvice);
    // A restart must not wait until the old connections' last packets have surely died.
    set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    if (::bind(socket.get(), at.get(), at.length) != 0 || ::listen(socket.get(), SOMAXCONN) != 0) {
      return fail_errno(what, errno, kListenAdvice);
    }
    getsockname(socket.get(), at.get(), &at.length);
    std::string text = at.text();
    return std::make_unique<RealListener>(std::move(socket), std::move(text));
  }

  std::size_t connection_count_max() const override {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    const rlim_t reserve = std::min<rlim_t>(kDescriptorReserve, limit.rlim_cur - 1);
    return std::min<std::size_t>(kConnectionCountMax, limit.rlim_cur - reserve);
  }

 private:
  static Result<std::unique_ptr<Listener>> listen_at_path(const Endpoint& endpoint,
                                                          const std::string& what) {
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.is_open()) return fail_errno(what, errno);
    if (const Status bound = bind_to_path(socket, endpoint.path); !bound) return fail(bound);
    SocketFile file = endpoint.path.front() == '@' ? SocketFile() : SocketFile(endpoint.path);
    if (::listen(socket.get(), SOMAXCONN) != 0) return fail_errno(what, errno);
    return std::make_unique<RealListener>(std::move(socket), to_text(endpoint), std::move(file));
  }
};

}  // namespace

std::unique_ptr<Network> make_real_network() { return std::make_unique<RealNetwork>(); }

}  // namespace wordstream
