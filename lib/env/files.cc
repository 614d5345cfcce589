#include "env/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "env/descriptor.h"
#include "env/directory.h"
#include "env/file_watch.h"

namespace wordstream {
namespace {

constexpr std::string_view kReadAdvice = "see that it can be read, and start again";

/// Why nothing can be read from a socket; empty where something can.
std::string_view unreadable_socket(int fd) {
  int type = 0;
  socklen_t length = sizeof type;
  if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) != 0 || type != SOCK_STREAM) {
    return "it is a socket for datagrams";
  }
  int is_listening = 0;
  length = sizeof is_listening;
  ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &length);
  if (is_listening != 0) return "it is a socket that listens";
  sockaddr_storage peer{};
  length = sizeof peer;
  const bool is_connected = ::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &length) == 0;
  return is_connected ? "" : "it is a socket that is not connected";
}

class RealFile final : public File {
 public:
  RealFile(Descriptor file, std::string name) : file_(std::move(file)), name_(std::move(name)) {}

  int handle() const override { return file_.get(); }

  Result<Read> read(std::span<char> into) override {
    const ssize_t got =
        uninterrupted([&] { return ::read(file_.get(), into.data(), into.size()); });
    if (got > 0) return Read{Read::State::Data, static_cast<std::size_t>(got)};
    if (got == 0) return Read{Read::State::Ended};
    if (errno == EAGAIN) return Read{Read::State::NotNow};
    return fail_errno(fmt::format("cannot read {}", name_), errno, kReadAdvice);
  }

  Result<FileInfo> info() const override {
    if (const auto found = look_at(file_.get(), "", AT_EMPTY_PATH)) return *found;
    return fail_errno(fmt::format("cannot look at {}", name_), errno);
  }

  Result<std::uint64_t> offset() const override {
    const off_t offset = ::lseek(file_.get(), 0, SEEK_CUR);
    if (offset >= 0) return static_cast<std::uint64_t>(offset);
    return fail_errno(fmt::format("cannot tell how far {} was read", name_), errno);
  }

  Status seek(std::uint64_t offset) override {
    if (::lseek(file_.get(), static_cast<off_t>(offset), SEEK_SET) >= 0) return {};
    return fail_errno(fmt::format("cannot go to byte {} of {}", offset, name_), errno);
  }

  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) const override {
    std::size_t taken = 0;
    while (taken < into.size()) {
      const ssize_t got = uninterrupted([&] {
        return ::pread(file_.get(), into.data() + taken, into.size() - taken,
                       static_cast<off_t>(offset + taken));
      });
      if (got < 0) return fail_errno(fmt::format("cannot read {}", name_), errno, kReadAdvice);
      if (got == 0) break;
      taken += static_cast<std::size_t>(got);
    }
    return taken;
  }

  Result<std::uint64_t> next_data(std::uint64_t offset) const override {
    // The kernel looks for data by going there; the place is put back.
    const off_t place = ::lseek(file_.get(), 0, SEEK_CUR);
    const off_t data = ::lseek(file_.get(), static_cast<off_t>(offset), SEEK_DATA);
    const int error = errno;
    if (place < 0 || ::lseek(file_.get(), place, SEEK_SET) < 0) {
      return fail_errno(fmt::format("cannot look for data in {}", name_), errno);
    }
    if (data >= 0) return static_cast<std::uint64_t>(data);
    if (error == EINVAL || error == EOPNOTSUPP) return offset;  // it knows of no holes
    if (error != ENXIO) {
      return fail_errno(fmt::format("cannot look for data in {}", name_), error, kReadAdvice);
    }
    const Result<FileInfo> now = info();
    if (!now) return fail(now);
    return now->size;
  }

 private:
  Descriptor file_;
  std::string name_;
};

class StandardOutput final : public Output {
 public:
  explicit StandardOutput(Descriptor output) : output_(std::move(output)) {}

  int handle() const override { return output_.get(); }

  Result<std::size_t> write(std::string_view bytes) override {
    const ssize_t written =
        uninterrupted([&] { return ::write(output_.get(), bytes.data(), bytes.size()); });
    if (written >= 0) return static_cast<std::size_t>(written);
    if (errno == EAGAIN) return std::size_t{0};
    const std::string message =
        fmt::format("cannot write to stdout: {}; see what it is connected to", errno_text(errno));
    return fail(errno == EPIPE ? ErrorCode::Closed : ErrorCode::Io, message);
  }

  bool is_terminal() const override { return ::isatty(output_.get()) == 1; }

 private:
  Descriptor output_;
};

