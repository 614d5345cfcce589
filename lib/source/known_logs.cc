#include "source/known_logs.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/units.h"

namespace wordstream {
namespace {

/// A file at the path is taken for another one that was there only where so much shows it.
constexpr std::uint64_t kProofBytesMin = kHeadBytesMax;

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

KnownLogs::KnownLogs(std::string path, std::string member, LogContext& context)
    : path_(std::move(path)), context_(context), shelf_(std::move(member), context) {
  context_.shelves.push_back(&shelf_);
}

KnownLogs::~KnownLogs() { std::erase(context_.shelves, &shelf_); }

/// What belongs to other paths is not in it.
Result<LogListing> KnownLogs::list() {
  Result<LogListing> listing = list_log(path_, context_);
  if (!listing || context_.is_alone) return listing;
  if (listing->at_path) shelf_.adopt(*listing->at_path);
  for (const LogEntry& entry : listing->beside) shelf_.adopt(entry.info);
  if (listing->at_path && shelf_.is_elsewhere(*listing->at_path)) {
    listing->at_path.reset();
    listing->why_none = path_ + " is another name of a file that is read";
  }
  std::erase_if(listing->beside,
                [&](const LogEntry& entry) { return shelf_.is_elsewhere(entry.info); });
  return listing;
}

Status KnownLogs::look(SteadyTime now) {
  context_.has_changed = false;
  Result<LogListing> listing = list();
  if (!listing) {
    say_gone(listing.error().message);
    return {};
  }
  if (Status met = shelf_.meet(*listing, path_); !met) return met;
  // Nothing is forgotten for a directory that is not there, or not mounted yet.
  const bool is_empty = listing->has_none();
  Status looked;
  if (!is_empty) looked = missing_.look(*listing, now);
  if (looked && !context_.has_changed) looked = find_what_was_read();
  if (!looked || context_.has_changed) return looked;
  skip_older(*listing);
  looked = take_new(*listing);
  if (!looked || context_.has_changed) return looked;
  looked = take_path(*listing);
  if (!looked) return looked;
  tell_strangers(*listing);
  const bool is_decided = !context_.has_changed && !missing_.is_undecided();
  if (is_decided) is_empty ? note_unnamed(now) : note_gone(now);
  if (is_decided) has_taken_ = false;
  shelf_.put_old_aside();
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
    } else if (is_at_path && context_.is_followed && log.file->is_open()) {
      const Result<bool> stands = log.file->stands_as_read();
      if (!stands) return fail(stands);
      if (*stands) continue;
      if (Status begun = begin_anew(log); !begun) return begun;
    }
    if (context_.has_changed) return {};
  }
  return {};
}

Status KnownLogs::open_and_find(KnownLog& log) {
  const Result<bool> opened = log.file->open();
  if (!opened && opened.error().code != ErrorCode::NotFound) return fail(opened);
  if (!opened || !*opened) {
    log.is_there = false;
    context_.has_changed = true;
    return {};
  }
  const Result<bool> found = log.file->find();
  if (!found) return fail(found);
  if (!*found) {
    if (Status begun = begin_anew(log); !begun) return begun;
    if (!log.file->is_found()) return {};  // the directory is away
  }
  context_.source.observer.on(event::Resumed{log.file->path(), log.file->offset()});
  return {};
}

/// A copy may have been made since the look began: it is looked anew what there is.
Status KnownLogs::begin_anew(KnownLog& log) {
  Result<LogListing> listing = list();
  if (!listing) return fail(listing);
  // Where the directory is away its copies are, too: the look that finds it comes back to this.
  log.is_due = !listing->has_none();
  if (!log.is_due) return {};
  context_.has_changed = false;
  if (Status met = shelf_.meet(*listing, path_); !met) return met;
  const Result<bool> is_done = go_on_in_copy(log, *listing);
  if (!is_done) return fail(is_done);
  // Whatever was listed before is of the past.
  const bool is_void = std::exchange(context_.has_changed, true);
  if (*is_done || is_void) return {};
  context_.source.observer.on(event::Truncated{path_});
  log.file->drop_half_line("the file was rewritten");
  if (Status put = copies_.put_aside(*log.file, *listing); !put) return put;
  const Result<bool> begun = log.file->begin(0);
  if (!begun) return fail(begun);
  log.is_due = true;
  shelf_.note(log);
  return {};
}

