// Reads a file for ever: as it grows, through rename rotation and truncation.
//
// Rotation: when the path names another file, that one is opened at once, but the old file is read
// on until the new one has bytes (or has been rotated away itself): who writes may notice later
// than we do. A file that is truncated and has grown past our place before we look again cannot be
// told from one that has just grown; what is written there meanwhile is missed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "env/files.h"
#include "source/source.h"

namespace wordstream {

class FileFollower final : public Source {
 public:
  FileFollower(std::string path, Files& files, const SourceContext& context);
  ~FileFollower() override;

  Status open() override;
  Result<Turn> poll(SteadyTime now, Block& block) override;
  void stop() override;

 private:
  Result<Turn> at_end(SteadyTime now, Block& block);
  Result<bool> was_truncated();
  Status look_for_next();
  Result<bool> next_takes_over();
  Status switch_to_next();
  Status watch(std::unique_ptr<FileWatch>& watch);

  std::string path_;
  Files& files_;
  SourceContext context_;
  LineFramer framer_{context_.budget};

  std::unique_ptr<File> file_;
  FileInfo identity_{};
  std::uint64_t offset_ = 0;
  std::unique_ptr<FileWatch> watch_;

  std::unique_ptr<File> next_;  // what stands at the path now, when that is another file
  FileInfo next_identity_{};
  std::unique_ptr<FileWatch> next_watch_;

  bool is_gone_ = false;           // nothing stands at the path
  bool has_looked_again_ = false;  // read to the end once more since the watches were cleared
  bool is_leaving_ = false;        // the next file has taken over: one last read, then switch
};

}  // namespace wordstream
