// The door to the network: names to addresses, connections out, connections in. Nothing blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "env/endpoint.h"
#include "env/poller.h"
#include "env/stream.h"

namespace wordstream {

/// An address that can be connected to: for people, and as the kernel wants it.
struct Address {
  std::string text;
  std::string raw;
};

/// A name on its way to becoming addresses. Ready for reading once it is known how that ended.
class Resolution : public Pollable {
 public:
  /// Nothing while still unknown. Fails with Unavailable when there is no such name.
  virtual Result<std::optional<std::vector<Address>>> addresses() = 0;
};

/// A stream connection. Ready for writing once it is known how connecting ended.
class Socket : public ByteStream {
 public:
  /// Whether the connection stands. Fails with Unavailable when it was refused or timed out, and
  /// when it has reached itself (a local port can be its own peer).
  virtual Result<bool> is_connected() = 0;
  /// Hands over the beginning of `bytes` and returns how much of it, 0 where it can take nothing
  /// now: then wait until it is ready for writing. Fails with Unavailable when the peer has broken
  /// the connection or takes nothing any more. Requires: the connection stands.
  virtual Result<std::size_t> write(std::string_view bytes) = 0;
  /// The other side's address, for messages; of one that has connected to a path, its process.
  virtual std::string peer() const = 0;
};

/// A port or a path that others connect to. Ready for reading when somebody has.
class Listener : public Pollable {
 public:
  /// The next connection, or null when there is none now. Fails with Unavailable when descriptors
  /// or memory have run out: trying again later may help.
  virtual Result<std::unique_ptr<Socket>> accept() = 0;
  /// The address it is bound to, with the port that the kernel chose if it was asked to.
  virtual std::string address() const = 0;
};

class Network {
 public:
  virtual ~Network() = default;
  virtual std::unique_ptr<Resolution> resolve(const Endpoint& endpoint) = 0;
  /// Begins to connect. Fails with Unavailable where that is refused at once.
  virtual Result<std::unique_ptr<Socket>> connect(const Address& address) = 0;
  /// Binds and listens; blocks for as long as the name takes to resolve. Fails with Unavailable
  /// when the address is in use or not this machine's, NotPermitted where the rights are missing. A
  /// path becomes a socket file, which goes with the listener if it is still there; one that nobody
  /// listens at any more is replaced. Fails with CannotCreate where anything else is in the way.
  virtual Result<std::unique_ptr<Listener>> listen(const Endpoint& endpoint) = 0;
  /// How many connections the process may hold open at once.
  virtual std::size_t connection_count_max() const = 0;
};

/// The kernel's sockets (IPv4, IPv6 and paths), with keep-alive that finds a dead peer within 2
/// minutes.
std::unique_ptr<Network> make_real_network();

}  // namespace wordstream