/// Of several copies the longest has most. The file itself is another one then, and comes behind.
Result<bool> KnownLogs::go_on_in_copy(KnownLog& log, LogListing& listing) {
  const std::string path = log.file->path();
  const FileRole role = log.file->role();
  const FileId id = log.file->id();
  for (const LogEntry& entry : copies_.candidates(listing)) {
    const Result<Match> match = log.file->become(entry);
    if (!match) return fail(match);
    if (*match != Match::Same) continue;
    copies_.use(entry, listing);
    if (Status put = copies_.put_aside(*log.file, listing); !put) return fail(put);
    context_.source.observer.on(event::Truncated{path, entry.path});
    shelf_.leave(log);
    log.is_due = true;
    const Result<FileInfo> info = context_.files.info(path);
    Result<std::optional<KnownLog>> anew = std::optional<KnownLog>();
    if (info && is_same_file(*info, id)) anew = shelf_.open_new(path, *info);
    if (!anew) return fail(anew);
    if (!*anew) return true;
    (*anew)->file->set_role(role);
    (*anew)->file->expect_zeros();
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
    const Result<FileInfo> now = context_.files.info(path_);
    context_.has_changed = context_.has_changed || !now || !is_same_file(*now, info);
    if (context_.has_changed) return {};  // another one may have been compared
    if (!was->file->is_found()) {
      if (missing_.is_undecided()) return {};
      const bool was_taken = is_taken(*was);
      if (!was_taken && !context_.source.is_lossy && !context_.source.from) {
        return fail_other(*was->file, path_, info);
      }
      if (!was_taken) {
        from = context_.source.from.value_or(From::Start);
        context_.source.observer.on(event::Lost{path_, was->file->offset(), was->file->seen()});
      }
      shelf_.forget(*was);
      was = nullptr;
    }
  }
  Result<std::optional<KnownLog>> log = shelf_.open_new(path_, info, from);
  if (!log && !context_.is_followed) return fail(log);
  if (!log) {
    say_gone(log.error().message);  // whoever rotates files may still be at it
    return {};
  }
  context_.has_changed = !*log;
  if (context_.has_changed) return {};
  const bool is_first = !shelf_.has_any();
  if (was != nullptr) shelf_.leave(*was);
  shelf_.put(std::move(**log));
  if (is_first) {
    context_.source.observer.on(event::Arrived{path_});
    return {};
  }
  has_rotated_ = true;
  context_.source.observer.on(event::Rotated{path_});
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
    if (*is_alike) context_.source.observer.on(event::Repeated{path_});
    return false;
  }
  const Result<Match> match = was.file->become(entry);
  if (!match) return fail(match);
  if (*match != Match::Same) return false;
  context_.source.observer.on(event::Restored{path_});
  shelf_.note_over(*place.stream);
  shelf_.note(was);
  was.is_there = was.is_due = true;
  was.gone.reset();
  return true;
}

Status KnownLogs::take_nothing(const LogListing& listing, const KnownLog* was) {
  const bool is_unfound = was != nullptr && !was->is_there && !was->file->is_found();
  const bool was_taken = is_unfound && is_taken(*was);
  const bool is_missed = is_unfound && !was_taken && !missing_.is_undecided();
  const bool is_read = was != nullptr && was->file->seen() <= was->file->offset();
  const bool may_wait =
      context_.source.is_lossy || context_.source.from || (context_.is_followed && is_read);
  if (is_missed && !may_wait && context_.is_alone) {
    return fail(
        ErrorCode::BadData,
        fmt::format("cannot go on in {}: {}; what stood there was read up to byte {} of {}; "
                    "{}",
                    path_, listing.why_none, was->file->offset(), was->file->seen(), kAdvice));
  }
  if (was_taken) shelf_.forget(*was);
  if (!context_.is_followed && context_.is_alone) {
    return fail(ErrorCode::NotFound, listing.why_none);
  }
  say_gone(listing.why_none);
  return {};
}

