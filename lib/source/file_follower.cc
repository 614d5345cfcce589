#include "source/file_follower.h"

#include <fmt/format.h>

#include <utility>

namespace wordstream {
namespace {

constexpr std::size_t kReadBytesMax = 1024 * 1024;
/// While nothing stands at the path its directory is watched; should that directory be replaced
/// itself, or a symbolic link lead elsewhere, a look now and then finds it.
constexpr Millis kLookAgainAfter{1000};

bool is_same(const FileInfo& a, const FileInfo& b) {
  return a.device == b.device && a.inode == b.inode;
}

}  // namespace

FileFollower::FileFollower(std::string path, Files& files, const SourceContext& context)
    : path_(std::move(path)), files_(files), context_(context) {}

FileFollower::~FileFollower() {
  if (watch_) context_.poller.forget(*watch_);
  if (next_watch_) context_.poller.forget(*next_watch_);
}

Status FileFollower::open() {
  Result<std::unique_ptr<File>> file = files_.open(path_);
  if (!file) return fail(file);
  const Result<FileInfo> info = (*file)->info();
  if (!info) return fail(info);
  if (info->kind != FileInfo::Kind::Regular) {
    return fail(
        ErrorCode::InvalidArgument,
        fmt::format("cannot follow {}: it is not a regular file; leave out --follow", path_));
  }
  file_ = std::move(*file);
  identity_ = *info;
  if (Status watched = watch(watch_); !watched) return watched;
  context_.observer.on(event::Following{path_});
  return {};
}

Result<Turn> FileFollower::poll(SteadyTime now, Block& block) {
  const std::span<char> room = framer_.room(block, kReadBytesMax);
  if (room.empty()) return Turn::full();
  const Result<Read> read = file_->read(room);
  if (!read) return fail(read);
  if (read->state != Read::State::Data) return at_end(now, block);
  offset_ += read->bytes;
  has_looked_again_ = false;
  framer_.accept(block, read->bytes);
  return Turn::again();
}

Result<Turn> FileFollower::at_end(SteadyTime now, Block& block) {
  // What changed before the watches were cleared is seen by one more look, what changes after it
  // wakes the poller.
  if (!std::exchange(has_looked_again_, true)) {
    watch_->clear();
    if (next_watch_) next_watch_->clear();
    return Turn::again();
  }
  has_looked_again_ = false;
  if (is_leaving_) {
    if (!framer_.finish(block)) return Turn::full();
    if (const Status switched = switch_to_next(); !switched) return fail(switched);
    return Turn::again();
  }
  const Result<bool> truncated = was_truncated();
  if (!truncated) return fail(truncated);
  if (*truncated) return Turn::again();
  if (const Status looked = look_for_next(); !looked) return fail(looked);
  const Result<bool> takes_over = next_takes_over();
  if (!takes_over) return fail(takes_over);
  if (*takes_over) {
    is_leaving_ = true;
    return Turn::again();
  }
  return is_gone_ ? Turn::idle(now + kLookAgainAfter) : Turn::idle();
}

Result<bool> FileFollower::was_truncated() {
  const Result<FileInfo> info = file_->info();
  if (!info) return fail(info);
  if (info->size >= offset_) return false;
  context_.observer.on(event::Truncated{path_});
  drop_line(framer_, context_.observer, path_, "the file was truncated");
  offset_ = 0;
  if (const Status rewound = file_->rewind(); !rewound) return fail(rewound);
  return true;
}

/// Opens what has taken the file's place at the path, if anything has.
Status FileFollower::look_for_next() {
  if (next_) return {};
  const Result<FileInfo> at_path = files_.info(path_);
  if (at_path && is_same(*at_path, identity_)) {
    is_gone_ = false;
    return {};
  }
  Result<std::unique_ptr<File>> file = files_.open(path_);
  if (!file) {
    // Not there, or not ours to read yet: whoever rotates files may still be at it.
    if (!std::exchange(is_gone_, true)) {
      const Error& why = at_path ? file.error() : at_path.error();
      context_.observer.on(event::Gone{path_, why.message});
    }
    return {};
  }
  is_gone_ = false;
  const Result<FileInfo> info = (*file)->info();
  if (!info) return fail(info);
  if (is_same(*info, identity_)) return {};
  next_ = std::move(*file);
  next_identity_ = *info;
  return watch(next_watch_);
}

/// Whether nobody writes to the old file any more, as far as one can tell.
Result<bool> FileFollower::next_takes_over() {
  if (!next_) return false;
  const Result<FileInfo> next = next_->info();
  if (!next) return fail(next);
  if (next->size > 0) return true;
  const Result<FileInfo> at_path = files_.info(path_);
  return at_path.has_value() && !is_same(*at_path, next_identity_);
}

Status FileFollower::switch_to_next() {
  context_.observer.on(event::Rotated{path_});
  file_ = std::move(next_);
  identity_ = next_identity_;
  offset_ = 0;
  is_leaving_ = false;
  context_.poller.forget(*watch_);
  watch_ = std::move(next_watch_);
  return {};
}

Status FileFollower::watch(std::unique_ptr<FileWatch>& watch) {
  Result<std::unique_ptr<FileWatch>> made = files_.watch(path_);
  if (!made) return fail(made);
  watch = std::move(*made);
  context_.poller.watch(*watch, Interest::Read, 0);
  return {};
}

void FileFollower::stop() { drop_line(framer_, context_.observer, path_, "the run was stopped"); }

}  // namespace wordstream
