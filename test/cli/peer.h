// The other end of a connection: a scripted server for a program that connects, and a scripted
// client for a program that listens. Loopback alone, on ports that the kernel chooses; or at paths.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "cli/descriptor.h"

namespace wordstream::cli {

/// An open connection. Every wait fails the test when it is in vain.
class Connection {
 public:
  explicit Connection(Descriptor socket);

  /// Sends all of it, as far as the kernel takes it.
  void send(std::string_view text) const;
  /// Sends what fits now, at most `text`; 0 when nothing fits for as long as `patience`.
  std::size_t send_some(std::string_view text, std::chrono::milliseconds patience) const;
  /// Closes in order: the other side reads everything, then the end.
  void close();
  /// Breaks the connection: the other side gets an error once it has read what had arrived.
  void reset();
  /// Waits until the other side has closed or broken the connection.
  void wait_closed() const;
  /// Waits for so many whole lines, and returns all that has come by then; less where it ends.
  std::string receive_lines(std::size_t count) const;

 private:
  Descriptor socket_;
};

/// A port on 127.0.0.1 that stays this object's own, whether somebody listens on it or not.
class Server {
 public:
  enum class State { Listening, Refusing };
  explicit Server(State state = State::Listening);

  int port() const { return port_; }
  std::string port_text() const { return std::to_string(port_); }
  /// Waits for the next connection.
  Connection accept() const;
  /// From now on nobody answers; the port stays taken.
  void stop_listening();
  /// Answers, or answers again, on the same port.
  void listen_again();

 private:
  int port_ = 0;
  Descriptor listener_;
  Descriptor reserved_;
};

/// Connects to 127.0.0.1:`port`.
Connection connect_to(int port);

/// Listens at a path, where nothing may stand, or with "@" at a name of the kernel's own. A file
/// stays when this goes, and nobody has it then.
class PathServer {
 public:
  explicit PathServer(const std::string& path);
  /// Waits for the next connection.
  Connection accept() const;

 private:
  Descriptor listener_;
};

/// Connects to who listens at a path.
Connection connect_to(const std::string& path);

/// Lets this process, and what it starts, open as many descriptors as the machine allows.
void raise_descriptor_limit();

}  // namespace wordstream::cli
