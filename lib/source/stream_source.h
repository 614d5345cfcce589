// Reads standard input or a named pipe to its end. A file that standard input was redirected from
// has positions.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "env/files.h"
#include "source/file_prover.h"
#include "source/source_choice.h"

namespace wordstream {

/// A PATH, or "-" for standard input: read a file or a pipe to its end.
class ReadFrom final : public SourceChoice {
 public:
  explicit ReadFrom(std::string path) : path_(std::move(path)) {}
  /// Reads a PATH, or "-". Fails with InvalidArgument.
  static Result<ChosenSource> parse(std::string_view text);

  bool is_stdin() const { return path_ == "-"; }
  const std::string& path() const { return path_; }

  std::string name(const Files& files) const override;
  bool has_lasting_name(Files& files) const override;
  std::string fingerprint(const Files& files) const override;
  SourceClass promise(Files& files) const override;
  std::vector<SourceFile> named_files(Files& files) const override;
  bool has_ends() const override { return !is_stdin(); }
  std::string may_miss() const override { return {}; }
  std::string_view medium() const override { return "file"; }
  std::vector<std::string> notes(const Env& /*env*/) const override { return {}; }
  std::shared_ptr<const SourceChoice> followed() const override;
  std::unique_ptr<Source> make(const Env& env, const SourceContext& context) const override;

 private:
  std::string path_;
};

class StreamSource final : public Source {
 public:
  /// Reads `path`, or standard input where it is "-".
  StreamSource(const std::string& path, Files& files, const SourceContext& context);
  ~StreamSource() override;

  Status open(const Positions& from) override;
  Positions beginning() const override;
  Result<Turn> poll(SteadyTime now, Block& block) override;
  void stop() override;
  std::optional<Extent> extent() const override;

 private:
  Status unpack();
  Status begin(const FileInfo& info);
  Status go_on(const FileInfo& info, const Positions& from);
  Status go_to(FileProver prover, Position::Place place);
  bool is_ready();
  void take(Block& block, std::span<char> read);

  std::string path_;
  std::string name_;  // as people call it
  Files& files_;
  SourceContext context_;
  std::unique_ptr<File> file_;
  std::shared_ptr<const Stream> stream_;  // null for a pipe
  std::optional<FileProver> prover_;
  LineFramer framer_{context_.budget};
  bool is_pollable_ = false;  // reading may block: only read what the poller found ready
  bool is_packed_ = false;
  bool has_ended_ = false;
  std::optional<std::string> start_;  // its first bytes, until it is known what they are
  std::string begun_mark_;            // of these, what may be the beginning of a mark
};

}  // namespace wordstream
