// How the first look of a run begins: with nothing, or where earlier runs have left off.
#include <fmt/format.h>

#include <utility>

#include "source/known_logs.h"

namespace wordstream {
namespace {

/// Files that are renamed again and again are not looked for for ever.
constexpr int kLooksMax = 100;

}  // namespace

Status KnownLogs::begin(From from, const std::set<std::string>& named) {
  const Result<FileInfo> info = context_.files.info(path_);
  const bool is_awaited = !info && context_.is_followed && info.error().code == ErrorCode::NotFound;
  if (!info && !is_awaited) return fail(info);
  LogFile* at_path = nullptr;
  if (info) shelf_.adopt(*info);
  KnownLog* const adopted = info ? shelf_.find(*info) : nullptr;
  if (is_awaited) {
    say_gone(info.error().message);
  } else if (adopted != nullptr) {
    adopted->file->note(path_, *info);
    if (Status back = shelf_.return_to_path(*adopted); !back) return back;
    // One that an earlier run has read under another name.
    if (!adopted->file->is_found()) {
      if (Status found = open_and_find(*adopted); !found) return found;
    }
  } else if (!shelf_.is_elsewhere(*info)) {
    Result<std::optional<KnownLog>> log = shelf_.open_new(path_, *info, from);
    if (!log) return fail(log);
    if (!*log) return begin(from, named);  // another one stands there by now
    at_path = shelf_.put(std::move(**log)).file.get();
  }
  if (!context_.is_proved()) return {};
  const Result<LogListing> listing = list();
  if (!listing) return fail(listing);
  for (const LogEntry& entry : listing->beside) {
    if (shelf_.find(entry.info) != nullptr) continue;  // it was adopted
    const bool is_named = named.contains(context_.files.absolute(entry.path));
    if (is_named) {
      if (Status taken = take_named(entry); !taken) return taken;
      continue;
    }
    Result<std::optional<bool>> is_copy = std::optional(false);
    if (entry.is_rotated && at_path != nullptr) is_copy = at_path->may_be_copied_to(entry);
    if (!is_copy) return fail(is_copy);
    shelf_.skip(entry, is_copy->value_or(false) ? FileRole::Copy : FileRole::Done);
  }
  return {};
}

/// It was rotated away before the job began, and is named itself. Under another name it has a path
/// of its own.
Status KnownLogs::take_named(const LogEntry& entry) {
  if (!entry.is_rotated) return {};
  Result<std::optional<KnownLog>> log = shelf_.open_new(entry.path, entry.info);
  if (!log) return fail(log);
  if (!*log) return {};
  (*log)->file->set_role(FileRole::Left);
  shelf_.put(std::move(**log), shelf_.current());
  return {};
}

Status KnownLogs::go_on(const Positions& from) {
  for (const auto& [name, position] : from.by_name()) {
    const std::optional<KnownFile> known = file_of(*position);
    if (!known) {
      return fail(ErrorCode::BadData,
                  fmt::format("cannot go on in {}: what is known of it is in no file; start anew "
                              "with another --checkpoint",
                              path_));
    }
    knows_others_ = knows_others_ && known->knows_others;
    shelf_.add(*known, *position);
  }
  has_rotated_ = true;
  for (int left = kLooksMax; left > 0; --left) {
    if (Status looked = look(SteadyTime{}); !looked || !context_.has_changed) return looked;
  }
  return fail(ErrorCode::Io, fmt::format("cannot find the file that was read at {}: files are "
                                         "renamed all the time; start again",
                                         path_));
}

}  // namespace wordstream
