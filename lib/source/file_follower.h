// Reads a file for ever: as it grows, through rename rotation and truncation.
//
// Rotation: when the path names another file, that one is opened at once, but the old file is read
// on until the new one has bytes (or has been rotated away itself): who writes may notice later
// than we do. What was rotated away before we looked (rotated_files.h) comes in between: it is the
// next file then, one after the other, until the path's has its turn.
//
// A file that is truncated and has grown past our place before we look again cannot be told from
// one that has just grown; what is written there meanwhile is missed.
//
// Lines have positions. Going on at one it finds the file again (found_file.h), be it rotated away,
// and then reads what was rotated after it, and what is at the path.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "env/files.h"
#include "source/file_cursor.h"
#include "source/rotated_files.h"
#include "source/source_choice.h"

namespace wordstream {

/// A PATH with --follow: read a file for ever.
class Follow final : public SourceChoice {
 public:
  explicit Follow(std::string path) : path_(std::move(path)) {}

  std::string name(const Files& files) const override;
  bool has_lasting_name(Files& files) const override;
  std::string fingerprint(const Files& files) const override;
  SourceClass promise(Files& files) const override;
  SourceFile file(Files& files) const override;
  std::shared_ptr<const SourceChoice> followed() const override { return nullptr; }
  std::unique_ptr<Source> make(const Env& env, const SourceContext& context) const override;

 private:
  std::string path_;
};

class FileFollower final : public Source {
 public:
  FileFollower(std::string path, Files& files, const SourceContext& context);
  ~FileFollower() override;

  Status open(const Positions& from) override;
  Positions beginning() const override { return current_.cursor.position(); }
  Result<Turn> poll(SteadyTime now, Block& block) override;
  void stop() override;

 private:
  struct OpenFile {
    std::string path;  // where it was found: the followed one, or a sibling of it
    FileCursor cursor;
    std::unique_ptr<FileWatch> watch;  // a missed file takes over that of the file before it
  };

  Status begin();
  Status go_on(const Position& from);
  Result<Turn> at_end(SteadyTime now, Block& block);
  Result<bool> was_truncated();
  Result<bool> look_for_next();
  Result<bool> take_at_path(const FileInfo& expected);
  Result<bool> take_missed(const Sibling& missed);
  Status check_says_size(const File& file) const;
  void say_gone(const Error& why);
  Result<bool> next_takes_over();
  void switch_to_next();
  Result<OpenFile> open_file(const std::string& path);
  Status watch(OpenFile& file);

  std::string path_;
  Files& files_;
  SourceContext context_;
  LineFramer framer_{context_.budget};

  RotatedFiles rotated_{path_, files_};
  OpenFile current_;
  std::optional<OpenFile> next_;  // what is read when the current file is done with

  bool is_gone_ = false;           // nothing stands at the path
  bool has_looked_again_ = false;  // read to the end once more since the watches were cleared
  bool is_leaving_ = false;        // the next file has taken over: one last read, then switch
};

}  // namespace wordstream
