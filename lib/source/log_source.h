// Reads named files as they are in the world: each line once, whatever rotation, truncation and
// restarts make of them. Followed, it goes on as they grow, sleeps until the file system tells of a
// change, and takes up the file that rotation puts in a file's place, after draining what has left
// it; a path that leads nowhere is waited for. A last line without an end waits for the rest; there
// is none where the file is not followed. A source at the end holds no wordstream lines back.
//
// Several files are read one after the other, or, followed, all at once and fairly. A pattern
// stands for all that match it, now and, followed, later. A file is read once, whatever leads to
// it.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "env/files.h"
#include "source/log_path.h"
#include "source/source.h"

namespace wordstream {

/// As glob(7) has them.
bool looks_like_pattern(std::string_view name);

class LogSource final : public Source {
 public:
  /// Each name is a path, or a pattern where it looks like one and nothing has that name.
  LogSource(std::vector<std::string> names, bool is_followed, Files& files,
            const SourceContext& context);
  LogSource(const std::string& path, bool is_followed, Files& files, const SourceContext& context)
      : LogSource(std::vector<std::string>{path}, is_followed, files, context) {}
  ~LogSource() override;

  Status open(const Positions& from) override;
  Positions beginning() const override;
  Result<Turn> poll(SteadyTime now, Block& block) override;
  void stop() override;

  std::optional<Origin> origin(const Position& position) const override;
  std::optional<Extent> extent() const override;
  std::vector<StreamRenamed> take_renamed() override { return std::exchange(context_.renamed, {}); }
  bool is_younger(const Stream& one, const Stream& than) override;
  Result<std::optional<bool>> has_tail(const Stream& stream, const ProducerTail& tail,
                                       std::uint64_t offset, SteadyTime now) override;
  Result<std::optional<std::uint64_t>> go_back(const Stream& stream,
                                               std::optional<std::uint64_t> offset,
                                               SteadyTime now) override;

 private:
  Status begin();
  Status go_on(const Positions& from);
  Status check_all_are_there() const;
  Status make_watch();
  Status scan(From from);
  LogPath& add(const std::string& path);
  Result<std::pair<LogPath*, KnownLog*>> find(const Stream& stream, SteadyTime now);
  void leave_out(const std::string& path, std::string why);
  void forget_gone();
  void note_own();
  bool is_own(const FileInfo& info, const std::string& path) const;
  void take_changes(SteadyTime now);
  Result<Turn> poll_next(SteadyTime now, Block& block);
  Result<Turn> poll_each(SteadyTime now, Block& block);
  Result<std::optional<SteadyTime>> patience(SteadyTime now) const;
  void tell_all_reading() const;
  void tell_much_unread() const;
  void tell_reading(const std::string& what) const;
  void tell_moves(Block& block);

  std::vector<std::string> paths_;     // as the user has named them
  std::vector<std::string> patterns_;  // the same
  LogContext context_;
  std::unique_ptr<FileWatch> watch_;            // null unless it is followed
  std::vector<FileWatch::Id> pattern_watches_;  // of the directories of patterns
  std::list<LogPath> logs_;                     // in the order in which they are read
  std::list<LogPath>::iterator next_ = logs_.end();
  int turn_count_ = 0;           // of the one that has its turn, where files must be closed
  std::set<std::string> known_;  // their absolute paths
  std::set<std::pair<std::uint64_t, std::int64_t>> own_;  // inode and birth of what we write
  std::set<std::string> warned_;                          // what matches and is not read
  bool must_scan_ = false;
  std::optional<SteadyTime> scan_at_;
  std::optional<SteadyTime> poll_at_;
};

}  // namespace wordstream
