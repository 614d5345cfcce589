#include "source/found_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "base/units.h"
#include "env/rotated_name.h"

namespace wordstream {
namespace {

using How = FoundFile::How;

/// A directory in which files are renamed again and again is not looked at for ever.
constexpr int kLooksMax = 100;

constexpr std::string_view kAdvice =
    "bring back the file that was read, or start anew with another --checkpoint";

Result<FileIdentity> known_file(const Position& position, const std::string& name) {
  if (const auto identity = file_of(position)) return *identity;
  return fail(
      ErrorCode::BadData,
      fmt::format("cannot go on in {}: what is known of it is in no file; {}", name, kAdvice));
}

bool is_long_enough(const FileInfo& info, const Position& position) {
  return info.kind == FileInfo::Kind::Regular && info.size >= position.offset;
}

/// Whether all that was read stands there.
Result<bool> holds(const FileCursor& cursor, const FileIdentity& identity,
                   const Position& position) {
  if (!is_long_enough(cursor.info(), position)) return false;
  return begins_as(cursor.file(), identity);
}

/// One search; what somebody renames meanwhile makes it begin again.
class Search {
 public:
  Search(const std::string& path, Files& files, const Position& position,
         const FileIdentity& identity)
      : path_(path), files_(files), position_(position), identity_(identity) {}

  Result<FoundFile> run() {
    for (int left = kLooksMax; left > 0; --left) {
      has_changed_ = false;
      Result<FoundFile> found = look();
      if (!has_changed_) return found;
    }
    return fail(ErrorCode::Io, fmt::format("cannot find the file that was read at {}: files are "
                                           "renamed all the time; start again",
                                           path_));
  }

 private:
  struct Candidate {
    std::string path;
    FileInfo info;
    std::optional<Sibling> sibling;
  };

  Result<FoundFile> look() {
    const Result<std::vector<Candidate>> candidates = list();
    if (!candidates) return fail(candidates);
    const auto itself = std::ranges::find_if(
        *candidates, [&](const Candidate& it) { return is_same_file(it.info, identity_); });
    if (itself == candidates->end()) {
      Result<std::optional<FoundFile>> remounted = look_remounted(*candidates);
      if (!remounted) return fail(remounted);
      if (*remounted) return std::move(**remounted);
      Result<std::optional<FoundFile>> restored = look_alike(*candidates, How::Restored);
      if (!restored) return fail(restored);
      return *restored ? std::move(**restored) : missing();
    }
    Result<FileCursor> cursor = open(*itself);
    if (!cursor) return fail(cursor);
    const Result<bool> is_whole = holds(*cursor, identity_, position_);
    if (!is_whole) return fail(is_whole);
    if (*is_whole) return place(How::Same, *itself, std::move(*cursor), position_.offset);
    Result<std::optional<FoundFile>> copy = look_alike(*candidates, How::Copy);
    if (!copy) return fail(copy);
    if (*copy) return std::move(**copy);
    return place(How::Truncated, *itself, std::move(*cursor), 0);
  }

  /// The file at the path first. Of those beside it the longest: of several copies it has most.
  Result<std::vector<Candidate>> list() {
    std::vector<Candidate> candidates;
    const Result<FileInfo> at_path = files_.info(path_);
    if (!at_path && at_path.error().code != ErrorCode::NotFound) return fail(at_path);
    if (at_path) candidates.push_back({path_, *at_path, std::nullopt});
    Result<std::vector<Sibling>> siblings = files_.siblings(path_);
    if (!siblings) return fail(siblings);
    std::ranges::sort(*siblings, [](const Sibling& one, const Sibling& other) {
      return std::tie(one.info.size, one.info.modified) >
             std::tie(other.info.size, other.info.modified);
    });
    for (const Sibling& sibling : *siblings) {
      if (!sibling.path.starts_with(path_) && !rotated_name(sibling.path, path_)) continue;
      candidates.push_back({sibling.path, sibling.info, sibling});
    }
    return candidates;
  }

  /// The file itself, on a file system that was mounted anew.
  Result<std::optional<FoundFile>> look_remounted(const std::vector<Candidate>& candidates) {
    const auto itself = std::ranges::find_if(
        candidates, [&](const Candidate& it) { return may_be_remounted(it.info, identity_); });
    if (itself == candidates.end()) return std::nullopt;
    Result<FileCursor> cursor = open(*itself);
    if (!cursor) return fail(cursor);
    const Result<bool> is_whole = holds(*cursor, identity_, position_);
    if (!is_whole) return fail(is_whole);
    if (!*is_whole) return std::nullopt;
    Result<FoundFile> found = place(How::Same, *itself, std::move(*cursor), position_.offset);
    if (!found) return fail(found);
    return std::move(*found);
  }

