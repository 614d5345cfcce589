// The fake disk: files, their names and locks, all of it shared by the fake processes that use it.
// It knows what is synced, can lose power, and asks a script about everything that is done to it.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "env/files.h"
#include "sim/cached_bytes.h"
#include "sim/cached_names.h"
#include "sim/prng.h"
#include "sim/survival.h"
#include "sim/trace.h"

namespace wordstream::sim {

class FakeProcess;
class OpenFile;

/// Something that a process does to the disk, or has a server do.
struct Effect {
  enum class Kind {
    Open,
    Write,
    Truncate,
    Sync,
    SyncDirectory,
    MakeDirectory,
    Rename,
    Unlink,
    Lock,
    Server
  };
  std::uint64_t index;  ///< 1, 2, 3 … in the life of the disk, over all processes and crashes
  Kind kind;
  std::int64_t pid;
  std::string path;
  std::string_view description;  ///< "write /x: 512 bytes at 0"
};

/// What becomes of an effect. To die is to be killed: the process does nothing any more.
struct Fate {
  enum class Kind { Happens, DiesBefore, DiesAfter, Fails };
  Kind kind = Kind::Happens;
  int error = EIO;  ///< the errno value of one that fails
};

/// A file or directory, which lives for as long as it has a name or is open.
class DiskFile {
 public:
  FileInfo info() const;
  const std::string& text() const { return bytes_.text(); }

 private:
  friend class FakeDisk;
  friend class FakeProcess;
  friend class OpenFile;
  DiskFile(FileInfo::Kind kind, std::uint64_t number) : kind_(kind), number_(number) {}
  bool is_directory() const { return kind_ == FileInfo::Kind::Directory; }

  FileInfo::Kind kind_;
  std::uint64_t number_;
  CachedBytes bytes_;
  std::vector<const OpenFile*> opened_;  ///< these know their locks
};

class FakeDisk {
 public:
  FakeDisk(std::uint64_t seed, Trace& trace);
  FakeDisk(const FakeDisk&) = delete;
  FakeDisk& operator=(const FakeDisk&) = delete;

  /// Decides on each effect, before it happens. None: all happen.
  std::function<Fate(const Effect&)> on_effect;
  /// Of the last effect.
  std::uint64_t effect_count() const { return effect_count_; }
  /// No file grows any more, and none is made.
  bool is_full = false;

  /// The power fails: every process is killed, and what was not synced survives by chance, or as
  /// told. The disk can be used again at once, by new processes.
  void lose_power();
  void lose_power(Survival survival);

  // What somebody else does, or sees; none of it is an effect, and what he does is durable.
  bool has(const std::string& path) const { return names_.find(path) != nullptr; }
  /// What a reader finds in a file. Requires: it is there.
  const std::string& text(const std::string& path) const;
  std::vector<std::string> paths() const;
  /// Replaces what a file holds, and makes it where nothing is.
  void put(const std::string& path, std::string_view text);
  void remove(const std::string& path);
  void rename(const std::string& from, const std::string& to);
  void make_directory(const std::string& path);

  /// How many files are open: the check for leaks.
  std::size_t open_count() const;

 private:
  friend class FakeProcess;
  friend class OpenFile;
  using File = std::shared_ptr<DiskFile>;

  File make_file(FileInfo::Kind kind);
  bool has_name_of(const DiskFile& file) const;
  Fate decide(Effect::Kind kind, const FakeProcess& process, const std::string& path,
              std::string_view detail);

  Prng prng_;
  Trace& trace_;
  CachedNames names_;
  std::vector<std::weak_ptr<DiskFile>> files_;  ///< in the order in which they were made
  std::vector<FakeProcess*> processes_;
  std::uint64_t effect_count_ = 0;
  std::uint64_t file_count_ = 0;
  std::int64_t pid_last_ = 1000;
};

}  // namespace wordstream::sim
