// Reads a file or a pipe to its end: standard input, a named file, a named pipe.
//
// A regular file has positions. Going on at one in a file that was rotated away since, it reads
// that to its end, then what was rotated after it, then the one at the path: none of it was read.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "env/files.h"
#include "source/file_cursor.h"
#include "source/rotated_files.h"
#include "source/source_choice.h"

namespace wordstream {

/// A PATH, or "-" for standard input: read a file or a pipe to its end.
class ReadFrom final : public SourceChoice {
 public:
  explicit ReadFrom(std::string path) : path_(std::move(path)) {}
  /// Reads a PATH, or "-". Fails with InvalidArgument.
  static Result<ChosenSource> parse(std::string_view text);

  bool is_stdin() const { return path_ == "-"; }

  std::string name(const Files& files) const override;
  bool has_lasting_name(Files& files) const override;
  std::string fingerprint(const Files& files) const override;
  SourceClass promise(Files& files) const override;
  SourceFile file(Files& files) const override;
  std::shared_ptr<const SourceChoice> followed() const override;
  std::unique_ptr<Source> make(const Env& env, const SourceContext& context) const override;

 private:
  std::string path_;
};

class StreamSource final : public Source {
 public:
  /// Reads `path`, or standard input where it is "-".
  StreamSource(std::string path, Files& files, const SourceContext& context);
  ~StreamSource() override;

  Status open(const Positions& from) override;
  Positions beginning() const override { return cursor_.position(); }
  Result<Turn> poll(SteadyTime now, Block& block) override;
  void stop() override;

 private:
  Status begin();
  Status go_on_in_stdin(const Position& from);
  Status go_on_in_file(const Position& from);
  Status take(std::unique_ptr<File> file);
  Result<Turn> at_end(Block& block);
  Status look_for_next();

  std::string path_;
  std::string name_;  // as people call it
  Files& files_;
  SourceContext context_;
  LineFramer framer_{context_.budget};
  FileCursor cursor_;
  bool is_pollable_ = false;  // reading may block: only read what the poller found ready
  bool has_ended_ = false;

  std::optional<RotatedFiles> rotated_;  // while a file is read that was rotated away
};

}  // namespace wordstream
