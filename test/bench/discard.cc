// The receiver that does nothing: connects to a port of this machine, reads to the end of the stream
// and forgets it. What it reaches is the most that any receiver of this sender could.
//   bench_discard PORT
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 2) return std::fputs("usage: bench_discard PORT\n", stderr), 64;
  sockaddr_in peer{};
  peer.sin_family = AF_INET;
  peer.sin_port = htons(static_cast<std::uint16_t>(std::atoi(argv[1])));
  peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || ::connect(fd, reinterpret_cast<const sockaddr*>(&peer), sizeof peer) < 0) {
    return std::perror("bench_discard: connecting"), 69;
  }
  std::vector<char> buffer(1U << 20U);
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0) return std::perror("bench_discard: reading"), 74;
    if (got == 0) return 0;
  }
}