  /// The first that begins as the file that was read did and is as long at least, if there is one.
  Result<std::optional<FoundFile>> look_alike(const std::vector<Candidate>& candidates, How how) {
    if (identity_.head_length == 0) return std::nullopt;  // every file would be
    for (const Candidate& candidate : candidates) {
      if (!is_long_enough(candidate.info, position_)) continue;
      if (is_same_file(candidate.info, identity_)) continue;
      Result<FileCursor> cursor = open(candidate);
      // One that may not be read may be anything.
      if (!cursor && cursor.error().code == ErrorCode::NotPermitted) continue;
      if (!cursor) return fail(cursor);
      const Result<bool> is_alike = holds(*cursor, identity_, position_);
      if (!is_alike) return fail(is_alike);
      if (!*is_alike) continue;
      Result<FoundFile> found = place(how, candidate, std::move(*cursor), position_.offset);
      if (!found) return fail(found);
      return std::move(*found);
    }
    return std::nullopt;
  }

  Result<FileCursor> open(const Candidate& candidate) {
    Result<std::unique_ptr<File>> file = files_.open(candidate.path);
    has_changed_ = has_changed_ || (!file && file.error().code == ErrorCode::NotFound);
    if (!file) return fail(file);
    Result<FileCursor> cursor = FileCursor::make(std::move(*file), files_.absolute(candidate.path));
    if (cursor && !is_same_file(cursor->info(), candidate.info)) has_changed_ = true;
    return cursor;
  }

  static Result<FoundFile> place(How how, const Candidate& at, FileCursor cursor,
                                 std::uint64_t offset) {
    if (const Status there = cursor.go_to(offset); !there) return fail(there);
    return FoundFile{how, at.path, std::move(cursor), at.sibling};
  }

  Result<FoundFile> missing() {
    const Result<std::unique_ptr<File>> file = files_.open(path_);
    if (!file) return fail(file);
    const Result<FileInfo> info = (*file)->info();
    if (!info) return fail(info);
    return fail_other_file(path_, position_, *info);
  }

  const std::string& path_;
  Files& files_;
  const Position& position_;
  const FileIdentity& identity_;
  bool has_changed_ = false;
};

}  // namespace

void FoundFile::tell(const std::string& looked_for, Observer& observer) const {
  const bool was_truncated = how == How::Copy || how == How::Truncated;
  if (was_truncated) observer.on(event::Truncated{looked_for});
  if (how == How::Restored) observer.on(event::Restored{path});
  observer.on(event::Resumed{path, cursor.offset()});
}

Result<Position> position_in_file(const Positions& positions, const std::string& name) {
  if (positions.by_name().size() == 1) return *positions.by_name().begin()->second;
  return fail(ErrorCode::BadData,
              fmt::format("cannot go on in {}: places in {} files are known, and one is read; {}",
                          name, positions.by_name().size(), kAdvice));
}

Result<FoundFile> find_file(const std::string& path, Files& files, const Position& position) {
  const Result<FileIdentity> identity = known_file(position, path);
  if (!identity) return fail(identity);
  return Search(path, files, position, *identity).run();
}

Status go_to(FileCursor& cursor, const Position& position, const std::string& name) {
  const Result<FileIdentity> identity = known_file(position, name);
  if (!identity) return fail(identity);
  const Result<bool> is_there = holds(cursor, *identity, position);
  if (!is_there) return fail(is_there);
  const FileInfo& info = cursor.info();
  if (!*is_there || !(is_same_file(info, *identity) || may_be_remounted(info, *identity))) {
    return fail_other_file(name, position, cursor.info());
  }
  return cursor.go_to(position.offset);
}

tl::unexpected<Error> fail_other_file(const std::string& name, const Position& position,
                                      const FileInfo& there) {
  const Result<FileIdentity> was = known_file(position, name);
  if (!was) return fail(was);
  std::string is = "this is no regular file";
  if (is_same_file(there, *was)) {
    is = fmt::format("it now holds {}, or begins differently", counted(there.size, "byte"));
  } else if (there.kind == FileInfo::Kind::Regular) {
    is = fmt::format("this is inode {} on device {}, {}", there.inode, there.device,
                     counted(there.size, "byte"));
  }
  return fail(ErrorCode::BadData,
              fmt::format("{} is not the file that was read: that was inode {} on device {}, up to "
                          "byte {}, and {}; {}",
                          name, was->inode, was->device, position.offset, is, kAdvice));
}

}  // namespace wordstream
