// A file descriptor that is closed with its owner, how to get one, and the wait for it to become
// ready.
#pragma once

#include <chrono>
#include <string>
#include <utility>

namespace wordstream::cli {

/// How long a wait may take before it counts as broken. Nothing that works comes near it, not even
/// under a sanitizer on a busy machine.
constexpr std::chrono::seconds kPatience{120};

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }

  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  void close();

 private:
  int number_ = -1;
};

/// Waits for `events` (as in poll) on a descriptor; false when `patience` runs out before.
bool wait_ready(int descriptor, short events, std::chrono::milliseconds patience = kPatience);

/// Fails the test with the text of errno unless `holds`.
void require_os(bool holds, const char* what);

/// Two ends; both are closed in programs that are started.
struct Pipe {
  Descriptor read;
  Descriptor write;
};
Pipe make_pipe();
/// The same of sockets.
Pipe make_socket_pair();
/// A new terminal in raw mode: what is written arrives as it is. To read is the master's side.
Pipe make_terminal();

/// Made with 0644 where O_CREAT is among the flags.
Descriptor open_file(const std::string& path, int flags);

}  // namespace wordstream::cli
