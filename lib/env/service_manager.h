// The door to the service manager that has started this process, if it wants to be told how it is:
// sd_notify(3) has the protocol, which is a datagram to the socket in $NOTIFY_SOCKET.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"
#include "env/descriptor.h"

namespace wordstream {

/// Safe from any thread.
class ServiceManager {
 public:
  /// As the environment has it. Where nobody wants to be told nothing is.
  ServiceManager();

  /// "READY=1", "STOPPING=1", "WATCHDOG=1": a line each. Whether it arrives is not known.
  void tell(std::string_view state) const;
  /// It ends this process where it is not told WATCHDOG=1 that often; none: never.
  std::optional<Nanos> patience() const { return patience_; }

 private:
  Descriptor socket_;
  std::optional<Nanos> patience_;
};

/// A listening socket that the manager has handed over (sd_listen_fds(3)) and that is bound to
/// `address`, in the kernel's form; not open where there is none. Each is handed out once.
Descriptor take_listener(std::string_view address);

/// Whether what is written to stderr goes to journald, which says so in $JOURNAL_STREAM.
bool stderr_is_journal();

}  // namespace wordstream
