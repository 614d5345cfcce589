// Reads a file by its path: to its end, or for ever, as it grows, is rotated, copied away,
// truncated and compressed (source/known_logs.h has the rules). What has left the path is read for
// as long as it is there: whoever writes may notice later than we do.
//
// A line of a file that has left the path, and is not finished for 5 s, counts as it is. What has
// no name any more is read to its end when that is seen, and once more 5 s later.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "env/files.h"
#include "source/known_logs.h"
#include "source/log_context.h"
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
  bool has_ends() const override { return true; }
  std::string may_miss() const override;
  std::shared_ptr<const SourceChoice> followed() const override { return nullptr; }
  std::unique_ptr<Source> make(const Env& env, const SourceContext& context) const override;

 private:
  std::string path_;
};

class LogSource final : public Source {
 public:
  LogSource(std::string path, bool is_followed, Files& files, const SourceContext& context);
  ~LogSource() override;

  Status open(const Positions& from) override;
  Positions beginning() const override { return logs_.shelf().positions(); }
  Result<Turn> poll(SteadyTime now, Block& block) override;
  void stop() override;

 private:
  LogShelf& shelf() { return logs_.shelf(); }
  Status look(SteadyTime now);
  Status watch_names();
  Status watch_logs();
  void tell_moves(Block& block);
  void take_changes();
  Result<Turn> read(KnownLog& log, SteadyTime now, Block& block);
  Result<Turn> rest(SteadyTime now, Block& block);
  bool keeps_open(const KnownLog& log, SteadyTime now);

  LogContext context_;
  KnownLogs logs_{context_};

  std::unique_ptr<FileWatch> watch_;    // null unless it is followed
  std::optional<FileWatch::Id> names_;  // of the directory that was there last
  std::map<const LogFile*, std::pair<FileId, FileWatch::Id>> watched_;

  bool must_look_ = false;
  std::optional<SteadyTime> look_again_at_;
};

}  // namespace wordstream
