// The door to the files of the fake disk, for reading them; and the standard streams.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "env/files.h"
#include "sim/disk.h"
#include "sim/handles.h"
#include "sim/prng.h"
#include "sim/stdout.h"
#include "sim/trace.h"

namespace wordstream::sim {

class FakeFiles final : public Files {
 public:
  FakeFiles(FakeDisk& disk, Handles& handles, Prng& prng, Trace& trace);

  Result<std::unique_ptr<File>> open(const std::string& path) override;
  Result<FileInfo> info(const std::string& path) override;
  Result<std::vector<Sibling>> siblings(const std::string& path) override;
  Result<std::vector<Sibling>> matching(const std::string& pattern) override;
  bool tells_changes(const std::string& /*path*/) const override { return !disk_.is_remote; }
  Result<std::unique_ptr<FileWatch>> make_watch() override;
  std::string absolute(const std::string& path) const override { return rooted(path); }
  Result<std::unique_ptr<File>> standard_input() override;
  Result<std::unique_ptr<Output>> standard_output() override;
  Result<std::unique_ptr<Terminal>> standard_terminal() override;

  /// Makes the standard input a pipe, a connected socket, or the file at `path` from there on; else
  /// it is closed.
  std::shared_ptr<const DiskFile> pipe_stdin();
  void connect_stdin();
  void redirect_stdin(const std::string& path, std::size_t offset = 0);
  /// The writer of the standard input adds to it, or is done.
  void write_stdin(std::string_view bytes);
  void end_stdin();

  /// Every file and pipe that the program has opened, in that order.
  const std::vector<std::shared_ptr<const DiskFile>>& opened() const { return opened_; }

  FakeStdout out;

 private:
  std::unique_ptr<File> make_open(std::shared_ptr<DiskFile> file, std::size_t offset);

  FakeDisk& disk_;
  Handles& handles_;
  Prng& prng_;
  Trace& trace_;
  std::shared_ptr<DiskFile> stdin_;
  std::size_t stdin_offset_ = 0;
  std::vector<std::shared_ptr<const DiskFile>> opened_;
};

}  // namespace wordstream::sim
