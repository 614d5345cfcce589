// A Kafka broker of a test program's own, its own controller, too: in a directory of its own, on
// ports that the kernel chose and that it keeps when it is killed and started again.
//
// Who comes by address() is nobody and may do all; who comes by guarded_address() has to have a
// name and a password (SASL, PLAIN), and may do nothing unless he is "admin".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "cli/descriptor.h"
#include "cli/folder.h"
#include "cli/program.h"

namespace wordstream::server {

class KafkaBroker {
 public:
  /// Whether one can be started on this machine; says so, by name, where none can.
  static bool is_installed();

  /// One for all cases of a program, for a start takes seconds: as it was left by the one before.
  /// Starts it where it does not run. Requires: is_installed(), of the first thread.
  static KafkaBroker& shared();

  KafkaBroker();
  KafkaBroker(const KafkaBroker&) = delete;
  KafkaBroker& operator=(const KafkaBroker&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(ports_[0].number); }
  std::string guarded_address() const { return "127.0.0.1:" + std::to_string(ports_[2].number); }

  /// By which it knows itself.
  std::string cluster_id() const;

  bool is_running() const { return program_ && program_->is_running(); }
  /// kill -9. Returns when it is gone.
  void kill();
  /// It has its process; somebody has to wait for it to answer.
  void start();

 private:
  /// One that is bound, and listened at by the broker alone: nobody else is given it meanwhile.
  struct Port {
    Port();
    cli::Descriptor socket;
    std::uint16_t number = 0;
  };

  cli::Folder folder_{cli::Folder::Place::InMemory};
  std::array<Port, 3> ports_;  // for all, for itself, for those who have a name
  std::optional<cli::Program> program_;
};

}  // namespace wordstream::server
