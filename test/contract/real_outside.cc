#include "contract/real_outside.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/check.h"

namespace wordstream::contract {
namespace {

class RealRemote final : public Remote {
 public:
  explicit RealRemote(Descriptor socket) : socket_(std::move(socket)) {}

  void send(std::string_view bytes) override {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    WS_CHECK(sent == static_cast<ssize_t>(bytes.size()), "sending to the door");
  }
  std::string receive(std::size_t size) override {
    std::string bytes(size, '\0');
    const ssize_t got = ::recv(socket_.get(), bytes.data(), size, MSG_WAITALL);
    bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return bytes;
  }
  void finish() override { ::shutdown(socket_.get(), SHUT_WR); }
  void close() override { socket_ = Descriptor(); }
  void reset() override {
    // Not to linger at all: the kernel sends a reset in place of an end.
    const linger none{1, 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
    close();
  }

 private:
  Descriptor socket_;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// A socket at a path, or with a name of the kernel's own, before it is bound or connected.
struct PathSocket {
  explicit PathSocket(const std::string& path) {
    address.sun_family = AF_UNIX;
    path.copy(&address.sun_path[0], sizeof address.sun_path - 1);
    length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    if (path.front() == '@') address.sun_path[0] = '\0';
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }

  Descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_un address{};
  socklen_t length = 0;
};

Descriptor bound_socket(const std::string& path) {
  PathSocket made(path);
  WS_CHECK(::bind(made.socket.get(), made.get(), made.length) == 0, "binding to a path");
  return std::move(made.socket);
}

Descriptor bound_socket(std::uint16_t& port) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  WS_CHECK(::bind(socket.get(), raw, length) == 0, "binding to a port");
  WS_CHECK(::getsockname(socket.get(), raw, &length) == 0, "asking for the port");
  port = ntohs(address.sin_port);
  return socket;
}

struct Pipe {
  Descriptor reader, writer;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  WS_CHECK(::pipe2(ends.data(), O_CLOEXEC) == 0, "making a pipe");
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

/// Puts something in the place of a standard stream for as long as this lives; -1 closes it.
class Redirection {
 public:
  Redirection(int stream, int to) : stream_(stream), saved_(::fcntl(stream, F_DUPFD_CLOEXEC, 10)) {
    if (to < 0) {
      ::close(stream_);
    } else {
      ::dup2(to, stream_);
    }
  }
  ~Redirection() {
    if (saved_.is_open()) ::dup2(saved_.get(), stream_);
  }
  Redirection(const Redirection&) = delete;
  Redirection& operator=(const Redirection&) = delete;

