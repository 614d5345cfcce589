#include "source/log_shelf.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace wordstream {
namespace {

/// So many of those that have left the path are read on.
constexpr std::ptrdiff_t kLeftMax = 16;

bool is_aside(const KnownLog& log) { return is_passed_over(log.file->role()); }

bool is_stranger(const KnownLog& log) { return log.file->role() == FileRole::Stranger; }

/// In which order they are read, and put aside.
std::pair<std::uint64_t, bool> place_of(const LogFile& file) {
  return {file.order(), file.role() == FileRole::AtPath};
}

bool has_left(const KnownLog& log) { return log.file->role() == FileRole::Left; }

}  // namespace

KnownLog* LogShelf::current() {
  const auto found = std::ranges::find_if(
      logs_, [](const KnownLog& log) { return log.file->role() == FileRole::AtPath; });
  return found == logs_.end() ? nullptr : &*found;
}

std::vector<KnownLog*> LogShelf::watched() {
  std::vector<KnownLog*> watched;
  for (KnownLog& log : logs_) watched.push_back(&log);
  for (KnownLog& log : aside_) {
    if (log.file->role() == FileRole::Copy) watched.push_back(&log);
  }
  return watched;
}

bool LogShelf::has_copies() const {
  return std::ranges::any_of(
      aside_, [](const KnownLog& log) { return log.file->role() == FileRole::Copy; });
}

KnownLog* LogShelf::find(const FileInfo& info) {
  for (Logs* const logs : {&logs_, &aside_}) {
    const auto found = std::ranges::find_if(
        *logs, [&](const KnownLog& log) { return is_same_file(info, log.file->id()); });
    if (found != logs->end()) return &*found;
  }
  return nullptr;
}

KnownLog* LogShelf::find(const std::string& stream) {
  for (Logs* const logs : {&logs_, &aside_}) {
    const auto found = std::ranges::find_if(
        *logs, [&](const KnownLog& log) { return log.file->stream_name() == stream; });
    if (found != logs->end()) return &*found;
  }
  return nullptr;
}

Result<std::optional<std::uint64_t>> LogShelf::go_back(KnownLog& log,
                                                       std::optional<std::uint64_t> offset) {
  LogFile& file = *log.file;
  const std::uint64_t from = file.position().offset;
  const std::uint64_t to = offset.value_or(file.proof().began);
  // One that was passed over, and is compressed, stands at its start.
  const bool was_passed_over = is_aside(log) && from == 0 && offset;
  if ((to >= from && !was_passed_over) || file.role() == FileRole::Copy) return from;
  const Result<bool> has_gone = file.go_back(to);
  if (!has_gone) return fail(has_gone);
  if (!*has_gone) return std::nullopt;
  log.is_due = true;
  if (is_aside(log)) {
    const auto at = iterator_of(log);
    file.set_role(FileRole::Left);
    const auto later = std::ranges::find_if(
        logs_, [&](const KnownLog& other) { return place_of(*other.file) > place_of(file); });
    logs_.splice(later, aside_, at);
  }
  note(log);
  return to;
}

Status LogShelf::meet(LogListing& listing, const std::string& path) {
  // There may be 10,000 of both.
  ByInode known;
  for (Logs* const logs : {&logs_, &aside_}) {
    for (KnownLog& log : *logs) {
      log.was_there = std::exchange(log.is_there, false);
      known.emplace(log.file->id().inode, &log);
    }
  }
  if (listing.at_path) {
    const Result<bool> met = meet_one(known, {path, *listing.at_path, true});
    if (!met) return fail(met);
  }
  std::vector<LogEntry> others;
  for (LogEntry& entry : listing.beside) {
    const Result<bool> met = meet_one(known, entry);
    if (!met) return fail(met);
    if (!*met) others.push_back(std::move(entry));
  }
  listing.beside = std::move(others);
  return {};
}

/// Returns whether it is known.
Result<bool> LogShelf::meet_one(ByInode& known, const LogEntry& entry) {
  const FileInfo& info = entry.info;
  const auto [begin, end] = known.equal_range(info.inode);
  const auto found = std::find_if(
      begin, end, [&](const auto& it) { return is_same_file(info, it.second->file->id()); });
  if (found == end) return false;
  KnownLog& log = *found->second;
  // Of what is read it is found out where it is read.
  const Result<bool> is_that = is_aside(log) ? log.file->may_be(entry.path, info) : true;
  if (!is_that) return fail(is_that);
  // Whoever compresses a file may give the name that rotation does when that is done.
  const bool has_become_ours = is_stranger(log) && entry.is_rotated;
  if (!*is_that || has_become_ours) {
    known.erase(found);
    forget(log);
    return false;
  }
  log.is_due = log.is_due || !log.was_there;
  log.is_there = true;
  log.gone.reset();
  const bool was_renamed = log.file->path() != entry.path;
  log.file->note(entry.path, info);
  if (was_renamed) note(log);
  return true;
}

