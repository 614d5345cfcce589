// Where somebody listens, as people type and read it: a host and a port, or the path of a socket.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace wordstream {

/// A host as the user named it, and a port; or a path.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
  /// Of a socket file, or "@" and a name of the kernel's own, which no file has. Where it is not
  /// empty there is no host and no port.
  std::string path = {};

  bool is_path() const { return !path.empty(); }
};

/// "host:port", with brackets around an IPv6 address; or "unix:path".
std::string to_text(const Endpoint& endpoint);

/// Whether nobody outside this machine can reach it, as far as the name tells.
bool is_loopback(const Endpoint& endpoint);

// All of these fail with InvalidArgument and say what would be right.

/// A port to connect to: 1 to 65535.
Result<std::uint16_t> parse_port(std::string_view text);

/// A host's name or address, without brackets.
Result<std::string> parse_host(std::string_view text);

/// HOST:PORT, to connect to.
Result<Endpoint> parse_endpoint(std::string_view text);

/// [ADDR:]PORT; ADDR is 127.0.0.1 unless given, port 0 lets the kernel choose.
Result<Endpoint> parse_listen_address(std::string_view text);

/// PATH or @NAME, as long as the kernel takes it: up to 107 bytes.
Result<Endpoint> parse_socket_path(std::string_view text);

}  // namespace wordstream
