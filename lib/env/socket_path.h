// Sockets that have paths, or names of the kernel's own, in place of hosts and ports.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "env/descriptor.h"

namespace wordstream {

/// The sockaddr_un of Endpoint::path, as bytes. Requires: it is short enough.
std::string raw_socket_path(const std::string& path);

/// Who has connected to a path: "process 4711".
std::string peer_process(int socket);

/// A socket file, which goes with its owner unless another file has taken its place.
class SocketFile {
 public:
  SocketFile() = default;
  /// Takes what stands at the path now.
  explicit SocketFile(const std::string& path);
  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&&) = delete;
  ~SocketFile();

 private:
  std::string path_;  // empty where there is nothing to remove
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
};

/// Binds a stream socket to Endpoint::path. Fails as Network::listen() does.
Status bind_to_path(const Descriptor& socket, const std::string& path);

}  // namespace wordstream
