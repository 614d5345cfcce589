// File descriptors as the real doors hold them: owned, closed once, errors as Errors.
#pragma once

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace wordstream {

/// Owns a file descriptor. Movable; closes it when destroyed (never retried: on Linux the
/// descriptor is gone whatever close() says).
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// What to do where there is no descriptor to be had.
constexpr std::string_view kDescriptorAdvice =
    "have more files allowed to be open (ulimit -n), and start again";

/// The kernel's words for an errno value.
std::string errno_text(int error);

/// Whether a system call fails with `error` because there is no such call here: an older kernel
/// does not know it, or a container does not let it through.
inline bool is_unknown_call(int error) { return error == ENOSYS || error == EPERM; }

/// "what: why; advice", with the code that belongs to the errno value `error`.
tl::unexpected<Error> fail_errno(std::string_view what, int error, std::string_view advice = {});

/// Calls a system call again for as long as a signal interrupts it.
template <class Call>
auto uninterrupted(Call&& call) {
  auto result = call();
  while (result == -1 && errno == EINTR) result = call();
  return result;
}

}  // namespace wordstream
