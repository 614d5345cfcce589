#include "env/stored_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <optional>
#include <utility>

#include "env/descriptor.h"
#include "env/directory.h"
#include "env/file_lock.h"
#include "env/storage_error.h"
#include "env/stored_directory.h"

namespace wordstream {
namespace {

class RealStoredFile final : public StoredFile {
 public:
  /// `directory` is where its name is; it must be synced too, once.
  RealStoredFile(Descriptor file, std::string name, std::string directory, bool is_new)
      : file_(std::move(file)),
        name_(std::move(name)),
        directory_(std::move(directory)),
        is_new_(is_new) {}

  bool is_new() const override { return is_new_; }

  Result<FileInfo> info() const override {
    if (const auto found = look_at(file_.get(), "", AT_EMPTY_PATH)) return *found;
    return fail_storing(fmt::format("cannot look at {}", name_), errno);
  }

  bool is_removed() const override {
    struct stat status {};
    return ::fstat(file_.get(), &status) == 0 && status.st_nlink == 0;
  }

  bool is_at(const std::string& path) const override {
    const auto ours = look_at(file_.get(), "", AT_EMPTY_PATH);
    const auto there = look_at(AT_FDCWD, path.c_str(), 0);
    return ours && there && is_same_file(*ours, *there);
  }

  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) const override {
    const ssize_t got = uninterrupted(
        [&] { return ::pread(file_.get(), into.data(), into.size(), static_cast<off_t>(offset)); });
    if (got >= 0) return static_cast<std::size_t>(got);
    return fail_storing(fmt::format("cannot read {}", name_), errno);
  }

  Status append(std::string_view bytes) override {
    return unless_failed([&] { return write_all(bytes); });
  }

  Status truncate(std::uint64_t size) override {
    return unless_failed([&]() -> Status {
      const auto to = static_cast<off_t>(size);
      if (uninterrupted([&] { return ::ftruncate(file_.get(), to); }) == 0) return {};
      return fail_storing(fmt::format("cannot cut {}", name_), errno);
    });
  }

  Status sync() override {
    return unless_failed([&] { return sync_all(); });
  }

 private:
  /// The first error is that of all that follows.
  template <class Work>
  Status unless_failed(Work work) {
    if (!failed_) {
      const Status status = work();
      if (status) return {};
      failed_ = status.error();
    }
    return tl::unexpected<Error>(*failed_);
  }

  Status write_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written =
          uninterrupted([&] { return ::write(file_.get(), bytes.data(), bytes.size()); });
      if (written < 0) return fail_storing(fmt::format("cannot write to {}", name_), errno);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }

  Status sync_all() {
    if (uninterrupted([&] { return ::fdatasync(file_.get()); }) != 0) {
      return fail_storing(fmt::format("cannot sync {}", name_), errno);
    }
    if (!directory_) return {};
    Status synced = sync_directory(*directory_, is_new_ ? Unreadable::Fails : Unreadable::IsFine);
    if (synced) directory_.reset();
    return synced;
  }

  Descriptor file_;
  std::string name_;
  std::optional<std::string> directory_;
  bool is_new_;
  std::optional<Error> failed_;
};

/// A path without links; as it is where nothing stands there.
std::string resolved(const std::string& path) {
  std::string real(PATH_MAX, '\0');
  if (::realpath(path.c_str(), real.data()) == nullptr) return path;
  real.resize(real.find('\0'));
  return real;
}

/// Not waiting for the other end of what may be a pipe.
Descriptor open_descriptor(const std::string& path, int flags) {
  constexpr int kFlags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  return Descriptor(uninterrupted([&] { return ::open(path.c_str(), kFlags | flags, 0644); }));
}

tl::unexpected<Error> fail_no_file(const std::string& path) {
  return fail(ErrorCode::CannotCreate,
              fmt::format("cannot write to {}: it is no regular file; name one", path));
}

}  // namespace

Status make_stored_rollback_journal(const Database& database) {
  const std::string path = database.rollback_path();
  const Descriptor file = open_descriptor(path, O_CREAT);
  if (!file.is_open()) return database.failed("cannot make its rollback journal", errno);
  if (uninterrupted([&] { return ::fdatasync(file.get()); }) != 0) {
    return database.failed("cannot sync its rollback journal", errno);
  }
  const int error = try_to_sync_directory(directory_of(path));
  return error == 0 ? Status() : database.failed("cannot sync its directory", error);
}

Result<std::unique_ptr<StoredFile>> open_stored_file(const std::string& path) {
  Descriptor file = open_descriptor(path, 0);
  const bool is_new = !file.is_open() && errno == ENOENT;
  if (is_new) file = open_descriptor(path, O_CREAT);
  if (!file.is_open() && errno == EISDIR) return fail_no_file(path);
  if (!file.is_open()) return fail_storing(fmt::format("cannot open {}", path), errno);
  const auto found = look_at(file.get(), "", AT_EMPTY_PATH);
  if (!found) return fail_storing(fmt::format("cannot look at {}", path), errno);
  if (found->kind != FileInfo::Kind::Regular) return fail_no_file(path);

  const Result<Holder> holder = hold_file(file.get(), path);
  if (!holder) return fail(holder);
  if (holder->is_somebody) {
    const std::string who =
        holder->pid > 0 ? fmt::format("process {}", holder->pid) : "another process";
    return fail(ErrorCode::Busy,
                fmt::format("cannot write to {}: {} is writing to it; stop that one first, or name "
                            "another file",
                            path, who));
  }
  // An older file's name may be unsynced too, of a run that ended before it came to it.
  return std::make_unique<RealStoredFile>(std::move(file), path, directory_of(resolved(path)),
                                          is_new);
}

Result<std::vector<Sibling>> list_stored_siblings(const std::string& path) {
  return Siblings().list(resolved(path));
}

}  // namespace wordstream
