// The door to what must last: files that are written, made durable, and held against others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "env/database.h"
#include "env/files.h"

namespace wordstream {

/// An open file that is appended to and read back. Held against other processes for as long as it
/// is open. Of one thread; every operation may block. An error of append(), truncate() or sync() is
/// final, and all of them fail with it from then on: whether the bytes are there is not known, and
/// trying again would not tell.
class StoredFile {
 public:
  virtual ~StoredFile() = default;
  /// Nothing was at its path: it was made when it was opened.
  virtual bool is_new() const = 0;
  virtual Result<FileInfo> info() const = 0;
  /// Its last name was removed: what it holds goes with us.
  virtual bool is_removed() const = 0;
  /// It is what `path` leads to now, whatever it was opened as.
  virtual bool is_at(const std::string& path) const = 0;
  /// Reads at `offset` what is there, at most `into.size()` bytes; 0 at the end of the file.
  virtual Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) const = 0;
  /// Adds all of `bytes` at the end. Fails with NoSpace, NotPermitted or Io.
  virtual Status append(std::string_view bytes) = 0;
  /// Cuts the file to its first `size` bytes. Requires: it has as many.
  virtual Status truncate(std::uint64_t size) = 0;
  /// Returns when everything so far outlives a power loss: the bytes, and the file's name too.
  virtual Status sync() = 0;
};

/// A directory that one process alone uses, as long as this lives.
class DirectoryLock {
 public:
  virtual ~DirectoryLock() = default;
};

class Storage {
 public:
  virtual ~Storage() = default;
  /// Opens for reading and appending, creates where nothing is (0644 less the umask). Fails with
  /// Busy when another process holds it (naming that process where the kernel knows it),
  /// CannotCreate when it cannot be made or is no regular file,
  /// NotPermitted, NoSpace or Io else.
  virtual Result<std::unique_ptr<StoredFile>> open_file(const std::string& path) = 0;
  /// As Files::siblings(), of the file that open_file() opens: where `path` is a link, of what it
  /// leads to.
  virtual Result<std::vector<Sibling>> siblings(const std::string& path) = 0;
  /// Makes a directory (0700) and those above it, as far as they are missing, durably. Fails with
  /// CannotCreate, NotPermitted, NoSpace or Io.
  virtual Status make_directory(const std::string& path) = 0;
  /// Holds an existing directory: a lock on the file `lock` in it, which tells the owner's pid.
  /// Fails with Busy and that pid, with InvalidArgument on a network file system, where locks
  /// cannot be relied on, else as open_file() does.
  virtual Result<std::unique_ptr<DirectoryLock>> lock_directory(const std::string& path) = 0;
  /// The pid of who holds a directory now; 0 when nobody does, -1 for one who has not said yet.
  virtual Result<std::int64_t> owner_of_directory(const std::string& path) = 0;
  /// Opens the database at `path` (see Database::open) through the storage's own VFS.
  virtual Result<std::unique_ptr<Database>> open_database(const std::string& path,
                                                          const DatabaseOptions& options) = 0;
  /// Makes the file of a database's rollback journal where there is none. When it returns, what
  /// stands in it, its name and the database's own outlive a power loss. To be called before a
  /// process changes anything: SQLite does not ask whether its sync of the directory has worked,
  /// and overwrites a rollback journal whose end, of a process that was killed, may not be synced.
  /// Fails as Database does.
  virtual Status make_rollback_journal(const Database& database) = 0;
};

/// The kernel's files, open file description locks, and SQLite on them.
std::unique_ptr<Storage> make_real_storage();

}  // namespace wordstream
