// What a name on the fake disk leads to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "env/files.h"
#include "sim/cached_bytes.h"

namespace wordstream::sim {

class OpenFile;

/// A file or directory, which lives for as long as it has a name, is open, or somebody looks at it;
/// or a pipe.
class DiskFile {
 public:
  FileInfo info() const;
  /// What is in it; of a pipe, all that was ever written to it.
  const std::string& text() const { return bytes_.text(); }

  // Through the door of env/files.h.

  /// What the program has read, a text for each time that it opened it or went to another place.
  const std::vector<std::string>& readings() const { return readings_; }
  /// How far it has come.
  std::size_t read_to() const { return read_to_; }
  /// The program has been told that nothing more is there.
  bool was_drained() const { return was_drained_; }

 private:
  friend class FakeDisk;
  friend class FakeFile;
  friend class FakeFiles;
  friend class FakeProcess;
  friend class FakeWatch;
  friend class OpenFile;
  DiskFile(FileInfo::Kind kind, std::uint64_t number) : kind_(kind), number_(number) {}
  bool is_directory() const { return kind_ == FileInfo::Kind::Directory; }

  FileInfo::Kind kind_;
  std::uint64_t number_;
  std::uint64_t device_ = 1;
  Nanos birth_{};
  WallTime modified_;
  bool is_permitted_ = true;
  bool is_broken_ = false;  ///< cannot be read
  CachedBytes bytes_;
  std::vector<const OpenFile*> opened_;  ///< these know their locks

  std::vector<std::string> readings_;
  std::size_t read_to_ = 0;
  bool was_drained_ = false;
  std::size_t taken_count_ = 0;  ///< of a pipe's bytes
  bool has_writer_ = true;       ///< more may come into a pipe
};

}  // namespace wordstream::sim
