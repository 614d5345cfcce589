#include "env/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "env/descriptor.h"
#include "env/storage_error.h"

namespace wordstream {
namespace {

constexpr Holder kNobody{};
constexpr std::int64_t kUnknownOwner = -1;

class RealDirectoryLock final : public DirectoryLock {
 public:
  explicit RealDirectoryLock(Descriptor file) : file_(std::move(file)) {}

 private:
  Descriptor file_;
};

/// All of a file, for writing.
struct flock whole_file() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

Result<Holder> find_holder(int file, const std::string& name) {
  struct flock lock = whole_file();
  if (::fcntl(file, F_OFD_GETLK, &lock) != 0) {
    return fail_storing(fmt::format("cannot ask who holds {}", name), errno);
  }
  if (lock.l_type == F_UNLCK) return kNobody;
  // Locks like ours have no process, and tell -1.
  return Holder{true, lock.l_pid > 0 ? lock.l_pid : 0};
}

std::string lock_path(const std::string& directory) { return directory + "/lock"; }

/// The pid that its owner has left in a lock file.
std::int64_t written_pid(int file) {
  std::array<char, 32> text{};
  const ssize_t got = uninterrupted([&] { return ::pread(file, text.data(), text.size(), 0); });
  std::int64_t pid = 0;
  const char* const end = text.data() + std::max<ssize_t>(got, 0);
  const auto parsed = std::from_chars(text.data(), end, pid);
  return parsed.ec == std::errc() && pid > 0 ? pid : kUnknownOwner;
}

bool write_pid(int file) {
  const std::string text = fmt::format("{}\n", ::getpid());
  if (uninterrupted([&] { return ::ftruncate(file, 0); }) != 0) return false;
  const ssize_t size = static_cast<ssize_t>(text.size());
  return uninterrupted([&] { return ::pwrite(file, text.data(), text.size(), 0); }) == size;
}

bool is_on_network(int file) {
  struct statfs system {};
  if (uninterrupted([&] { return ::fstatfs(file, &system); }) != 0) return false;
  switch (static_cast<std::uint32_t>(system.f_type)) {
    case NFS_SUPER_MAGIC:
    case SMB_SUPER_MAGIC:
    case CIFS_SUPER_MAGIC:
    case SMB2_SUPER_MAGIC:
    case AFS_SUPER_MAGIC:
    case CODA_SUPER_MAGIC:
    case CEPH_SUPER_MAGIC:
      return true;
    default:
      return false;
  }
}

}  // namespace

Result<Holder> hold_file(int file, const std::string& name) {
  struct flock lock = whole_file();
  if (::fcntl(file, F_OFD_SETLK, &lock) == 0) return kNobody;
  if (errno != EAGAIN && errno != EACCES) {
    return fail_storing(fmt::format("cannot lock {}", name), errno);
  }
  Result<Holder> holder = find_holder(file, name);
  // Whoever it was may have gone in between.
  if (holder) holder->is_somebody = true;
  return holder;
}

Result<std::unique_ptr<DirectoryLock>> hold_directory(const std::string& path) {
  const std::string name = lock_path(path);
  Descriptor file(uninterrupted([&] {
    return ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
  }));
  if (!file.is_open()) return fail_storing(fmt::format("cannot open {}", name), errno);
  if (is_on_network(file.get())) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("cannot use {}: it is on a network file system, where two processes "
                            "could hold it at once; name a directory of this machine",
                            path));
  }
  const Result<Holder> holder = hold_file(file.get(), name);
  if (!holder) return fail(holder);
  if (holder->is_somebody) {
    const std::int64_t pid = written_pid(file.get());
    const std::string who = pid > 0 ? fmt::format("process {}", pid) : "another process";
    return fail(ErrorCode::Busy,
                fmt::format("cannot use {}: {} is using it; stop that one first", path, who));
  }
  if (!write_pid(file.get())) return fail_storing(fmt::format("cannot write {}", name), errno);
  return std::make_unique<RealDirectoryLock>(std::move(file));
}

Result<std::int64_t> find_owner_of_directory(const std::string& path) {
  const std::string name = lock_path(path);
  const Descriptor file(
      uninterrupted([&] { return ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY); }));
  if (!file.is_open() && (errno == ENOENT || errno == ENOTDIR)) return 0;
  if (!file.is_open()) return fail_storing(fmt::format("cannot open {}", name), errno);
  const Result<Holder> holder = find_holder(file.get(), name);
  if (!holder) return fail(holder);
  if (!holder->is_somebody) return 0;
  return written_pid(file.get());
}

}  // namespace wordstream
