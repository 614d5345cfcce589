// The real nc (netcat-openbsd) and socat as the world around the program.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/program.h"

namespace wordstream::e2e {

/// A port of 127.0.0.1 that was free a moment ago.
int free_port();

/// A server that others connect to, listening: `command` with the port behind it.
struct Listening {
  std::unique_ptr<cli::Program> program;
  int port = 0;
  std::string port_text() const { return std::to_string(port); }
};

/// Starts `nc FLAGS PORT` on a port that is free and waits until it listens. `-v` is added: it
/// makes nc tell when it does. With `port`, on that one.
Listening start_netcat(const std::string& flags, cli::Setup setup = {.input = cli::Input::Pipe},
                       int port = 0);

}  // namespace wordstream::e2e
