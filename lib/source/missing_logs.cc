#include "source/missing_logs.h"

#include <memory>

#include "source/log_file.h"

namespace wordstream {

/// A file that is not there may be there as another one, under a name that rotation gives.
Status MissingLogs::look(LogListing& listing, SteadyTime now) {
  is_undecided_ = false;
  for (LogShelf::Logs* const logs : {&shelf_.logs(), &shelf_.aside()}) {
    for (auto log = logs->begin(); log != logs->end();) {
      KnownLog& missing = *log++;
      if (missing.is_there || missing.file->role() == FileRole::Stranger) continue;
      const Result<bool> is_over = match(missing, listing, now);
      if (!is_over) return fail(is_over);
      if (*is_over) shelf_.forget(missing);
    }
  }
  return {};
}

/// Returns whether another file shows that there is nothing more of it.
Result<bool> MissingLogs::match(KnownLog& log, LogListing& listing, SteadyTime now) {
  for (auto entry = listing.beside.begin(); entry != listing.beside.end();) {
    const std::shared_ptr<const Stream> was = log.file->position().stream;
    Result<Match> match = Match::None;
    if (entry->is_rotated) match = log.file->become(*entry);
    if (!match) return fail(match);
    switch (*match) {
      case Match::None:
        ++entry;
        continue;
      case Match::Same:
        context_.source.observer.on(event::Restored{entry->path, entry->is_packed});
        shelf_.note_over(*was);
        log.is_there = log.is_due = true;
        log.gone.reset();
        if (log.file->role() == FileRole::AtPath) log.file->set_role(FileRole::Left);
        shelf_.note(log);
        listing.beside.erase(entry);
        return false;
      case Match::Shorter:
        shelf_.skip(*entry);
        listing.beside.erase(entry);
        if (log.file->seen() > log.file->offset() && !log.file->is_open()) {
          context_.source.observer.on(
              event::Lost{log.file->path(), log.file->offset(), log.file->seen()});
        }
        return !log.file->is_open();
      case Match::Unclear:
        if (!must_wait_for(*entry, now)) shelf_.skip(*entry);
        entry = listing.beside.erase(entry);
        continue;
    }
  }
  return false;
}

/// It is compressed, and not whole yet: who makes it may be at it for as long as it grows.
bool MissingLogs::must_wait_for(const LogEntry& entry, SteadyTime now) {
  Unfinished& unfinished = unfinished_[id_of(entry.info)];
  const bool has_grown = unfinished.size != entry.info.size;
  // In the first look of a run the time is not known.
  if (has_grown || !unfinished.since) {
    unfinished = {entry.info.size, {}};
    if (now != SteadyTime{}) unfinished.since = now;
  }
  const bool must_wait =
      context_.is_followed && (!unfinished.since || now < *unfinished.since + kPatience);
  is_undecided_ = is_undecided_ || must_wait;
  if (!must_wait) {
    context_.source.observer.on(
        event::RotatedUnread{entry.path, "it is compressed, and not whole"});
  }
  return must_wait;
}

}  // namespace wordstream