LogShelf::Logs::iterator LogShelf::iterator_of(const KnownLog& log) {
  Logs& logs = is_aside(log) ? aside_ : logs_;
  return std::ranges::find_if(logs, [&](const KnownLog& it) { return &it == &log; });
}

void LogShelf::add(const KnownFile& known, const Position& position) {
  KnownLog log{std::make_unique<LogFile>(known, position, context_)};
  // Version 1 of the journal named streams in another way.
  if (log.file->position().stream->name != position.stream->name) {
    note_over(*position.stream);
    note(log);
  }
  last_order_ = std::max(last_order_, known.proof.order);
  if (is_aside(log)) {
    aside_.push_back(std::move(log));
    return;
  }
  const auto later = std::ranges::find_if(
      logs_, [&](const KnownLog& other) { return place_of(*other.file) > place_of(*log.file); });
  logs_.insert(later, std::move(log));
}

Result<std::optional<KnownLog>> LogShelf::open_new(const std::string& path, const FileInfo& info,
                                                   From from) {
  KnownLog log{std::make_unique<LogFile>(path, info, member_, context_)};
  Result<bool> begun = log.file->open();
  if (begun && *begun) begun = from == From::End ? log.file->begin_at_end() : log.file->begin(0);
  if (!begun) return fail(begun);
  if (!*begun) return std::nullopt;
  return log;
}

KnownLog& LogShelf::put(KnownLog log, KnownLog* before) {
  const auto at = before != nullptr ? iterator_of(*before) : logs_.end();
  KnownLog& put = *logs_.insert(at, std::move(log));
  number(put);
  if (before != nullptr) number(*before);
  return put;
}

void LogShelf::number(KnownLog& log) {
  log.file->set_order(++last_order_);
  note(log);
}

void LogShelf::leave(KnownLog& log) {
  log.file->set_role(FileRole::Left);
  note(log);
}

Status LogShelf::return_to_path(KnownLog& log) {
  const bool was_aside = is_aside(log);
  logs_.splice(logs_.end(), was_aside ? aside_ : logs_, iterator_of(log));
  log.file->set_role(FileRole::AtPath);
  log.is_due = true;
  if (was_aside) {
    // What was not to be read of it is not read now either.
    const std::uint64_t offset = log.file->position().offset;
    Result<bool> begun = log.file->open();
    if (begun && *begun) begun = log.file->begin(offset);
    if (!begun) return fail(begun);
  }
  number(log);
  return {};
}

void LogShelf::skip(const LogEntry& entry, FileRole role) {
  KnownLog log{std::make_unique<LogFile>(entry.path, entry.info, member_, context_)};
  log.file->skip(role);
  note(log);
  aside_.push_back(std::move(log));
}

void LogShelf::forget(const KnownLog& log) {
  note_over(*log.file->position().stream);
  Logs& logs = is_aside(log) ? aside_ : logs_;
  logs.erase(iterator_of(log));
}

void LogShelf::put_old_aside() {
  std::ptrdiff_t too_many = std::ranges::count_if(logs_, has_left) - kLeftMax;
  for (auto log = logs_.begin(); log != logs_.end() && too_many > 0;) {
    const auto at = log++;
    LogFile& file = *at->file;
    if (!has_left(*at) || !at->is_there || !file.is_at_end() || file.has_half_line()) continue;
    file.set_role(FileRole::Done);
    file.close();
    note(*at);
    aside_.splice(aside_.end(), logs_, at);
    --too_many;
  }
}

void LogShelf::add_to(Positions& positions) const {
  for (const Logs* const logs : {&aside_, &logs_}) {
    for (const KnownLog& log : *logs) positions.set(log.file->position());
  }
}

void LogShelf::adopt(const FileInfo& info) {
  for (LogShelf* const other : context_.shelves) {
    KnownLog* const log = other != this ? other->find(info) : nullptr;
    if (log == nullptr || is_stranger(*log)) continue;
    const Result<FileInfo> there = context_.files.info(log->file->path());
    if (!there || !is_same_file(*there, log->file->id())) take_from(*other, *log);
    return;
  }
}

bool LogShelf::is_elsewhere(const FileInfo& info) const {
  return std::ranges::any_of(context_.shelves, [&](LogShelf* other) {
    const KnownLog* const log = other != this ? other->find(info) : nullptr;
    return log != nullptr && !is_stranger(*log);
  });
}

void LogShelf::take_from(LogShelf& other, KnownLog& log) {
  note_over(*log.file->position().stream);
  Logs& own = is_aside(log) ? aside_ : logs_;
  own.splice(own.begin(), is_aside(log) ? other.aside_ : other.logs_, other.iterator_of(log));
  log.file->set_member(member_);
  if (log.file->role() == FileRole::AtPath) log.file->set_role(FileRole::Left);
  note(log);
}

}  // namespace wordstream
