#include "source/log_path.h"

#include <algorithm>
#include <set>

namespace wordstream {
namespace {

/// What cannot be watched for is looked at so often: that something stands at the path again, be it
/// in a directory that was replaced itself, or behind a symbolic link that leads elsewhere. Where
/// there are more paths it takes longer, as else nothing but looking would be done.
constexpr Millis kLookAgainAfter{1000};
constexpr std::size_t kPathsPerSecond = 100;
/// What a name leads to may be so old on a remote disk, each for itself.
constexpr Millis kNamesAgeMax{1000};
/// The file that left the path last stays open for so long after it has grown.
constexpr Millis kOpenAfterGrowth{60'000};

}  // namespace

Status LogPath::begin(From from, const std::set<std::string>& named) {
  if (Status watched = begin_watching(); !watched) return watched;
  if (Status begun = logs_.begin(from, named); !begun) return begun;
  must_look_ = context_.is_followed && logs_.must_look_again();  // from now on the time is known
  if (!context_.has_room_for_all()) close();
  return watch_logs();
}

Status LogPath::go_on(const Positions& from) {
  if (Status watched = begin_watching(); !watched) return watched;
  if (Status gone_on = logs_.go_on(from); !gone_on) return gone_on;
  must_look_ = context_.is_followed && logs_.must_look_again();
  if (!context_.has_room_for_all()) close();
  return watch_logs();
}

Status LogPath::begin_watching() {
  if (!context_.is_followed) return {};
  const Status watched = watch_names();
  // A directory may come late.
  const bool is_late = !watched && watched.error().code == ErrorCode::NotFound;
  context_.must_poll = context_.must_poll || (!watched && !is_late);
  return {};
}

Result<Turn> LogPath::poll(SteadyTime now, Block& block) {
  if (unsettled_since_) return Turn::idle();
  const bool is_due = std::ranges::any_of(shelf().logs(), &KnownLog::is_due);
  // While nothing stands at the path nobody may tell what happens there.
  if (std::exchange(must_look_, false) ||
      (is_due && context_.is_followed && logs_.must_look_again())) {
    if (const Status looked = look(now); !looked) return fail(looked);
    // What has moved is told before anything is read.
    if (must_look_ || !context_.moves.empty()) return Turn::again();
  }
  for (KnownLog& log : shelf().logs()) {
    if (log.is_due) return read(log, now, block);
  }
  return context_.is_followed ? rest(now, block) : Turn::ended();
}

Status LogPath::look(SteadyTime now) {
  look_again_at_.reset();
  // FUSE knows a file by its name: one that is open has the inode, length and bytes of whatever has
  // that name by now. What is opened after the look is what was listed.
  if (is_remote_) close();
  // Where that fails nothing may stand there: then it is looked now and then.
  [[maybe_unused]] const Status named = watch_names();
  if (Status looked = logs_.look(now); !looked) return looked;
  must_look_ = logs_.has_changed();
  if (logs_.must_look_again()) {
    look_again_at_ = now + kLookAgainAfter * (1 + context_.shelves.size() / kPathsPerSecond);
  }
  return watch_logs();
}

/// The directory that has the path's name now, which may be another one, mounted over it or
/// brought back. The one that was watched is let go last, so that nothing is missed of the same.
Status LogPath::watch_names() {
  is_remote_ = context_.is_followed && !context_.files.tells_changes(logs_.path());
  context_.must_poll = context_.must_poll || is_remote_;
  if (context_.watch == nullptr) return {};
  const Result<FileWatch::Id> names = context_.watch->add_names(logs_.path());
  if (!names) return fail(names);
  if (names_) context_.watch->remove(*names_);
  names_ = *names;
  return {};
}

/// Each file that is read is watched, and no other.
Status LogPath::watch_logs() {
  if (context_.watch == nullptr) return {};
  std::set<const LogFile*> read;
  for (const KnownLog* const it : shelf().watched()) {
    const KnownLog& log = *it;
    const LogFile& file = *log.file;
    read.insert(&file);
    const auto known = watched_.find(&file);
    if (!log.is_there || (known != watched_.end() && known->second.first == file.id())) continue;
    if (known != watched_.end()) context_.watch->remove(known->second.second);
    const Result<FileWatch::Id> id = context_.watch->add_file(file.path());
    if (!id && id.error().code == ErrorCode::NotFound) {
      must_look_ = true;  // it has another name by now
      continue;
    }
    if (!id && id.error().code == ErrorCode::NotPermitted) return fail(id);
    if (!id) {
      context_.must_poll = true;  // there are too many
      continue;
    }
    const Result<FileInfo> info = context_.files.info(file.path());
    watched_[&file] = {info ? id_of(*info) : FileId(), *id};
    // Another one may be watched, and a copy may have grown before it was.
    const bool is_that = info && is_same_file(*info, file.id());
    const bool is_copy = file.role() == FileRole::Copy;
    must_look_ = must_look_ || !is_that || (is_copy && info->size != file.offset());
  }
  std::erase_if(watched_, [&](const auto& watched) {
    if (read.contains(watched.first)) return false;
    context_.watch->remove(watched.second.second);
    return true;
  });
  return {};
}

void LogPath::take_changes(const FileWatch::Changes& changes) {
  if (!changes.all && changes.ids.empty()) return;
  for (const FileWatch::Id id : changes.ids) must_look_ = must_look_ || id == names_;
  must_look_ = must_look_ || changes.all;
  for (KnownLog* const it : shelf().watched()) {
    KnownLog& log = *it;
    const auto watched = watched_.find(log.file.get());
    const bool has_changed =
        watched != watched_.end() &&
        std::ranges::find(changes.ids, watched->second.second) != changes.ids.end();
    log.is_due = log.is_due || changes.all || has_changed;
    must_look_ = must_look_ || (has_changed && log.file->role() == FileRole::Copy);
  }
}

void LogPath::suspect_changes(SteadyTime now) {
  if (is_remote_) look_whether_settled(now);
  must_look_ = true;
  // While the first are read to their ends the last ones would never have their turn.
  if (std::ranges::any_of(shelf().logs(), &KnownLog::is_due)) return;
  for (KnownLog& log : shelf().logs()) {
    if (!log.is_there) continue;
    // Network file systems ask anew how long a file is when it is opened.
    [[maybe_unused]] const auto again = context_.files.open(log.file->path());
    log.is_due = log.file->may_have_more();
  }
}

/// A rotation moves several names, and some of them are seen moved before others. What they lead to
/// is believed once it has not changed for as long as the kernel remembers it.
void LogPath::look_whether_settled(SteadyTime now) {
  std::map<std::string, std::uint64_t> listed;
  if (const Result<LogListing> listing = list_log(logs_.path(), context_)) {
    if (listing->at_path) listed.emplace(logs_.path(), listing->at_path->inode);
    for (const LogEntry& entry : listing->beside) {
      if (entry.is_rotated) listed.emplace(entry.path, entry.info.inode);
    }
  }
  if (listed_ && *listed_ != listed) {
    unsettled_since_ = now;
  } else if (unsettled_since_ && now >= *unsettled_since_ + kNamesAgeMax) {
    unsettled_since_.reset();
  }
  listed_ = std::move(listed);
}

Result<Turn> LogPath::read(KnownLog& log, SteadyTime now, Block& block) {
  LogFile& file = *log.file;
  if (!file.is_open()) {
    const Result<bool> opened = log.is_there ? file.open() : false;
    if (!opened && opened.error().code != ErrorCode::NotFound) return fail(opened);
    if (!opened || !*opened) return look_first(log);
  }
  const bool was_unread = file.offset() == 0;
  const Result<LogFile::Reading> reading = file.read(block, now, context_.is_followed);
  if (!reading && is_remote_ && reading.error().code == ErrorCode::NotFound) return look_first(log);
  if (!reading) return fail(reading);
  const bool was_doubtful = std::exchange(log.is_doubtful, *reading == LogFile::Reading::Rewritten);
  switch (*reading) {
    case LogFile::Reading::Full:
      return Turn::full();
    case LogFile::Reading::Data:
      // What was read may not be what was copied: while nothing was, a truncation does not show.
      must_look_ = must_look_ || (context_.is_followed && was_unread && shelf().has_copies());
      break;
    case LogFile::Reading::AtEnd:
      // All that is there has been read: a last line counts without an end.
      if (!context_.is_followed && file.has_half_line() && !file.finish_line(block)) {
        return Turn::full();
      }
      log.is_due = false;
      if (!keeps_open(log, now)) file.close();
      break;
    case LogFile::Reading::Rewritten:
      if (is_remote_ && !was_doubtful) return look_first(log);
      if (const Status begun = logs_.begin_anew(log); !begun) return fail(begun);
      must_look_ = true;
      if (const Status watched = watch_logs(); !watched) return fail(watched);
      break;
  }
  return Turn::again();
}

/// It has another name by now. On a remote disk that may show no sooner than at the next look, when
/// what the kernel remembers of the names is a second old.
Turn LogPath::look_first(KnownLog& log) {
  log.file->close();
  log.is_due = must_look_ = log.is_there && !is_remote_;
  return Turn::again();
}

/// The file at the path, what left it last, for some time, and what could not be opened again.
bool LogPath::keeps_open(const KnownLog& log, SteadyTime now) {
  if (log.gone) return true;
  if (!context_.has_room_for_all()) return false;
  if (!context_.is_followed || log.file->role() == FileRole::AtPath) return true;
  const auto left_last = std::find_if(
      shelf().logs().rbegin(), shelf().logs().rend(),
      [](const KnownLog& it) { return it.file->role() == FileRole::Left && it.is_there; });
  return &*left_last == &log && now < log.file->grown_at() + kOpenAfterGrowth;
}

/// Nothing is to be read now: does what is due, or waits until something is.
Result<Turn> LogPath::rest(SteadyTime now, Block& block) {
  std::optional<SteadyTime> wake_at;
  for (KnownLog& log : shelf().logs()) {
    LogFile& file = *log.file;
    if (file.is_cut_off()) {
      // Whoever writes it may be slow; a line that is torn off is none.
      if (now < file.grown_at() + kPatience) {
        wake_at = earlier(wake_at, file.grown_at() + kPatience);
      } else if (file.take_cut_off()) {
        context_.source.observer.on(event::CutOff{file.path()});
      }
    } else if (file.role() == FileRole::Left && file.has_half_line()) {
      if (now < file.grown_at() + kPatience) {
        wake_at = earlier(wake_at, file.grown_at() + kPatience);
      } else if (!file.finish_line(block)) {
        return Turn::full();
      }
    }
    if (log.gone && !log.was_read_again) {
      if (now >= *log.gone + kPatience) {
        log.is_due = log.was_read_again = true;
        return Turn::again();
      }
      wake_at = earlier(wake_at, *log.gone + kPatience);
    } else if (log.gone && file.role() == FileRole::Left && !file.has_half_line()) {
      shelf().forget(log);
      if (const Status watched = watch_logs(); !watched) return fail(watched);
      return Turn::again();
    } else if (file.is_open() && (log.gone || !keeps_open(log, now))) {
      // The place of one that has gone from the path is kept.
      if (!log.gone || file.role() == FileRole::AtPath) file.close();
    } else if (file.is_open() && file.role() == FileRole::Left && !log.gone) {
      wake_at = earlier(wake_at, file.grown_at() + kOpenAfterGrowth);
    }
  }
  if (look_again_at_ && now >= *look_again_at_) {
    must_look_ = true;
    return Turn::again();
  }
  wake_at = earlier(wake_at, look_again_at_);
  return Turn::idle(wake_at);
}

void LogPath::forget() {
  logs_.forget();
  for (const auto& [file, watch] : watched_) context_.watch->remove(watch.second);
  watched_.clear();
  if (names_) context_.watch->remove(*names_);
  names_.reset();
}

void LogPath::close() {
  for (KnownLog& log : shelf().logs()) {
    if (!log.gone) log.file->close();
  }
}

void LogPath::stop() {
  for (KnownLog& log : shelf().logs()) log.file->drop_half_line("the run has ended");
}

}  // namespace wordstream
