// A sender that leaves the receiver the machine: a file, held in memory, over and over again in
// writes of 1 MB to the first client that connects.
//   bench_sender PORT FILE [TIMES]      TIMES 0 is until the client leaves
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

constexpr std::size_t kWriteBytes = 1U << 20U;

/// The first client's connection; -1 where the port cannot be had.
int accept_one(std::uint16_t port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 ||
      ::listen(listener, 1) < 0) {
    return -1;
  }
  return ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
}

/// False when the client has left.
bool send(int client, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::write(client, text.data(), std::min(text.size(), kWriteBytes));
    if (sent < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::fputs("usage: bench_sender PORT FILE [TIMES]\n", stderr), 64;
  const long times = argc > 3 ? std::atol(argv[3]) : 1;
  std::ifstream in(argv[2], std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text.empty()) return std::fprintf(stderr, "bench_sender: %s has no text\n", argv[2]), 66;
  std::signal(SIGPIPE, SIG_IGN);
  const int client = accept_one(static_cast<std::uint16_t>(std::atoi(argv[1])));
  if (client < 0) return std::perror("bench_sender: listening"), 69;
  for (long i = 0; times == 0 || i < times; ++i) {
    if (!send(client, text)) return times == 0 ? 0 : 74;
  }
  return 0;
}
