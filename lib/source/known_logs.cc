#include "source/known_logs.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/units.h"

namespace wordstream {
namespace {

/// A file at the path is taken for another one that was there only where so much shows it.
constexpr std::uint64_t kProofBytesMin = kHeadBytesMax;

/// Files that are renamed again and again are not looked for for ever.
constexpr int kLooksMax = 100;

constexpr std::string_view kAdvice =
    "bring back the file that was read, or say with --from start or --from end where to begin";

tl::unexpected<Error> fail_other(const LogFile& was, const std::string& path,
                                 const FileInfo& there) {
  return fail(ErrorCode::BadData,
              fmt::format("{} is not the file that was read: that was inode {}, up to byte {}, and "
                          "this is inode {}, {}; {}",
                          path, was.id().inode, was.position().offset, there.inode,
                          counted(there.size, "byte"), kAdvice));
}

}  // namespace

KnownLogs::KnownLogs(std::string path, bool is_followed, Files& files, SourceContext& context)
    : path_(std::move(path)), is_followed_(is_followed), files_(files), context_(context) {}

Status KnownLogs::begin() {
  const Result<FileInfo> info = files_.info(path_);
  if (!info) return fail(info);
  const From from = context_.from.value_or(From::Start);
  Result<std::optional<KnownLog>> log = shelf_.open_new(path_, *info, from);
  if (!log) return fail(log);
  if (!*log) return begin();  // another one stands there by now
  shelf_.put(std::move(**log));
  if (!is_followed_ && !context_.is_kept) return {};
  const Result<LogListing> listing = list_log(path_, files_);
  if (!listing) return fail(listing);
  for (const LogEntry& entry : listing->beside) shelf_.skip(entry);
  shelf_.take_moves();  // the beginning has them all
  return {};
}

Status KnownLogs::go_on(const Positions& from) {
  for (const auto& [name, position] : from.by_name()) {
    const std::optional<KnownFile> known = file_of(*position);
    if (!known) {
      return fail(
          ErrorCode::BadData,
          fmt::format("cannot go on in {}: what is known of it is in no file; {}", path_, kAdvice));
    }
    knows_others_ = knows_others_ && known->knows_others;
    shelf_.add(*known, *position);
  }
  has_rotated_ = true;
  for (int left = kLooksMax; left > 0; --left) {
    if (Status looked = look(SteadyTime{}); !looked || !has_changed_) return looked;
  }
  return fail(ErrorCode::Io, fmt::format("cannot find the file that was read at {}: files are "
                                         "renamed all the time; start again",
                                         path_));
}

Status KnownLogs::look(SteadyTime now) {
  is_undecided_ = has_changed_ = false;
  Result<LogListing> listing = list_log(path_, files_);
  if (!listing) {
    say_gone(listing.error().message);
    return {};
  }
  shelf_.meet(*listing, path_);
  // Nothing is forgotten for a directory that is not there, or not mounted yet.
  const bool is_empty = listing->has_none();
  Status looked;
  if (!is_empty) looked = match_missing(*listing);
  if (looked) looked = find_what_was_read();
  if (!looked || has_changed_) return looked;
  skip_older(*listing);
  looked = take_new(*listing);
  if (!looked || has_changed_) return looked;
  looked = take_path(*listing);
  if (!looked) return looked;
  tell_strangers(*listing);
  if (!is_empty && !has_changed_) note_gone(now);
  shelf_.put_old_aside();
  return {};
}

/// A file that is not there may be there as another one, under a name that rotation gives.
Status KnownLogs::match_missing(LogListing& listing) {
  for (LogShelf::Logs* const logs : {&shelf_.logs(), &shelf_.aside()}) {
    for (KnownLog& log : *logs) {
      if (log.is_there) continue;
      for (auto entry = listing.beside.begin(); entry != listing.beside.end(); ++entry) {
        if (!entry->is_rotated || log.file->position().offset == 0) continue;
        const std::shared_ptr<const Stream> was = log.file->position().stream;
        const Result<bool> is_that = log.file->become(*entry);
        if (!is_that) return fail(is_that);
        if (!*is_that) continue;
        context_.observer.on(event::Restored{entry->path, entry->is_packed});
        shelf_.note_over(*was);
        log.is_there = log.is_due = true;
        log.gone.reset();
        if (log.file->role() == FileRole::AtPath) log.file->set_role(FileRole::Left);
        shelf_.note(log);
        listing.beside.erase(entry);
        break;
      }
    }
  }
  return {};
}

/// What was read of a file must stand in it: of those that are met for the first time, and of the
/// one at the path, of which copies may lie beside it.
Status KnownLogs::find_what_was_read() {
  for (KnownLog& log : shelf_.logs()) {
    if (!log.is_there) continue;
    const bool is_at_path = log.file->role() == FileRole::AtPath;
    if (!log.file->is_found()) {
      if (Status found = open_and_find(log); !found) return found;
    } else if (is_at_path && is_followed_ && log.file->is_open()) {
      const Result<bool> stands = log.file->stands_as_read();
      if (!stands) return fail(stands);
      if (*stands) continue;
      if (Status begun = begin_anew(log); !begun) return begun;
    }
  }
  return {};
}

Status KnownLogs::open_and_find(KnownLog& log) {
  const Result<bool> opened = log.file->open();
  if (!opened && opened.error().code != ErrorCode::NotFound) return fail(opened);
  if (!opened || !*opened) {
    log.is_there = false;
    has_changed_ = true;
    return {};
  }
  const Result<bool> found = log.file->find();
  if (!found) return fail(found);
  if (!*found) {
    if (Status begun = begin_anew(log); !begun) return begun;
  }
  context_.observer.on(event::Resumed{log.file->path(), log.file->offset()});
  return {};
}

/// A copy was made before the truncation was seen, but not always before the last listing.
Status KnownLogs::begin_anew(KnownLog& log) {
  Result<LogListing> listing = list_log(path_, files_);
  if (!listing) return fail(listing);
  std::erase_if(listing->beside,
                [&](const LogEntry& entry) { return shelf_.find(entry.info) != nullptr; });
  const Result<bool> has_copy = go_on_in_copy(log, *listing);
  if (!has_copy) return fail(has_copy);
  if (*has_copy) return {};
  context_.observer.on(event::Truncated{path_});
  log.file->drop_half_line("the file was rewritten");
  // Copies that were made before the last that was read hold nothing new.
  for (const LogEntry& entry : listing->beside) {
    if (copies_.contains(id_of(entry.info))) shelf_.skip(entry);
  }
  const Result<bool> begun = log.file->begin(0);
  if (!begun) return fail(begun);
  log.is_due = true;
  shelf_.note(log);
  return {};
}

/// Of several copies the longest has most. The file itself is another one then, and comes behind.
Result<bool> KnownLogs::go_on_in_copy(KnownLog& log, const LogListing& listing) {
  std::vector<LogEntry> candidates;
  std::ranges::copy_if(listing.beside, std::back_inserter(candidates), &LogEntry::is_rotated);
  std::ranges::stable_sort(candidates, std::greater(),
                           [](const LogEntry& entry) { return entry.info.size; });
  const std::string path = log.file->path();
  const FileRole role = log.file->role();
  const FileId id = log.file->id();
  for (const LogEntry& entry : candidates) {
    const Result<bool> is_copy = log.file->become(entry);
    if (!is_copy) return fail(is_copy);
    if (!*is_copy) continue;
    context_.observer.on(event::Truncated{path, entry.path});
    shelf_.leave(log);
    log.is_due = true;
    const Result<FileInfo> info = files_.info(path);
    has_changed_ = !info || !is_same_file(*info, id);
    if (has_changed_) return true;
    Result<std::optional<KnownLog>> anew = shelf_.open_new(path, *info);
    if (!anew) return fail(anew);
    has_changed_ = !*anew;
    if (has_changed_) return true;
    (*anew)->file->set_role(role);
    shelf_.put(std::move(**anew));
    return true;
  }
  return false;
}

/// Another file stands at the path than the one that is known there, if one is.
Status KnownLogs::take_path(const LogListing& listing) {
  KnownLog* const was = shelf_.current();
  if (!listing.at_path) return take_nothing(listing, was);
  is_gone_ = false;
  KnownLog* const there = shelf_.find(*listing.at_path);
  if (there == nullptr) return replace(was, *listing.at_path);
  if (there == was) return {};
  // One that has left the path, or was put aside before, is back.
  if (was != nullptr) shelf_.leave(*was);
  return shelf_.return_to_path(*there);
}

Status KnownLogs::replace(KnownLog* was, const FileInfo& info) {
  From from = From::Start;  // later files are read from their start, whatever was asked for
  if (was != nullptr && !was->is_there) {
    const Result<bool> is_that = was_put_in_place(*was, info);
    if (!is_that) return fail(is_that);
    if (*is_that) return {};
    const Result<FileInfo> now = files_.info(path_);
    has_changed_ = !now || !is_same_file(*now, info);
    if (has_changed_) return {};  // the other one may have been compared
    if (!was->file->is_found()) {
      if (!context_.is_lossy && !context_.from) return fail_other(*was->file, path_, info);
      from = context_.from.value_or(From::Start);
      context_.observer.on(event::Lost{path_, was->file->offset(), was->file->seen()});
      shelf_.forget(*was);
      was = nullptr;
    }
  }
  Result<std::optional<KnownLog>> log = shelf_.open_new(path_, info, from);
  if (!log && !is_followed_) return fail(log);
  if (!log) {
    say_gone(log.error().message);  // whoever rotates files may still be at it
    return {};
  }
  has_changed_ = !*log;
  if (has_changed_) return {};
  if (was != nullptr) shelf_.leave(*was);
  shelf_.put(std::move(**log));
  has_rotated_ = true;
  context_.observer.on(event::Rotated{path_});
  return {};
}

/// Whether the file at the path holds all that was read of the one that stood there. Where that is
/// little, it is another one all the same, and that is said.
Result<bool> KnownLogs::was_put_in_place(KnownLog& was, const FileInfo& info) {
  const LogEntry entry{path_, info};
  const Position place = was.file->position();
  if (place.offset < kProofBytesMin) {
    const Result<bool> is_alike = was.file->is_found() ? was.file->stands_in(entry) : false;
    if (!is_alike) return fail(is_alike);
    if (*is_alike) context_.observer.on(event::Repeated{path_});
    return false;
  }
  const Result<bool> is_that = was.file->become(entry);
  if (!is_that || !*is_that) return is_that;
  context_.observer.on(event::Restored{path_});
  shelf_.note_over(*place.stream);
  shelf_.note(was);
  was.is_there = was.is_due = true;
  was.gone.reset();
  return true;
}

Status KnownLogs::take_nothing(const LogListing& listing, const KnownLog* was) {
  const bool is_missed = was != nullptr && !was->is_there && !was->file->is_found();
  const bool is_read = was != nullptr && was->file->seen() <= was->file->offset();
  const bool may_wait = context_.is_lossy || context_.from || (is_followed_ && is_read);
  if (is_missed && !may_wait) {
    return fail(
        ErrorCode::BadData,
        fmt::format("cannot go on in {}: {}; what stood there was read up to byte {} of {}; "
                    "{}",
                    path_, listing.why_none, was->file->offset(), was->file->seen(), kAdvice));
  }
  if (!is_followed_) return fail(ErrorCode::NotFound, listing.why_none);
  say_gone(listing.why_none);
  return {};
}

/// What rotation has named, and nobody knows, is new. While the file at the path is the one that
/// has always been there it may be a copy of that, which is still being made.
Status KnownLogs::take_new(const LogListing& listing) {
  KnownLog* const at_path = shelf_.current();
  const bool is_unmoved =
      at_path != nullptr && listing.at_path && is_same_file(*listing.at_path, at_path->file->id());
  for (const LogEntry& entry : listing.beside) {
    if (shelf_.find(entry.info) != nullptr || !entry.is_rotated) continue;
    if (!is_unmoved && copies_.contains(id_of(entry.info))) {
      shelf_.skip(entry);
      continue;
    }
    if (is_unmoved) {
      const Result<bool> is_new = is_no_copy(*at_path->file, entry);
      if (!is_new) return fail(is_new);
      if (!*is_new) continue;
    }
    const Result<bool> was_known = shelf_.take_for_unread(entry);
    if (!was_known) return fail(was_known);
    if (*was_known) {
      context_.observer.on(event::Rotated{path_, entry.path});
      continue;
    }
    Result<std::optional<KnownLog>> log = shelf_.open_new(entry.path, entry.info);
    if (!log && log.error().code != ErrorCode::NotFound) {
      context_.observer.on(event::RotatedUnread{entry.path, log.error().message});
      shelf_.skip(entry);
      continue;
    }
    if (!log || !*log) {
      has_changed_ = true;
      continue;
    }
    (*log)->file->set_role(FileRole::Left);
    shelf_.put(std::move(**log), is_unmoved ? at_path : nullptr);
    context_.observer.on(event::Rotated{path_, entry.path});
  }
  return {};
}

Result<bool> KnownLogs::is_no_copy(const LogFile& at_path, const LogEntry& entry) {
  if (!at_path.is_open()) return true;
  const Result<std::optional<bool>> is_copy = at_path.may_be_copied_to(entry);
  if (!is_copy) return fail(is_copy);
  if (is_copy->value_or(false)) copies_.insert(id_of(entry.info));
  // Where it was truncated just now, what it was is found out by the next look.
  const Result<bool> stands = at_path.stands_as_read();
  if (!stands) return fail(stands);
  if (!*is_copy || !*stands) is_undecided_ = true;
  return is_copy->has_value() && !**is_copy && *stands;
}

/// Files whose names begin with the path's, and which rotation does not give, are not read: that is
/// said once.
void KnownLogs::tell_strangers(const LogListing& listing) {
  if (!std::exchange(has_rotated_, false)) return;
  std::vector<std::string> paths;
  for (const LogEntry& entry : listing.beside) {
    if (entry.is_rotated || shelf_.find(entry.info) != nullptr) continue;
    paths.push_back(entry.path);
    shelf_.skip(entry);
  }
  if (!paths.empty()) context_.observer.on(event::NotRotated{path_, std::move(paths)});
}

/// What has no name any more is read to its end, if it is open, and is over then.
void KnownLogs::note_gone(SteadyTime now) {
  std::erase_if(shelf_.aside(), [&](const KnownLog& log) {
    if (!log.is_there) shelf_.note_over(*log.file->position().stream);
    return !log.is_there;
  });
  std::erase_if(shelf_.logs(), [&](KnownLog& log) {
    const LogFile& file = *log.file;
    if (log.is_there || log.gone) return false;
    if (file.is_open()) {
      log.gone = now;
      log.is_due = true;
    }
    if (file.is_open() || file.role() == FileRole::AtPath) return false;
    context_.observer.on(event::Lost{file.path(), file.offset(), file.seen()});
    shelf_.note_over(*file.position().stream);
    return true;
  });
}

/// An earlier form of positions had the file alone that was read: what was rotated away before it
/// was read, too.
void KnownLogs::skip_older(const LogListing& listing) {
  if (std::exchange(knows_others_, true)) return;
  const KnownLog& read = shelf_.logs().back();
  for (const LogEntry& entry : listing.beside) {
    if (shelf_.find(entry.info) != nullptr) continue;
    LogEntry its{read.file->path(), {}};
    its.info.modified = read.file->modified();
    if (read.file->path() == path_ || is_older(entry, its, path_)) shelf_.skip(entry);
  }
}

void KnownLogs::say_gone(const std::string& why) {
  if (!std::exchange(is_gone_, true)) context_.observer.on(event::Gone{path_, why});
}

}  // namespace wordstream
