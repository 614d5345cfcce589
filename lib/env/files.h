// The door to files and to the standard streams.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "env/poller.h"
#include "env/stream.h"
#include "env/terminal.h"

namespace wordstream {

/// What a file is. Device and inode together are its identity while it exists; when it was made
/// tells it from a later one that has got its inode.
struct FileInfo {
  enum class Kind { Regular, Directory, Pipe, Socket, Other };
  Kind kind;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  Nanos birth{};        ///< since 1970; zero where the file system does not know
  WallTime modified{};  ///< when its bytes, or its length, were last changed
};

inline bool is_same_file(const FileInfo& one, const FileInfo& other) {
  return one.device == other.device && one.inode == other.inode && one.birth == other.birth;
}

/// What stays the same of a file while it is there, wherever it is mounted, and over restarts of
/// the machine: another device number is no evidence.
struct FileId {
  std::uint64_t inode = 0;
  Nanos birth{};  ///< zero where the file system does not know

  friend bool operator==(const FileId&, const FileId&) = default;
  friend bool operator<(const FileId& one, const FileId& other) {
    return std::tie(one.inode, one.birth) < std::tie(other.inode, other.birth);
  }
};

inline FileId id_of(const FileInfo& info) { return {info.inode, info.birth}; }
/// Of both. Where it is not, an inode that is used again is not told from the one before.
inline bool is_birth_known(const FileInfo& info, const FileId& id) {
  return info.birth != Nanos::zero() && id.birth != Nanos::zero();
}
/// Whether it may be the file itself: a birth that is not known equals any.
inline bool is_same_file(const FileInfo& info, const FileId& id) {
  return info.inode == id.inode && (!is_birth_known(info, id) || info.birth == id.birth);
}

/// A path without the extension of its name, if that has one: "/x/app" of "/x/app.log".
std::string_view stem_of(std::string_view path);

/// A regular file beside a path, whose name begins as the path's does, up to its extension.
struct Sibling {
  std::string path;
  FileInfo info;
};

/// An open file, read from where it stands. A socket whose peer breaks the connection fails in
/// read() with Unavailable.
class File : public ByteStream {
 public:
  virtual Result<FileInfo> info() const = 0;

  // Of a regular file; of a pipe or a socket they fail with Io.

  /// Where the next read starts: so many bytes behind the beginning.
  virtual Result<std::uint64_t> offset() const = 0;
  /// The next read starts at `offset`, be that behind the end.
  virtual Status seek(std::uint64_t offset) = 0;
  /// Takes what stands at `offset`, to the end of `into` or of the file, and returns how much it
  /// was. The next read starts where it did.
  virtual Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) const = 0;
  /// Where the first byte stands, at `offset` or behind, that lies in no hole; the file's length
  /// where none does. The next read starts where it did.
  virtual Result<std::uint64_t> next_data(std::uint64_t offset) const = 0;
};

/// What stands at `offset`, `size` bytes of it; fewer at the end. As File::read_at().
Result<std::string> read_bytes(const File& file, std::uint64_t offset, std::size_t size);

/// Tells of changes to what was added to it. Ready for reading when there are some.
class FileWatch : public Pollable {
 public:
  /// Names one addition. None is ever given twice.
  using Id = int;

  struct Changes {
    bool all = false;  ///< some were lost: anything may have changed
    std::vector<Id> ids = {};
  };

  /// The names beside `path` that begin with its stem, itself included: given, taken away, given to
  /// another file, and who may read it; and once when their directory itself is moved or removed,
  /// after which nothing need come. Fails with NotFound where there is no directory, with
  /// NotPermitted, Unavailable or Io else.
  virtual Result<Id> add_names(const std::string& path) = 0;
  /// The file that `path` names now: growth, truncation, renames, removal. It is watched whatever
  /// becomes of its name. Fails with NotFound where nothing is there, and else as above.
  virtual Result<Id> add_file(const std::string& path) = 0;
  /// Nothing more is told of `id`, not even what has changed already.
  virtual void remove(Id id) = 0;
  /// What has changed since the last call, each once. May tell of changes that were none.
  virtual Changes take_changes() = 0;
};

class Files {
 public:
  virtual ~Files() = default;
  /// Opens for reading; a named pipe without waiting for its writer. Fails with NotFound when the
  /// path does not exist or is a directory, with NotPermitted or Io else.
  virtual Result<std::unique_ptr<File>> open(const std::string& path) = 0;
  /// What stands at a path now, be it a directory. Fails with NotFound when nothing does, with
  /// NotPermitted or Io else.
  virtual Result<FileInfo> info(const std::string& path) = 0;
  /// The siblings of a path, without what stands at the path itself; symbolic links are none. Fails
  /// with NotFound where there is no directory, with NotPermitted, Unavailable or Io else.
  virtual Result<std::vector<Sibling>> siblings(const std::string& path) = 0;
  /// The regular files whose paths match a pattern, as in glob(7), or lead there by symbolic links.
  /// None where a directory may not be read, or nothing matches. Fails with Io.
  virtual Result<std::vector<Sibling>> matching(const std::string& pattern) = 0;
  /// Whether a watch tells of all changes at a path, as on disks that no other machine writes to.
  virtual bool tells_changes(const std::string& path) const = 0;
  /// A watch to which nothing was added yet. Fails with Unavailable when there are too many.
  virtual Result<std::unique_ptr<FileWatch>> make_watch() = 0;
  /// A path as it is from anywhere: behind the directory in which the process was started, without
  /// "." and "..". Nothing need stand there.
  virtual std::string absolute(const std::string& path) const = 0;
  /// The process's own input. A pipe, a socket or a terminal may block in read() unless a poller
  /// has just found it ready. Fails with Io when it was closed at the start, with NotFound when it
  /// is a directory, or a socket that is no stream or that nobody is connected to.
  virtual Result<std::unique_ptr<File>> standard_input() = 0;
  /// The process's own output. Fails with Io when it was closed at the start.
  virtual Result<std::unique_ptr<Output>> standard_output() = 0;
  /// The same as a screen to draw on. Fails with InvalidArgument too, as open_terminal() does.
  virtual Result<std::unique_ptr<Terminal>> standard_terminal() = 0;
};

/// The kernel's files, and inotify for the watches.
std::unique_ptr<Files> make_real_files();

}  // namespace wordstream
