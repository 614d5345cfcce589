#include "sim/storage.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "env/storage_error.h"

namespace wordstream::sim {
namespace {

class FakeStoredFile final : public StoredFile {
 public:
  FakeStoredFile(std::unique_ptr<OpenFile> file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}

  bool is_new() const override { return file_->is_new(); }

  Result<FileInfo> info() const override {
    if (!file_->is_usable()) return fail_storing(fmt::format("cannot look at {}", path_), EIO);
    return file_->file().info();
  }

  bool is_removed() const override { return file_->is_removed(); }

  bool is_at(const std::string& path) const override { return file_->is_at(path); }

  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) const override {
    if (!file_->is_usable()) return fail_storing(fmt::format("cannot read {}", path_), EIO);
    return file_->read_at(offset, into);
  }

  Status append(std::string_view bytes) override {
    if (bytes.empty()) return unless_failed([] { return 0; }, "");
    return unless_failed([&] { return file_->write(file_->file().text().size(), bytes); },
                         "write to");
  }

  Status truncate(std::uint64_t size) override {
    return unless_failed([&] { return file_->truncate(size); }, "cut");
  }

  Status sync() override {
    const Status synced = unless_failed([&] { return file_->sync(); }, "sync");
    if (!synced || is_name_synced_) return synced;
    is_name_synced_ = true;
    return unless_failed([&] { return file_->sync_name(); }, "sync the directory of");
  }

 private:
  /// The first error is that of all that follows.
  template <class Work>
  Status unless_failed(Work work, std::string_view doing) {
    if (!failed_) {
      const Errno error = work();
      if (error == 0) return {};
      failed_ = fail_storing(fmt::format("cannot {} {}", doing, path_), error).value();
    }
    return tl::unexpected<Error>(*failed_);
  }

  std::unique_ptr<OpenFile> file_;
  std::string path_;
  bool is_name_synced_ = false;
  std::optional<Error> failed_;
};

class FakeDirectoryLock final : public DirectoryLock {
 public:
  explicit FakeDirectoryLock(std::unique_ptr<OpenFile> file) : file_(std::move(file)) {}

 private:
  std::unique_ptr<OpenFile> file_;
};

/// What a lock file says.
std::int64_t pid_in(const std::string& text) {
  std::int64_t pid = -1;
  std::from_chars(text.data(), text.data() + text.size(), pid);
  return pid;
}

std::string lock_path(const std::string& directory) { return directory + "/lock"; }

}  // namespace

FakeStorage::FakeStorage(FakeDisk& disk, Timeline& timeline, const FakeClock& clock)
    : disk_(disk), process_(std::make_unique<FakeProcess>(disk)), vfs_(timeline, clock) {
  vfs_.run_for(*process_);
}

void FakeStorage::restart() {
  process_->kill();
  process_ = std::make_unique<FakeProcess>(disk_);
  vfs_.run_for(*process_);
}

Result<std::unique_ptr<StoredFile>> FakeStorage::open_file(const std::string& path) {
  Errno error = 0;
  std::unique_ptr<OpenFile> file = process_->open(path, FakeProcess::Creation::IfMissing, error);
  if (error == EISDIR) {
    return fail(ErrorCode::CannotCreate,
                fmt::format("cannot write to {}: it is no regular file; name one", path));
  }
  if (error != 0) return fail_storing(fmt::format("cannot open {}", path), error);
  error = file->lock(LockLevel::Exclusive);
  if (error == EAGAIN) {
    return fail(ErrorCode::Busy,
                fmt::format("cannot write to {}: another process is writing to it", path));
  }
  if (error != 0) return fail_storing(fmt::format("cannot lock {}", path), error);
  return std::make_unique<FakeStoredFile>(std::move(file), path);
}

Result<std::vector<Sibling>> FakeStorage::siblings(const std::string& path) {
  std::vector<Sibling> siblings;
  for (const std::string& other : disk_.paths()) {
    const bool is_beside = parent_of(other) == parent_of(path) && other != path;
    if (!is_beside || !other.starts_with(stem_of(path))) continue;
    siblings.push_back({other, process_->look_at(other)->info()});
  }
  return siblings;
}

Status FakeStorage::make_directory(const std::string& path) {
  const std::string above = parent_of(path);
  Errno error = process_->make_directory(path);
  if (error == ENOENT && above != path) {
    if (Status made = make_directory(above); !made) return made;
    error = process_->make_directory(path);
  }
  const auto found = process_->look_at(path);
  if (error == EEXIST) error = found->info().kind == FileInfo::Kind::Directory ? 0 : ENOTDIR;
  if (error != 0) return fail_storing(fmt::format("cannot make {}", path), error);
  error = process_->sync_directory(above);
  if (error != 0) return fail_storing(fmt::format("cannot sync the directory {}", above), error);
  return {};
}

Result<std::unique_ptr<DirectoryLock>> FakeStorage::lock_directory(const std::string& path) {
  const std::string name = lock_path(path);
  Errno error = 0;
  std::unique_ptr<OpenFile> file = process_->open(name, FakeProcess::Creation::IfMissing, error);
  if (error != 0) return fail_storing(fmt::format("cannot open {}", name), error);
  error = file->lock(LockLevel::Exclusive);
  if (error == EAGAIN) {
    return fail(ErrorCode::Busy, fmt::format("cannot use {}: process {} is using it", path,
                                             pid_in(file->file().text())));
  }
  if (error != 0) return fail_storing(fmt::format("cannot lock {}", name), error);
  error = file->truncate(0);
  if (error == 0) error = file->write(0, fmt::format("{}\n", pid()));
  if (error != 0) return fail_storing(fmt::format("cannot write {}", name), error);
  return std::make_unique<FakeDirectoryLock>(std::move(file));
}

Result<std::int64_t> FakeStorage::owner_of_directory(const std::string& path) {
  const std::string name = lock_path(path);
  if (!process_->look_at(name)) return 0;
  Errno error = 0;
  const std::unique_ptr<OpenFile> file = process_->open(name, FakeProcess::Creation::None, error);
  if (error != 0) return fail_storing(fmt::format("cannot open {}", name), error);
  if (file->level_of_others() == LockLevel::None) return 0;
  return pid_in(file->file().text());
}

Result<std::unique_ptr<Database>> FakeStorage::open_database(const std::string& path,
                                                             const DatabaseOptions& options) {
  DatabaseOptions own = options;
  own.vfs = vfs_.name();
  return Database::open(path, own);
}

Status FakeStorage::make_rollback_journal(const Database& database) {
  Errno error = 0;
  const std::unique_ptr<OpenFile> file =
      process_->open(database.rollback_path(), FakeProcess::Creation::IfMissing, error);
  if (error != 0) return database.failed("cannot make its rollback journal", error);
  error = file->sync();
  if (error != 0) return database.failed("cannot sync its rollback journal", error);
  error = file->sync_name();
  return error == 0 ? Status() : database.failed("cannot sync its directory", error);
}

}  // namespace wordstream::sim