/// What rotation has named, and nobody knows, is new. While the file at the path is the one that
/// has always been there it may be a copy of that, which is still being made.
Status KnownLogs::take_new(LogListing& listing) {
  KnownLog* const at_path = shelf_.current();
  const bool has_stayed = is_unmoved(listing);
  if (at_path != nullptr && has_stayed) {
    // Where it was truncated just now, what was copied is found out by the next look.
    const Result<bool> stands = at_path->file->is_open() ? at_path->file->stands_as_read() : true;
    if (!stands) return fail(stands);
    context_.has_changed = !*stands;
    if (context_.has_changed) return {};
  }
  Status looked = copies_.look(at_path ? at_path->file.get() : nullptr, has_stayed);
  if (!looked || context_.has_changed) return looked;
  for (const LogEntry& entry : listing.beside) {
    if (shelf_.find(entry.info) != nullptr || !entry.is_rotated) continue;
    if (at_path != nullptr && has_stayed) {
      const Result<bool> is_copy = copies_.take(*at_path->file, entry);
      if (!is_copy) return fail(is_copy);
      if (context_.has_changed) return {};
      if (*is_copy) continue;
    }
    Result<std::optional<KnownLog>> log = shelf_.open_new(entry.path, entry.info);
    if (!log && log.error().code != ErrorCode::NotFound) {
      context_.source.observer.on(event::RotatedUnread{entry.path, log.error().message});
      shelf_.skip(entry);
      continue;
    }
    context_.has_changed = !log || !*log;
    if (context_.has_changed) return {};
    (*log)->file->set_role(FileRole::Left);
    if (has_stayed) (*log)->file->expect_zeros();  // a copy of what has been truncated since
    shelf_.put(std::move(**log), has_stayed ? at_path : nullptr);
    has_taken_ = true;
    if (has_stayed && at_path != nullptr && at_path->file->offset() == 0) {
      context_.source.observer.on(event::Truncated{path_, entry.path});
    } else {
      context_.source.observer.on(event::Rotated{path_, entry.path});
    }
  }
  return {};
}

/// The file that is known at the path stands there.
bool KnownLogs::is_unmoved(const LogListing& listing) {
  const KnownLog* const at_path = shelf_.current();
  return at_path != nullptr && listing.at_path &&
         is_same_file(*listing.at_path, at_path->file->id());
}

/// Files whose names begin with the path's, and which rotation does not give, are not read: that is
/// said once.
void KnownLogs::tell_strangers(const LogListing& listing) {
  if (!std::exchange(has_rotated_, false)) return;
  std::vector<std::string> paths;
  for (const LogEntry& entry : listing.beside) {
    if (entry.is_rotated || shelf_.find(entry.info) != nullptr) continue;
    paths.push_back(entry.path);
    shelf_.skip(entry, FileRole::Stranger);
  }
  if (paths.empty()) return;
  context_.source.observer.on(event::NotRotated{path_, std::move(paths)});
}

/// What stood in a missing file, of which nothing was read, is among what is read now.
bool KnownLogs::is_taken(const KnownLog& missing) const {
  return missing.file->offset() == 0 && has_taken_;
}

/// What is open and has no name any more is read to its end, and closed then.
void KnownLogs::note_unnamed(SteadyTime now) {
  KnownLog* const log = shelf_.current();
  if (log == nullptr || log->is_there || log->gone || !log->file->is_open()) return;
  log->gone = now;
  log->is_due = true;
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
    if (!is_taken(log)) {
      context_.source.observer.on(event::Lost{file.path(), file.offset(), file.seen()});
    }
    shelf_.note_over(*file.position().stream);
    return true;
  });
}

bool KnownLogs::has_none() const {
  return is_gone_ && std::ranges::none_of(shelf_.logs(), [](const KnownLog& log) {
           return log.is_there || log.file->is_open();
         });
}

void KnownLogs::forget() {
  for (LogShelf::Logs* const logs : {&shelf_.logs(), &shelf_.aside()}) {
    for (const KnownLog& log : *logs) shelf_.note_over(*log.file->position().stream);
    logs->clear();
  }
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
    if (read.file->path() == path_ || is_older(entry, its, path_)) {
      shelf_.skip(entry);
    }
  }
}

void KnownLogs::say_gone(const std::string& why) {
  if (std::exchange(is_gone_, true)) return;
  context_.source.observer.on(event::Gone{path_, why, shelf_.has_any(), context_.is_followed});
}

}  // namespace wordstream
