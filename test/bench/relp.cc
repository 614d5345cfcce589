// Sends lines by RELP, with keys, and waits for their answers:
//
//   bench_relp PORT PRODUCERS CONNECTIONS WINDOW LINES [EVERY_US]
//   bench_relp answer
//
// Each connection sends for its share of the producers, in turns, with at most WINDOW frames that
// are not answered; with EVERY_US all connections together send a line so often, in microseconds.
// Prints the seconds from the first line to the last answer, and of the time that a line waits for
// its answer, in milliseconds, the median, the 99th percentile and the most. The second form is a
// receiver that answers one connection at once and does nothing else; it prints its port.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kText =
    "the quick brown fox jumps over the lazy dog and goes on its way";
constexpr std::size_t kOutputMax = 64 * 1024;

[[noreturn]] void stop(const char* what) {
  std::fprintf(stderr, "bench_relp: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

struct Producer {
  std::string name;
  std::uint64_t offset = 0;
};

struct Connection {
  int fd = -1;
  std::vector<Producer> producers = {};
  std::size_t turn = 0;
  std::uint32_t number = 1;
  std::string output = {};
  std::deque<Clock::time_point> sent_at = {};  // of what is not answered, in order
  int greeting_lines = 0;                      // of the answer to "open", which has four
  bool is_greeted = false;
};

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    stop("connect");
  }
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

std::string frame(std::uint32_t number, std::string_view command, std::string_view data) {
  return std::to_string(number) + ' ' + std::string(command) + ' ' + std::to_string(data.size()) +
         ' ' + std::string(data) + '\n';
}

void add_line(Connection& connection) {
  Producer& producer = connection.producers[connection.turn++ % connection.producers.size()];
  const std::string data =
      producer.name + '@' + std::to_string(producer.offset) + ' ' + std::string(kText);
  producer.offset += kText.size() + 1;
  connection.output += frame(++connection.number, "syslog", data);
  connection.sent_at.push_back(Clock::now());
}

/// Each answer to a line is one line itself.
void take_answers(Connection& connection, std::vector<double>& waits) {
  char bytes[64 * 1024];
  const ssize_t got = ::read(connection.fd, bytes, sizeof bytes);
  if (got == 0 || (got < 0 && errno != EAGAIN)) stop("read");
  const auto now = Clock::now();
  for (ssize_t i = 0; i < got; ++i) {
    if (bytes[i] != '\n') continue;
    if (!connection.is_greeted) {
      connection.is_greeted = ++connection.greeting_lines == 4;
      continue;
    }
    waits.push_back(
        std::chrono::duration<double, std::milli>(now - connection.sent_at.front()).count());
    connection.sent_at.pop_front();
  }
}

void send_some(Connection& connection) {
  const ssize_t sent =
      ::send(connection.fd, connection.output.data(), connection.output.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) stop("send");
  if (sent > 0) connection.output.erase(0, static_cast<std::size_t>(sent));
}

/// Every line that comes is a frame, but for the three of "open" that have a '='.
int answer() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), length) != 0 ||
      ::listen(listener, 1) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    stop("listen");
  }
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  std::string rest;
  for (char bytes[64 * 1024];;) {
    const ssize_t got = ::read(fd, bytes, sizeof bytes);
    if (got <= 0) return 0;
    rest.append(bytes, static_cast<std::size_t>(got));
    std::string answers;
    std::size_t begin = 0;
    for (std::size_t end; (end = rest.find('\n', begin)) != rest.npos; begin = end + 1) {
      const std::string line = rest.substr(begin, end - begin);
      const std::string number = line.substr(0, line.find(' '));
      if (line.starts_with("relp_software=") || line.starts_with("commands=")) continue;
      const bool is_open = line.starts_with(number + " open ");
      answers += number + (is_open ? " rsp 37 200 OK\nrelp_version=0\ncommands=syslog\n"
                                   : " rsp 6 200 OK\n");
    }
    rest.erase(0, begin);
    if (::send(fd, answers.data(), answers.size(), MSG_NOSIGNAL) < 0) return 0;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "answer") return answer();
  if (argc < 6) {
    std::fprintf(stderr, "usage: bench_relp PORT PRODUCERS CONNECTIONS WINDOW LINES [EVERY_US]\n");
    return 64;
  }
  const auto number = [&](int at) { return std::strtoull(argv[at], nullptr, 10); };
  const std::uint64_t producer_count = number(2), connection_count = number(3);
  const std::uint64_t window = number(4), line_count = number(5);
  const auto every = std::chrono::microseconds(argc > 6 ? number(6) : 0);

  std::vector<Connection> connections(connection_count);
  for (Connection& connection : connections) {
    connection.fd = connect_to(static_cast<std::uint16_t>(number(1)));
    connection.output = frame(1, "open", "relp_version=0\nrelp_software=bench\ncommands=syslog");
  }
  for (std::uint64_t i = 0; i < producer_count; ++i) {
    connections[i % connection_count].producers.push_back({"/var/log/app" + std::to_string(i)});
  }

  std::vector<double> waits;
  waits.reserve(line_count);
  std::vector<pollfd> polled(connection_count);
  std::uint64_t sent_count = 0;
  std::size_t turn = 0;
  const auto begin = Clock::now();
  while (waits.size() < line_count) {
    if (every.count() != 0) {
      for (; sent_count < line_count && Clock::now() >= begin + every * sent_count; ++sent_count) {
        add_line(connections[turn++ % connection_count]);
      }
    }
    bool has_more = false;
    for (std::size_t i = 0; i < connections.size(); ++i) {
      Connection& connection = connections[i];
      while (every.count() == 0 && sent_count < line_count && connection.sent_at.size() < window &&
             connection.output.size() < kOutputMax) {
        add_line(connection);
        ++sent_count;
      }
      if (!connection.output.empty()) send_some(connection);
      const bool is_full = !connection.output.empty();
      has_more |= !is_full && connection.sent_at.size() < window && sent_count < line_count;
      polled[i] = {connection.fd, static_cast<short>(POLLIN | (is_full ? POLLOUT : 0)), 0};
    }
    const int patience_ms = every.count() != 0 ? 1 : has_more ? 0 : 1000;
    if (::poll(polled.data(), polled.size(), patience_ms) < 0) stop("poll");
    for (std::size_t i = 0; i < connections.size(); ++i) {
      if ((polled[i].revents & POLLIN) != 0) take_answers(connections[i], waits);
    }
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  std::ranges::sort(waits);
  std::printf("%.6f %.3f %.3f %.3f\n", seconds, waits[waits.size() / 2],
              waits[waits.size() * 99 / 100], waits.back());
  return 0;
}
