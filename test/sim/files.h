// The fake files: names and the files behind them, which scripts write, shorten, rename and remove
// while the program reads; pipes; and the standard streams.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "env/files.h"
#include "sim/handles.h"
#include "sim/prng.h"
#include "sim/stdout.h"
#include "sim/trace.h"

namespace wordstream::sim {

class FakeWatch;

/// What a name leads to: a file, a directory or a pipe. It lives on without a name.
class Inode {
 public:
  Inode(FileInfo::Kind kind, std::uint64_t number) : kind_(kind), number_(number) {}

  FileInfo info() const;
  /// What the program has read, a text for each time that it opened it or went to another place.
  const std::vector<std::string>& readings() const { return readings_; }
  /// The program has been told that nothing more is there.
  bool was_drained() const { return was_drained_; }
  const std::string& bytes() const { return bytes_; }

 private:
  friend class FakeFile;
  friend class FakeFiles;
  friend class FakeWatch;

  FileInfo::Kind kind_;
  std::uint64_t number_;
  std::uint64_t device_ = 1;
  WallTime modified_;
  bool is_permitted_ = true;
  bool is_broken_ = false;
  std::string bytes_;       // a pipe: those not yet read
  bool has_writer_ = true;  // a pipe: more may come
  std::vector<std::string> readings_;
  bool was_drained_ = false;
};

/// The directory that `path` is in; "." where it names none.
std::string directory_of(const std::string& path);

class FakeFiles final : public Files {
 public:
  FakeFiles(Handles& handles, Prng& prng, Trace& trace);
  ~FakeFiles() override;

  Result<std::unique_ptr<File>> open(const std::string& path) override;
  Result<FileInfo> info(const std::string& path) override;
  Result<std::vector<Sibling>> siblings(const std::string& path) override;
  Result<std::unique_ptr<FileWatch>> make_watch() override;
  /// The program was started in the directory "/".
  std::string absolute(const std::string& path) const override;
  Result<std::unique_ptr<File>> standard_input() override;
  Result<std::unique_ptr<Output>> standard_output() override;
  Result<std::unique_ptr<Terminal>> standard_terminal() override;

  /// Adds to the end of the file at `path`, which is created if need be.
  Inode& append(const std::string& path, std::string_view bytes);
  void truncate(const std::string& path, std::size_t size);
  void rename(const std::string& from, const std::string& to);
  void remove(const std::string& path);
  void make_directory(const std::string& path);
  void remount();  // with another device number
  /// Opening the file at `path` is refused from now on.
  void forbid(const std::string& path);
  /// Reading the file at `path` fails from now on, as on a broken disk.
  void break_disk(const std::string& path);

  /// Of what has happened since they were last asked, the watches know only that it was too much.
  void overflow_watches();
  /// No watch is to be had, and nothing can be added to one.
  bool is_short_of_watches = false;

  /// Makes the standard input a pipe, or the file at `path` from there on; else it is closed.
  Inode& pipe_stdin();
  void redirect_stdin(const std::string& path, std::size_t offset = 0);
  /// The writer of the standard input adds to it, or is done.
  void write_stdin(std::string_view bytes);
  void end_stdin();

  /// Every file and pipe that the program has opened, in that order.
  const std::vector<const Inode*>& opened() const { return opened_; }

  FakeStdout out;

 private:
  friend class FakeWatch;

  Inode& make_inode(FileInfo::Kind kind);
  Inode& at(const std::string& path);
  Result<Inode*> find(const std::string& path, std::string_view doing) const;
  Status check_watches() const;
  void name_changed(const std::string& path);
  void file_changed(const Inode& inode);
  void modify(Inode& inode);

  Handles& handles_;
  Prng& prng_;
  Trace& trace_;
  std::vector<std::unique_ptr<Inode>> inodes_;
  std::map<std::string, Inode*> names_;
  WallTime modified_last_;
  Inode* stdin_ = nullptr;
  std::size_t stdin_offset_ = 0;
  std::vector<const Inode*> opened_;
  std::vector<FakeWatch*> watches_;
};

}  // namespace wordstream::sim
