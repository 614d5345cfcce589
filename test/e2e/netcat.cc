#include "e2e/netcat.h"

#include <csignal>

#include "catch.h"
#include "cli/peer.h"

namespace wordstream::e2e {

int free_port() {
  const cli::Server server(cli::Server::State::Refusing);
  return server.port();
}

Listening start_netcat(const std::string& flags, cli::Setup setup, int port) {
  // The port can be taken between its choice and nc's bind: another one then.
  constexpr int kTriesMax = 20;
  for (int tries = 0; tries < kTriesMax; ++tries) {
    Listening server;
    server.port = port != 0 ? port : free_port();
    server.program = std::make_unique<cli::Program>(
        std::vector<std::string>{"nc", flags + "vn", server.port_text()}, setup);
    if (server.program->sees_on_stderr("Listening on")) return server;
    INFO(server.program->report());
    REQUIRE(server.program->stderr_text().find("in use") != std::string::npos);
  }
  FAIL("nc finds no free port");
  return {};
}

}  // namespace wordstream::e2e
