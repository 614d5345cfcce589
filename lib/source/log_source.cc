#include "source/log_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

namespace wordstream {
namespace {

/// What cannot be watched for is looked at so often: that something stands at the path again, be it
/// in a directory that was replaced itself, or behind a symbolic link that leads elsewhere.
constexpr Millis kLookAgainAfter{1000};
/// A half line, and what has no name any more, get so long.
constexpr Millis kPatience{5000};
/// The file that left the path last stays open for so long after it has grown.
constexpr Millis kOpenAfterGrowth{60'000};

/// Whoever wakes earlier.
void lower(std::optional<SteadyTime>& wake_at, SteadyTime at) {
  if (!wake_at || at < *wake_at) wake_at = at;
}

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

std::string Follow::name(const Files& files) const { return "file:" + files.absolute(path_); }
bool Follow::has_lasting_name(Files& /*files*/) const { return true; }
std::string Follow::fingerprint(const Files& files) const { return name(files); }
SourceClass Follow::promise(Files& /*files*/) const { return SourceClass::Replayable; }
SourceFile Follow::file(Files& files) const {
  SourceFile file{files.absolute(path_), {}};
  const Result<FileInfo> info = files.info(path_);
  if (info && info->kind == FileInfo::Kind::Regular) file.regular = *info;
  return file;
}
std::string Follow::may_miss() const {
  return "lines that are written between the copying and the truncating of a rotation by "
         "copytruncate, and files that are moved to another directory, or removed, before they "
         "were "
         "looked at";
}
std::unique_ptr<Source> Follow::make(const Env& env, const SourceContext& context) const {
  return std::make_unique<LogSource>(path_, true, env.files, context);
}

LogSource::LogSource(std::string path, bool is_followed, Files& files, const SourceContext& context)
    : context_{std::move(path), is_followed, files, context} {}

LogSource::~LogSource() {
  if (watch_) context_.source.poller.forget(*watch_);
}

Status LogSource::open(const Positions& from) {
  if (from.empty() && context_.is_followed) {
    if (Status good = check_can_be_followed(context_.path, context_.files); !good) return good;
  }
  if (context_.is_followed) {
    Result<std::unique_ptr<FileWatch>> watch = context_.files.make_watch();
    if (!watch) return fail(watch);
    watch_ = std::move(*watch);
    context_.source.poller.watch(*watch_, Interest::Read, 0);
    // A directory may come late.
    Status named = watch_names();
    if (!named && named.error().code != ErrorCode::NotFound) return named;
  }
  if (Status opened = from.empty() ? logs_.begin() : logs_.go_on(from); !opened) return opened;
  must_look_ = context_.is_followed && logs_.must_look_again();  // from now on the time is known
  Status watched = watch_logs();
  if (!watched) return watched;
  context_.is_followed ? context_.source.observer.on(event::Following{context_.path})
                       : context_.source.observer.on(event::Opened{context_.path});
  return watched;
}

Result<Turn> LogSource::poll(SteadyTime now, Block& block) {
  // What has changed is known before what was written later is read: which files were made then
  // must not be forgotten by who knows of that.
  take_changes();
  const bool is_due = std::ranges::any_of(shelf().logs(), &KnownLog::is_due);
  // While nothing stands at the path nobody may tell what happens there.
  if (std::exchange(must_look_, false) ||
      (is_due && context_.is_followed && logs_.must_look_again())) {
    if (const Status looked = look(now); !looked) return fail(looked);
  }
  tell_moves(block);
  if (logs_.has_changed()) return Turn::again();
  for (KnownLog& log : shelf().logs()) {
    if (log.is_due) return read(log, now, block);
  }
  return context_.is_followed ? rest(now, block) : Turn::ended();
}

Status LogSource::look(SteadyTime now) {
  look_again_at_.reset();
  // Where that fails nothing may stand there: then it is looked now and then.
  [[maybe_unused]] const Status named = watch_names();
  if (Status looked = logs_.look(now); !looked) return looked;
  must_look_ = logs_.has_changed();
  if (logs_.must_look_again()) look_again_at_ = now + kLookAgainAfter;
  return watch_logs();
}

/// The directory that has the path's name now, which may be another one, mounted over it or
/// brought back. The one that was watched is let go last, so that nothing is missed of the same.
Status LogSource::watch_names() {
  if (!context_.is_followed) return {};
  const Result<FileWatch::Id> names = watch_->add_names(context_.path);
  if (!names) return fail(names);
  if (names_) watch_->remove(*names_);
  names_ = *names;
  return {};
}

/// Each file that is read is watched, and no other.
Status LogSource::watch_logs() {
  if (!context_.is_followed) return {};
  std::set<const LogFile*> read;
  for (const KnownLog* const it : shelf().watched()) {
    const KnownLog& log = *it;
    const LogFile& file = *log.file;
    read.insert(&file);
    const auto known = watched_.find(&file);
    if (!log.is_there || (known != watched_.end() && known->second.first == file.id())) continue;
    if (known != watched_.end()) watch_->remove(known->second.second);
    const Result<FileWatch::Id> id = watch_->add_file(file.path());
    if (!id && id.error().code == ErrorCode::NotFound) {
      must_look_ = true;  // it has another name by now
      continue;
    }
    if (!id) return fail(id);
    const Result<FileInfo> info = context_.files.info(file.path());
    watched_[&file] = {info ? id_of(*info) : FileId(), *id};
    // Another one may be watched, and a copy may have grown before it was.
    const bool is_that = info && is_same_file(*info, file.id());
    const bool is_copy = file.role() == FileRole::Copy;
    must_look_ = must_look_ || !is_that || (is_copy && info->size != file.offset());
  }
  std::erase_if(watched_, [&](const auto& watched) {
    if (read.contains(watched.first)) return false;
    watch_->remove(watched.second.second);
    return true;
  });
  return {};
}

/// How positions have moved without a line goes the same way as how they move with one.
void LogSource::tell_moves(Block& block) {
  const Positions moves = shelf().take_moves();
  if (!context_.source.is_kept) return;
  for (const auto& [name, position] : moves.by_name()) {
    if (position) {
      block.mark_end(*position, {});
    } else {
      block.mark_over(std::make_shared<const Stream>(Stream{name, ""}));
    }
  }
}

void LogSource::take_changes() {
  if (!context_.is_followed) return;
  const FileWatch::Changes changes = watch_->take_changes();
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

Result<Turn> LogSource::read(KnownLog& log, SteadyTime now, Block& block) {
  LogFile& file = *log.file;
  if (!file.is_open()) {
    const Result<bool> opened = log.is_there ? file.open() : false;
    if (!opened && opened.error().code != ErrorCode::NotFound) return fail(opened);
    if (!opened || !*opened) {
      log.is_due = must_look_ = log.is_there;  // it has another name by now
      return Turn::again();
    }
  }
  const Result<LogFile::Reading> reading = file.read(block, now, context_.is_followed);
  if (!reading) return fail(reading);
  switch (*reading) {
    case LogFile::Reading::Full:
      return Turn::full();
    case LogFile::Reading::Data:
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
      if (const Status begun = logs_.begin_anew(log); !begun) return fail(begun);
      must_look_ = true;
      if (const Status watched = watch_logs(); !watched) return fail(watched);
      break;
  }
  return Turn::again();
}

/// The file at the path, what left it last, for some time, and what could not be opened again.
bool LogSource::keeps_open(const KnownLog& log, SteadyTime now) {
  if (!context_.is_followed || log.file->role() == FileRole::AtPath || log.gone) return true;
  const auto left_last = std::find_if(
      shelf().logs().rbegin(), shelf().logs().rend(),
      [](const KnownLog& it) { return it.file->role() == FileRole::Left && it.is_there; });
  return &*left_last == &log && now < log.file->grown_at() + kOpenAfterGrowth;
}

/// Nothing is to be read now: does what is due, or waits until something is.
Result<Turn> LogSource::rest(SteadyTime now, Block& block) {
  std::optional<SteadyTime> wake_at;
  for (KnownLog& log : shelf().logs()) {
    LogFile& file = *log.file;
    if (file.role() == FileRole::Left && file.has_half_line()) {
      if (now < file.grown_at() + kPatience) {
        lower(wake_at, file.grown_at() + kPatience);
      } else if (!file.finish_line(block)) {
        return Turn::full();
      }
    }
    if (log.gone && !log.was_read_again) {
      if (now >= *log.gone + kPatience) {
        log.is_due = log.was_read_again = true;
        return Turn::again();
      }
      lower(wake_at, *log.gone + kPatience);
    } else if (log.gone && file.role() == FileRole::Left && !file.has_half_line()) {
      shelf().forget(log);
      if (const Status watched = watch_logs(); !watched) return fail(watched);
      return Turn::again();
    } else if (file.is_open() && (log.gone || !keeps_open(log, now))) {
      // The place of one that has gone from the path is kept.
      if (!log.gone || file.role() == FileRole::AtPath) file.close();
    } else if (file.is_open() && file.role() == FileRole::Left && !log.gone) {
      lower(wake_at, file.grown_at() + kOpenAfterGrowth);
    }
  }
  if (look_again_at_ && now >= *look_again_at_) {
    must_look_ = true;
    return Turn::again();
  }
  if (look_again_at_) lower(wake_at, *look_again_at_);
  return Turn::idle(wake_at);
}

void LogSource::stop() {
  for (KnownLog& log : shelf().logs()) log.file->drop_half_line("the run was stopped");
}

}  // namespace wordstream
