// A process as the fake disk knows it: its system calls, each of which is an effect unless it only
// looks, and the files that it has open. Once dead, every call fails and does nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "sim/disk.h"

namespace wordstream::sim {

/// An errno value; 0 where it has worked.
using Errno = int;

class FakeProcess {
 public:
  explicit FakeProcess(FakeDisk& disk);
  ~FakeProcess();
  FakeProcess(const FakeProcess&) = delete;
  FakeProcess& operator=(const FakeProcess&) = delete;

  std::int64_t pid() const { return pid_; }
  bool is_alive() const { return is_alive_; }
  std::size_t open_count() const { return open_count_; }
  /// As kill -9 does: its locks are free, and what it has written stays.
  void kill();

  enum class Creation { None, IfMissing };
  /// Null, and `error`, when it fails.
  std::unique_ptr<OpenFile> open(const std::string& path, Creation creation, Errno& error);
  /// A file without a name.
  std::unique_ptr<OpenFile> open_nameless();
  Errno make_directory(const std::string& path);
  Errno sync_directory(const std::string& path);
  Errno unlink(const std::string& path);
  Errno rename(const std::string& from, const std::string& to);

  /// Has a server on another machine do something. Where that fails, the connection is lost.
  Errno ask(const std::string& server, std::string_view what, const std::function<void()>& happen,
            const std::function<void()>& lose);

  /// What stands at a path; null where nothing does.
  std::shared_ptr<const DiskFile> look_at(const std::string& path) const;

 private:
  friend class FakeDisk;
  friend class OpenFile;

  /// Lets `happen` happen, or what stands in its place.
  template <class Happen, class Fail>
  Errno effect(Effect::Kind kind, const std::string& path, std::string_view detail, Happen happen,
               Fail fail);
  template <class Happen>
  Errno effect(Effect::Kind kind, const std::string& path, std::string_view detail, Happen happen);
  Errno check_parent(const std::string& path) const;

  FakeDisk& disk_;
  std::int64_t pid_;
  bool is_alive_ = true;
  std::size_t open_count_ = 0;
};

/// The locks of SQLite's files, as its documentation has them; the last one is also that of a file
/// which one process holds.
enum class LockLevel { None, Shared, Reserved, Pending, Exclusive };

/// An open file. Must not outlive its process's object; closed, it gives its lock back.
class OpenFile {
 public:
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  const DiskFile& file() const { return *file_; }
  /// It was made when it was opened.
  bool is_new() const { return is_new_; }
  bool is_usable() const { return process_.is_alive(); }
  /// How many bytes; 0 at the end.
  std::size_t read_at(std::uint64_t offset, std::span<char> into) const;
  Errno write(std::uint64_t offset, std::string_view bytes);
  Errno truncate(std::uint64_t size);
  Errno sync();
  /// Syncs the directory that its name is in.
  Errno sync_name() { return process_.sync_directory(parent_of(path_)); }
  /// Whether nothing leads to it any more.
  bool is_removed() const { return !process_.disk_.has_name_of(*file_); }
  /// Whether it is what a path leads to now; and the one with which it was opened.
  bool is_at(const std::string& path) const { return process_.look_at(path) == file_; }
  bool has_name() const { return is_at(path_); }

  /// EAGAIN when somebody else has a lock that forbids it; then the level may be Pending.
  Errno lock(LockLevel level);
  void unlock(LockLevel level) { level_ = level; }
  LockLevel level() const { return level_; }
  /// The greatest lock of all others.
  LockLevel level_of_others() const;

 private:
  friend class FakeProcess;
  OpenFile(FakeProcess& process, std::shared_ptr<DiskFile> file, std::string path, bool is_new);
  LockLevel try_lock(LockLevel level) const;

  FakeProcess& process_;
  std::shared_ptr<DiskFile> file_;
  std::string path_;
  bool is_new_;
  LockLevel level_ = LockLevel::None;
};

}  // namespace wordstream::sim
