#include "source/log_copies.h"

#include <algorithm>
#include <functional>
#include <iterator>

#include "env/rotated_name.h"

namespace wordstream {

Result<bool> LogCopies::take(const LogFile& at_path, const LogEntry& entry) {
  const Result<std::optional<bool>> is_copy = is_copy_of(at_path, entry);
  if (!is_copy) return fail(is_copy);
  // An empty one is about to become one.
  if (context_.has_changed || !is_copy->value_or(true)) return false;
  shelf_.skip(entry, FileRole::Copy);
  return true;
}

Status LogCopies::look(const LogFile* at_path, bool is_unmoved) {
  for (KnownLog* const log : known()) {
    if (!log->is_there) continue;
    LogFile& file = *log->file;
    Result<std::optional<bool>> is_copy = std::optional(true);
    if (at_path != nullptr) {
      const LogEntry entry = entry_of(*log);
      is_copy = is_unmoved ? is_copy_of(*at_path, entry) : at_path->may_be_copied_to(entry);
    }
    if (!is_copy) return fail(is_copy);
    if (context_.has_changed) return {};
    if (!is_copy->value_or(is_unmoved)) {
      give_back(*log);
    } else if (!is_unmoved) {
      file.set_role(FileRole::Done);
      shelf_.note(*log);
    } else if (file.skip_growth()) {
      shelf_.note(*log);
    }
  }
  return {};
}

/// Where `at_path` was truncated since it was looked at, it is no more what was copied.
Result<std::optional<bool>> LogCopies::is_copy_of(const LogFile& at_path, const LogEntry& entry) {
  Result<std::optional<bool>> is_copy = at_path.may_be_copied_to(entry);
  if (!is_copy || is_copy->value_or(true) || !at_path.is_open()) return is_copy;
  const Result<bool> stands = at_path.stands_as_read();
  if (!stands) return fail(stands);
  context_.has_changed = context_.has_changed || !*stands;
  return is_copy;
}

std::vector<LogEntry> LogCopies::candidates(const LogListing& listing) {
  std::vector<LogEntry> candidates;
  std::ranges::copy_if(listing.beside, std::back_inserter(candidates), &LogEntry::is_rotated);
  for (const KnownLog* const log : known()) {
    if (log->is_there) candidates.push_back(entry_of(*log));
  }
  std::ranges::stable_sort(candidates, std::greater(),
                           [](const LogEntry& entry) { return entry.info.size; });
  return candidates;
}

void LogCopies::use(const LogEntry& entry, LogListing& listing) {
  std::erase_if(listing.beside, [&](const LogEntry& it) { return it.path == entry.path; });
  for (const KnownLog* const log : known()) {
    if (is_same_file(entry.info, log->file->id())) shelf_.forget(*log);
  }
}

Status LogCopies::put_aside(const LogFile& was, LogListing& listing) {
  for (KnownLog* const log : known()) {
    if (!log->is_there) continue;
    // Of one of which nothing was read all that it holds is new.
    Result<std::optional<bool>> is_copy = std::optional(false);
    if (was.offset() != 0) is_copy = was.was_copied_to(entry_of(*log));
    if (!is_copy) return fail(is_copy);
    if (!is_copy->value_or(true)) {
      give_back(*log);
      continue;
    }
    log->file->skip_growth();
    log->file->set_role(FileRole::Done);
    shelf_.note(*log);
  }
  for (auto entry = listing.beside.begin(); entry != listing.beside.end();) {
    Result<std::optional<bool>> is_copy = std::optional(false);
    const bool is_short = entry->is_packed || entry->info.size < was.offset();
    if (entry->is_rotated && is_short) is_copy = was.was_copied_to(*entry);
    if (!is_copy) return fail(is_copy);
    if (is_copy->value_or(false)) shelf_.skip(*entry);
    entry = is_copy->value_or(false) ? listing.beside.erase(entry) : std::next(entry);
  }
  return {};
}

std::vector<KnownLog*> LogCopies::known() {
  std::vector<KnownLog*> known;
  for (KnownLog& log : shelf_.aside()) {
    if (log.file->role() == FileRole::Copy) known.push_back(&log);
  }
  return known;
}

LogEntry LogCopies::entry_of(const KnownLog& log) const {
  LogEntry entry{log.file->path(), {}, true};
  entry.is_packed = unpacked_name(entry.path).size() != entry.path.size();
  const Result<FileInfo> info = context_.files.info(entry.path);
  const bool is_there = info && is_same_file(*info, log.file->id());
  if (is_there) entry.info = *info;
  context_.has_changed = context_.has_changed || !is_there;
  return entry;
}

/// Nobody knows it from now on: it is another file that is missing, or new.
void LogCopies::give_back(const KnownLog& log) {
  shelf_.forget(log);
  context_.has_changed = true;
}

}  // namespace wordstream
