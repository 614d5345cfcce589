#include "source/log_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "base/units.h"
#include "env/rotated_name.h"
#include "source/file_proof.h"
#include "source/packing.h"

namespace wordstream {
namespace {

/// What matches a pattern whose directories are patterns themselves, and what nobody tells of, is
/// looked at so often.
constexpr Millis kScanAfter{1000};
/// What nobody tells of is looked at so often.
constexpr Millis kPollAfter{1000};
/// So many turns, of a MiB at most, has a file that is closed behind them.
constexpr int kTurnsMax = 64;
/// Of more files it is only said how many they are.
constexpr std::size_t kNamedMax = 10;
/// Whoever follows a file with more in it may have meant what comes.
constexpr std::uint64_t kMuchUnread = std::uint64_t{1} << 30;

/// A file of the kernel's may have bytes and no size, and then looks truncated whenever it was
/// read.
Status check_can_be_followed(const std::string& path, Files& files) {
  const Result<std::unique_ptr<File>> file = files.open(path);
  if (!file) return fail(file);
  Result<FileInfo> info = (*file)->info();
  if (!info) return fail(info);
  if (info->kind != FileInfo::Kind::Regular) {
    return fail(
        ErrorCode::InvalidArgument,
        fmt::format("cannot follow {}: it is not a regular file; leave out --follow", path));
  }
  const Result<Packing> packing = packing_of(**file);
  if (!packing) return fail(packing);
  if (*packing != Packing::None) {
    return fail(
        ErrorCode::InvalidArgument,
        fmt::format("cannot follow {}: it is compressed, and does not grow; leave out --follow",
                    path));
  }
  char byte = 0;
  const Result<std::size_t> got = (*file)->read_at(0, {&byte, 1});
  if (!got) return fail(got);
  info = (*file)->info();
  if (!info) return fail(info);
  if (info->size >= *got) return {};
  return fail(
      ErrorCode::InvalidArgument,
      fmt::format("cannot follow {}: it does not say how long it is; leave out --follow", path));
}

}  // namespace

bool looks_like_pattern(std::string_view name) { return name.find_first_of("*?[") != name.npos; }

LogSource::LogSource(std::vector<std::string> names, bool is_followed, Files& files,
                     const SourceContext& context)
    : context_{is_followed, files, context} {
  for (std::string& name : names) {
    const bool is_pattern = looks_like_pattern(name) && !files.info(name);
    (is_pattern ? patterns_ : paths_).push_back(std::move(name));
  }
  context_.is_alone = paths_.size() == 1 && patterns_.empty();
}

LogSource::~LogSource() {
  if (watch_) context_.source.poller.forget(*watch_);
}

Status LogSource::open(const Positions& from) {
  if (Status watching = make_watch(); !watching) return watching;
  if (Status opened = from.empty() ? begin() : go_on(from); !opened) return opened;
  next_ = logs_.begin();
  tell_all_reading();
  if (from.empty() && context_.is_followed && !context_.source.from) tell_much_unread();
  return {};
}

void LogSource::tell_all_reading() const {
  if (logs_.size() <= kNamedMax) {
    for (const LogPath& log : logs_) {
      if (log.logs().shelf().has_any()) tell_reading(log.path());
    }
  } else {
    tell_reading(counted(logs_.size(), "file"));
  }
}

void LogSource::tell_much_unread() const {
  std::uint64_t unread = 0;
  for (const LogPath& log : logs_) {
    for (const KnownLog& known : log.logs().shelf().logs()) unread += known.file->seen();
  }
  if (unread <= kMuchUnread) return;
  const bool is_one = logs_.size() == 1;
  context_.source.observer.on(
      event::MuchUnread{is_one ? logs_.front().path() : counted(logs_.size(), "file"), unread});
}

void LogSource::tell_reading(const std::string& what) const {
  context_.is_followed ? context_.source.observer.on(event::Following{what})
                       : context_.source.observer.on(event::Opened{what});
}

Status LogSource::begin() {
  if (Status there = check_all_are_there(); !there) return there;
  const From from = context_.source.from.value_or(From::Start);
  std::set<std::string> named;
  for (const std::string& path : paths_) named.insert(context_.files.absolute(path));
  for (const std::string& path : paths_) {
    if (Status begun = add(path).begin(from, named); !begun) return begun;
  }
  if (Status scanned = scan(from); !scanned) return scanned;
  if (logs_.empty()) {
    const std::string& pattern = patterns_.front();
    // What stands in a directory that may not be listed nobody knows.
    const Result<std::vector<Sibling>> listed = context_.files.siblings(pattern);
    if (!listed && listed.error().code == ErrorCode::NotPermitted) return fail(listed);
    std::string why = fmt::format("no file matches {}", pattern);
    if (!context_.is_followed) return fail(ErrorCode::NotFound, std::move(why));
    context_.source.observer.on(event::Gone{pattern, std::move(why), false});
  }
  context_.moves = Positions();  // the beginning has them all
  return {};
}

/// Each path goes on with its own.
Status LogSource::go_on(const Positions& from) {
  if (!context_.is_alone) {
    if (Status there = check_all_are_there(); !there) return there;
  }
  std::map<std::string, Positions> by_member;
  for (const auto& [name, position] : from.by_name()) {
    const std::optional<KnownFile> known = file_of(*position);
    if (!known) {
      return fail(ErrorCode::BadData,
                  "cannot go on: what is known of what was read is in no file; "
                  "start anew with another --checkpoint");
    }
    by_member[context_.is_alone ? std::string() : known->member].set(*position);
  }
  for (const std::string& path : paths_) {
    const std::string absolute = context_.files.absolute(path);
    const auto its = by_member.extract(context_.is_alone ? std::string() : absolute);
    LogPath& log = add(path);
    Status opened = its.empty() ? log.begin(context_.source.from.value_or(From::Start), {})
                                : log.go_on(its.mapped());
    if (!opened) return opened;
  }
  // Those that a pattern has matched once.
  for (const auto& [member, positions] : by_member) {
    if (Status gone_on = add(member).go_on(positions); !gone_on) return gone_on;
  }
  return scan(From::Start);
}

Status LogSource::check_all_are_there() const {
  for (const std::string& path : paths_) {
    const Result<FileInfo> info = context_.files.info(path);
    const bool is_awaited =
        !info && context_.is_followed && info.error().code == ErrorCode::NotFound;
    if (is_awaited) continue;
    if (!info) return fail(info);
    if (context_.is_followed) {
      if (Status good = check_can_be_followed(path, context_.files); !good) return good;
    } else if (info->kind != FileInfo::Kind::Regular) {
      return fail(ErrorCode::InvalidArgument, path + " is no regular file: name it alone");
    }
  }
  return {};
}

Status LogSource::make_watch() {
  if (!context_.is_followed) return {};
  context_.must_poll = context_.source.poll.has_value();
  Result<std::unique_ptr<FileWatch>> watch = context_.files.make_watch();
  if (!watch && watch.error().code == ErrorCode::Unavailable) {
    context_.must_poll = true;
    return {};
  }
  if (!watch) return fail(watch);
  watch_ = std::move(*watch);
  context_.watch = watch_.get();
  context_.source.poller.watch(*watch_, Interest::Read, 0);
  for (const std::string& pattern : patterns_) {
    const std::string directory = pattern.substr(0, pattern.rfind('/') + 1);
    const Result<FileWatch::Id> names = watch_->add_names(directory.empty() ? "./" : directory);
    if (names) pattern_watches_.push_back(*names);
    // A directory that comes late, or is a pattern itself, is looked at now and then.
    if (!names || looks_like_pattern(directory)) scan_at_ = SteadyTime();
  }
  return {};
}

LogPath& LogSource::add(const std::string& path) {
  const std::string absolute = context_.files.absolute(path);
  known_.insert(absolute);
  return logs_.emplace_back(path, context_.is_alone ? std::string() : absolute, context_);
}

/// Begins with what matches and is not read yet. What rotation made of one that is read is its.
Status LogSource::scan(From from) {
  std::vector<Sibling> matching;
  for (const std::string& pattern : patterns_) {
    Result<std::vector<Sibling>> found = context_.files.matching(pattern);
    if (!found) return fail(found);
    std::ranges::move(*found, std::back_inserter(matching));
  }
  note_own();
  std::set<std::string> named;
  for (const Sibling& file : matching) named.insert(context_.files.absolute(file.path));
  for (const Sibling& file : matching) {
    const std::string absolute = context_.files.absolute(file.path);
    if (known_.contains(absolute) || warned_.contains(absolute)) continue;
    const auto is_made_of = [&](const std::string& other) {
      return other != absolute && rotated_name(absolute, other).has_value();
    };
    if (context_.is_proved() &&
        (std::ranges::any_of(named, is_made_of) || std::ranges::any_of(known_, is_made_of))) {
      continue;
    }
    const std::string unpacked(unpacked_name(absolute));
    const bool is_twin =
        unpacked != absolute && (known_.contains(unpacked) || named.contains(unpacked));
    if (context_.is_proved() && is_twin) {
      leave_out(file.path, "it is read as " + unpacked);
      continue;
    }
    if (is_own(file.info, absolute)) {
      leave_out(file.path, "the program writes it itself");
      continue;
    }
    if (Status begun = add(file.path).begin(from, named); !begun) {
      if (begun.error().code != ErrorCode::NotPermitted &&
          begun.error().code != ErrorCode::NotFound) {
        return begun;
      }
      logs_.pop_back();
      known_.erase(absolute);
      if (begun.error().code == ErrorCode::NotFound) continue;
      leave_out(file.path, begun.error().message);
    }
  }
  return {};
}

/// What matches, and is never read by this run.
void LogSource::leave_out(const std::string& path, std::string why) {
  warned_.insert(context_.files.absolute(path));
  context_.source.observer.on(event::LeftOut{path, std::move(why)});
}

/// Files come and go under a pattern, and each is remembered in case it comes back.
void LogSource::forget_gone() {
  const auto matched = std::next(logs_.begin(), static_cast<std::ptrdiff_t>(paths_.size()));
  const auto is_gone = [](const LogPath& log) { return log.logs().has_none(); };
  const std::size_t max = context_.source.gone_files_max;
  if (logs_.size() - paths_.size() <= max) return;
  auto too_many = std::count_if(matched, logs_.end(), is_gone) - static_cast<std::ptrdiff_t>(max);
  for (auto log = matched; too_many > 0; --too_many) {
    const auto oldest = std::find_if(log, logs_.end(), is_gone);
    context_.source.observer.on(event::Forgotten{oldest->path(), max});
    oldest->forget();
    known_.erase(context_.files.absolute(oldest->path()));
    if (next_ == oldest) ++next_;
    log = logs_.erase(oldest);
  }
}

/// Which files those are that this process writes, whatever their names are later.
void LogSource::note_own() {
  for (const std::string& path : context_.source.own) {
    const Result<FileInfo> there = context_.files.info(path);
    if (there) own_.insert({there->inode, there->birth.count()});
  }
}

/// What this process writes, or has written before it was rotated, would come back for ever.
bool LogSource::is_own(const FileInfo& info, const std::string& path) const {
  const auto is_it = [&](const FileInfo& own) { return is_same_file(own, id_of(info)); };
  const auto is_made_of = [&](const std::string& own) {
    return path == own || rotated_name(path, own).has_value();
  };
  return own_.contains({info.inode, info.birth.count()}) ||
         std::ranges::any_of(context_.source.redirected, is_it) ||
         std::ranges::any_of(context_.source.own, is_made_of);
}

Positions LogSource::beginning() const {
  Positions positions;
  for (const LogPath& log : logs_) log.logs().shelf().add_to(positions);
  return positions;
}

Result<Turn> LogSource::poll(SteadyTime now, Block& block) {
  // What has changed is known before what was written later is read: which files were made then
  // must not be forgotten by who knows of that.
  if (context_.is_followed) take_changes(now);
  if (std::exchange(must_scan_, false)) {
    const std::size_t count = logs_.size();
    if (const Status scanned = scan(From::Start); !scanned) return fail(scanned);
    for (auto log = std::next(logs_.begin(), static_cast<std::ptrdiff_t>(count));
         log != logs_.end(); ++log) {
      tell_reading(log->path());
    }
    forget_gone();
  }
  tell_moves(block);
  return context_.is_followed ? poll_each(now, block) : poll_next(now, block);
}

/// One is read after the other.
Result<Turn> LogSource::poll_next(SteadyTime now, Block& block) {
  for (; next_ != logs_.end(); ++next_) {
    Result<Turn> turn = next_->poll(now, block);
    if (!turn || turn->state != Turn::State::Ended) return turn;
    next_->close();
  }
  return Turn::ended();
}

/// Each has its turn. Of more files than may be open each is read for a while, and closed before
/// the next.
Result<Turn> LogSource::poll_each(SteadyTime now, Block& block) {
  std::optional<SteadyTime> wake_at = earlier(poll_at_, scan_at_);
  for (std::size_t left = logs_.size(); left > 0; --left) {
    if (next_ == logs_.end()) next_ = logs_.begin();
    Result<Turn> turn = next_->poll(now, block);
    if (!turn || turn->state == Turn::State::Full) return turn;
    const bool is_crowded = !context_.has_room_for_all();
    const bool has_more = turn->state == Turn::State::Again;
    if (is_crowded && has_more && ++turn_count_ < kTurnsMax) return turn;
    turn_count_ = 0;
    if (is_crowded) next_->close();
    ++next_;
    if (has_more) return turn;
    wake_at = earlier(wake_at, turn->wake_at);
  }
  const Result<std::optional<SteadyTime>> patient_until = patience(now);
  if (!patient_until) return fail(patient_until);
  return Turn::idle(earlier(wake_at, *patient_until));
}

void LogSource::take_changes(SteadyTime now) {
  const FileWatch::Changes changes = watch_ ? watch_->take_changes() : FileWatch::Changes();
  for (LogPath& log : logs_) log.take_changes(changes);
  must_scan_ = !patterns_.empty() &&
               (changes.all || std::ranges::any_of(changes.ids, [&](auto id) {
                  return std::ranges::find(pattern_watches_, id) != pattern_watches_.end();
                }));
  if (context_.must_poll && (!poll_at_ || now >= *poll_at_)) {
    for (LogPath& log : logs_) log.suspect_changes(now);
    must_scan_ = !patterns_.empty();
    poll_at_ = now + context_.source.poll.value_or(kPollAfter);
  }
  if (scan_at_ && now >= *scan_at_) {
    must_scan_ = true;
    scan_at_ = now + kScanAfter;
  }
}

/// Until when it is waited for something to stand at one of the paths. Fails when that is over.
Result<std::optional<SteadyTime>> LogSource::patience(SteadyTime now) const {
  const bool has_come =
      std::ranges::any_of(logs_, [](const LogPath& log) { return log.logs().shelf().has_any(); });
  if (has_come || !context_.source.patience) return std::nullopt;
  const Patience& patience = *context_.source.patience;
  if (now < patience.until) return patience.until;
  const std::string& name = paths_.empty() ? patterns_.front() : paths_.front();
  return fail(ErrorCode::NotFound,
              fmt::format("nothing came to {} within {}", name, to_text(patience.wait)));
}

/// How positions have moved without a line goes the same way as how they move with one.
void LogSource::tell_moves(Block& block) {
  const Positions moves = std::exchange(context_.moves, Positions());
  if (!context_.source.is_kept) return;
  for (const auto& [name, position] : moves.by_name()) {
    if (position) {
      block.mark_end(*position, {});
    } else {
      block.mark_over(std::make_shared<const Stream>(Stream{name, ""}));
    }
  }
}

void LogSource::stop() {
  for (LogPath& log : logs_) log.stop();
}

}  // namespace wordstream