class RealFiles final : public Files {
 public:
  RealFiles() {
    // A descriptor that was closed at the start is filled, so that no socket or file of ours can
    // take its number and be mistaken for it.
    for (std::size_t fd = 0; fd < was_open_.size(); ++fd) {
      was_open_[fd] = ::fcntl(static_cast<int>(fd), F_GETFD) != -1;
      if (!was_open_[fd]) [[maybe_unused]]
        const int filler = ::open("/dev/null", O_RDWR);
    }
  }

  Result<std::unique_ptr<File>> open(const std::string& path) override {
    // Not blocking: a named pipe without a writer would hold us.
    Descriptor file(uninterrupted(
        [&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); }));
    if (!file.is_open()) {
      const int error = errno;
      const auto found = look_at(AT_FDCWD, path.c_str(), 0);
      if (error == ENXIO && found && found->kind == FileInfo::Kind::Socket) {
        return fail(
            ErrorCode::NotFound,
            fmt::format("cannot open {0}: it is a socket; write unix:{0} to connect to it", path));
      }
      return fail_errno(fmt::format("cannot open {}", path), error,
                        "name a file that you may read");
    }
    return checked(std::make_unique<RealFile>(std::move(file), path), path);
  }

  Result<FileInfo> info(const std::string& path) override {
    if (const auto found = look_at(AT_FDCWD, path.c_str(), 0)) return *found;
    return fail_errno(fmt::format("cannot look at {}", path), errno);
  }

  Result<std::vector<Sibling>> siblings(const std::string& path) override {
    return siblings_.list(path);
  }

  Result<std::vector<Sibling>> matching(const std::string& pattern) override {
    return list_matching(pattern);
  }

  bool tells_changes(const std::string& path) const override { return is_on_local_disk(path); }

  std::string absolute(const std::string& path) const override {
    std::error_code error;
    const std::filesystem::path whole = std::filesystem::absolute(path, error);
    if (!is_unknown_call(error.value())) return whole.lexically_normal();
    return (std::filesystem::read_symlink("/proc/self/cwd", error) / path).lexically_normal();
  }

  Result<std::unique_ptr<FileWatch>> make_watch() override { return make_file_watch(); }

  Result<std::unique_ptr<File>> standard_input() override {
    if (!was_open_[STDIN_FILENO])
      return fail(ErrorCode::Io,
                  "cannot read stdin: it is closed; name a SOURCE, or give it some input");
    // A descriptor of our own: the process keeps its 0 whatever becomes of this one.
    Descriptor input(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (!input.is_open()) return fail_errno("cannot read stdin", errno);
    const int fd = input.get();
    Result<std::unique_ptr<File>> file =
        checked(std::make_unique<RealFile>(std::move(input), "stdin"), "stdin");
    if (!file) return file;
    const Result<FileInfo> info = (*file)->info();
    if (!info) return fail(info);
    const std::string_view why =
        info->kind == FileInfo::Kind::Socket ? unreadable_socket(fd) : std::string_view();
    if (why.empty()) return file;
    return fail(ErrorCode::NotFound,
                fmt::format("cannot read stdin: {}; connect it, or name a SOURCE", why));
  }

  Result<std::unique_ptr<Output>> standard_output() override {
    Result<Descriptor> output = duplicate_output();
    if (!output) return fail(output);
    return std::make_unique<StandardOutput>(std::move(*output));
  }

  Result<std::unique_ptr<Terminal>> standard_terminal() override {
    Result<Descriptor> output = duplicate_output();
    if (!output) return fail(output);
    return open_terminal(std::move(*output));
  }

 private:
  static Result<std::unique_ptr<File>> checked(std::unique_ptr<File> file,
                                               const std::string& name) {
    const Result<FileInfo> info = file->info();
    if (!info) return fail(info);
    if (info->kind == FileInfo::Kind::Directory) {
      return fail_errno(fmt::format("cannot read {}", name), EISDIR, "name a file in it");
    }
    return file;
  }

  Result<Descriptor> duplicate_output() const {
    if (!was_open_[STDOUT_FILENO]) {
      return fail(ErrorCode::Io, "cannot write to stdout: it is closed; connect it to something");
    }
    Descriptor output(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (!output.is_open()) return fail_errno("cannot write to stdout", errno);
    return output;
  }

  std::array<bool, 3> was_open_{};
  Siblings siblings_;
};

}  // namespace

Result<std::string> read_bytes(const File& file, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  const Result<std::size_t> got = file.read_at(offset, bytes);
  if (!got) return fail(got);
  bytes.resize(*got);
  return bytes;
}

std::unique_ptr<Files> make_real_files() { return std::make_unique<RealFiles>(); }

}  // namespace wordstream