 private:
  int stream_;
  Descriptor saved_;
};

}  // namespace

RealOutside::RealOutside() {
  // As the program does: a reader that has gone, or a file that may not grow, is an error of
  // write().
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  std::string name = (std::filesystem::temp_directory_path() / "wordstream-XXXXXX").string();
  WS_CHECK(::mkdtemp(name.data()) != nullptr, "making a fresh directory");
  directory_ = name;
}

RealOutside::~RealOutside() {
  settle();
  return_descriptors();
  empty_disk();
  std::filesystem::remove_all(directory_);
}

void RealOutside::meanwhile(std::function<void()> event) { others_.emplace_back(std::move(event)); }

void RealOutside::settle() {
  for (std::thread& other : others_) other.join();
  others_.clear();
}

std::size_t RealOutside::open_count() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    ++count;
  }
  return count;
}

std::uint16_t RealOutside::serve() {
  std::uint16_t port = 0;
  server_ = bound_socket(port);
  WS_CHECK(::listen(server_.get(), 16) == 0, "listening");
  return port;
}

void RealOutside::serve_at(const std::string& path) {
  server_ = bound_socket(path);
  WS_CHECK(::listen(server_.get(), 16) == 0, "listening");
}

void RealOutside::leave_socket(const std::string& path) { bound_socket(path); }

std::unique_ptr<Remote> RealOutside::take() {
  Descriptor socket(::accept4(server_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  WS_CHECK(socket.is_open(), "taking a connection");
  return std::make_unique<RealRemote>(std::move(socket));
}

std::uint16_t RealOutside::dead_port() {
  // Bound and not listened at: it refuses, and nobody else is given it meanwhile.
  std::uint16_t port = 0;
  server_ = bound_socket(port);
  return port;
}

std::unique_ptr<Remote> RealOutside::dial(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (address.starts_with("unix:")) {
    PathSocket made(address.substr(colon + 1));
    WS_CHECK(::connect(made.socket.get(), made.get(), made.length) == 0,
             "connecting to a listener at a path");
    return std::make_unique<RealRemote>(std::move(made.socket));
  }
  const sockaddr_in to =
      loopback(static_cast<std::uint16_t>(std::stoul(address.substr(colon + 1))));
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  WS_CHECK(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0,
           "connecting to a listener");
  return std::make_unique<RealRemote>(std::move(socket));
}

void RealOutside::take_descriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  descriptor_count_max_ = limit.rlim_cur;
  // The next descriptor would have the lowest free number: nothing from there on is allowed.
  const Descriptor next(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0));
  limit.rlim_cur = static_cast<rlim_t>(next.get());
  setrlimit(RLIMIT_NOFILE, &limit);
}

void RealOutside::return_descriptors() {
  if (!descriptor_count_max_) return;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = *descriptor_count_max_;
  setrlimit(RLIMIT_NOFILE, &limit);
  descriptor_count_max_.reset();
}

void RealOutside::append(const std::string& name, std::string_view bytes) {
  std::ofstream(path(name), std::ios::app | std::ios::binary) << bytes;
}

void RealOutside::truncate(const std::string& name, std::size_t size) {
  std::filesystem::resize_file(path(name), size);
}

void RealOutside::rename(const std::string& from, const std::string& to) {
  std::filesystem::rename(path(from), path(to));
}

void RealOutside::copy(const std::string& from, const std::string& to) {
  std::filesystem::remove(path(to));
  std::filesystem::copy_file(path(from), path(to));
}

void RealOutside::write_at(const std::string& name, std::uint64_t offset, std::string_view bytes) {
  const Descriptor file(::open(path(name).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const ssize_t written =
      ::pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
  WS_CHECK(written == static_cast<ssize_t>(bytes.size()), "writing at some place");
}

void RealOutside::remove(const std::string& name) { std::filesystem::remove(path(name)); }

void RealOutside::make_directory(const std::string& name) {
  std::filesystem::create_directory(path(name));
}

bool RealOutside::forbid(const std::string& name) {
  std::filesystem::permissions(path(name), std::filesystem::perms::none);
  return ::access(path(name).c_str(), R_OK) != 0;
}

std::string RealOutside::text(const std::string& name) {
  std::ifstream file(path(name), std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void RealOutside::put(const std::string& name, std::string_view text) {
  std::ofstream(path(name), std::ios::trunc | std::ios::binary) << text;
}

void RealOutside::fill_disk() {
  // A disk can hardly be filled here; a file that may not grow is the nearest to it.
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  file_size_max_ = limit.rlim_cur;
  limit.rlim_cur = 8;
  setrlimit(RLIMIT_FSIZE, &limit);
}

void RealOutside::empty_disk() {
  if (!file_size_max_) return;
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = *file_size_max_;
  setrlimit(RLIMIT_FSIZE, &limit);
  file_size_max_.reset();
}

std::int64_t RealOutside::pid() { return ::getpid(); }

Result<std::unique_ptr<File>> RealOutside::input_pipe() {
  Pipe pipe = make_pipe();
  writer_ = std::move(pipe.writer);
  const Redirection redirection(STDIN_FILENO, pipe.reader.get());
  return make_real_files()->standard_input();
}

Result<std::unique_ptr<File>> RealOutside::input_socket() {
  std::array<int, 2> ends{};
  WS_CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0,
           "making two sockets");
  const Descriptor reader(ends[0]);
  writer_ = Descriptor(ends[1]);
  const Redirection redirection(STDIN_FILENO, reader.get());
  return make_real_files()->standard_input();
}

Result<std::unique_ptr<File>> RealOutside::input_file(const std::string& name, std::size_t offset) {
  const Descriptor file(::open(path(name).c_str(), O_RDONLY | O_CLOEXEC));
  WS_CHECK(::lseek(file.get(), static_cast<off_t>(offset), SEEK_SET) >= 0, "reading ahead");
  const Redirection redirection(STDIN_FILENO, file.get());
  return make_real_files()->standard_input();
}

Result<std::unique_ptr<File>> RealOutside::input_closed() {
  const Redirection redirection(STDIN_FILENO, -1);
  return make_real_files()->standard_input();
}

void RealOutside::write_input(std::string_view bytes) {
  const ssize_t written = ::write(writer_.get(), bytes.data(), bytes.size());
  WS_CHECK(written == static_cast<ssize_t>(bytes.size()), "writing to stdin");
}

Result<std::unique_ptr<Output>> RealOutside::output_pipe() {
  Pipe pipe = make_pipe();
  reader_ = std::move(pipe.reader);
  ::fcntl(reader_.get(), F_SETFL, O_NONBLOCK);
  const Redirection redirection(STDOUT_FILENO, pipe.writer.get());
  return make_real_files()->standard_output();
}

Result<std::unique_ptr<Output>> RealOutside::output_closed() {
  const Redirection redirection(STDOUT_FILENO, -1);
  return make_real_files()->standard_output();
}

Result<std::unique_ptr<Terminal>> RealOutside::output_terminal() {
  setenv("TERM", "xterm", 1);
  // As the program does; in the threads that tests start from now on, too.
  sigset_t resized;
  sigemptyset(&resized);
  sigaddset(&resized, SIGWINCH);
  pthread_sigmask(SIG_BLOCK, &resized, nullptr);

  reader_ = Descriptor(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  std::array<char, 128> name{};
  WS_CHECK(::grantpt(reader_.get()) == 0 && ::unlockpt(reader_.get()) == 0 &&
               ::ptsname_r(reader_.get(), name.data(), name.size()) == 0,
           "making a terminal");
  set_window(ScreenSize{});
  const Descriptor terminal(::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  const Redirection redirection(STDOUT_FILENO, terminal.get());
  return make_real_files()->standard_terminal();
}

Result<std::unique_ptr<Terminal>> RealOutside::pipe_as_terminal() {
  const Pipe pipe = make_pipe();
  const Redirection redirection(STDOUT_FILENO, pipe.writer.get());
  return make_real_files()->standard_terminal();
}

void RealOutside::resize(ScreenSize to) {
  set_window(to);
  // The kernel would send it to those whose terminal it is; ours it is not.
  ::kill(::getpid(), SIGWINCH);
}

void RealOutside::set_window(ScreenSize to) {
  const winsize size{static_cast<unsigned short>(to.lines), static_cast<unsigned short>(to.columns),
                     0, 0};
  WS_CHECK(::ioctl(reader_.get(), TIOCSWINSZ, &size) == 0, "resizing a terminal");
}

std::string RealOutside::take_output() {
  std::array<char, 4096> bytes{};
  const ssize_t got = ::read(reader_.get(), bytes.data(), bytes.size());
  return std::string(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
}

}  // namespace wordstream::contract
