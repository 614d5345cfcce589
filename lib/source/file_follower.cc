#include "source/file_follower.h"

#include <fmt/format.h>

#include <utility>

namespace wordstream {
namespace {

constexpr std::size_t kReadBytesMax = 1024 * 1024;
/// While nothing stands at the path its directory is watched; should that directory be replaced
/// itself, or a symbolic link lead elsewhere, a look now and then finds it.
constexpr Millis kLookAgainAfter{1000};

}  // namespace

FileFollower::FileFollower(std::string path, Files& files, const SourceContext& context)
    : path_(std::move(path)), files_(files), context_(context) {}

FileFollower::~FileFollower() {
  if (current_.watch) context_.poller.forget(*current_.watch);
  if (next_ && next_->watch) context_.poller.forget(*next_->watch);
}

Status FileFollower::open() {
  Result<OpenFile> file = open_file(path_);
  if (!file) return fail(file);
  if (file->identity.kind != FileInfo::Kind::Regular) {
    return fail(
        ErrorCode::InvalidArgument,
        fmt::format("cannot follow {}: it is not a regular file; leave out --follow", path_));
  }
  current_ = std::move(*file);
  if (Status watched = watch(current_); !watched) return watched;
  if (Status taken = rotated_.take_stock(); !taken) return taken;
  context_.observer.on(event::Following{path_});
  return {};
}

Result<Turn> FileFollower::poll(SteadyTime now, Block& block) {
  const std::span<char> room = framer_.room(block, kReadBytesMax);
  if (room.empty()) return Turn::full();
  const Result<Read> read = current_.file->read(room);
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
    current_.watch->clear();
    if (next_ && next_->watch) next_->watch->clear();
    return Turn::again();
  }
  has_looked_again_ = false;
  if (is_leaving_) {
    if (!framer_.finish(block)) return Turn::full();
    switch_to_next();
    return Turn::again();
  }
  const Result<bool> truncated = was_truncated();
  if (!truncated) return fail(truncated);
  if (*truncated) return Turn::again();
  const Result<bool> found_all = look_for_next();
  if (!found_all) return fail(found_all);
  if (!*found_all) return Turn::again();
  const Result<bool> takes_over = next_takes_over();
  if (!takes_over) return fail(takes_over);
  if (*takes_over) {
    is_leaving_ = true;
    return Turn::again();
  }
  return is_gone_ ? Turn::idle(now + kLookAgainAfter) : Turn::idle();
}

Result<bool> FileFollower::was_truncated() {
  const Result<FileInfo> info = current_.file->info();
  if (!info) return fail(info);
  if (info->size >= offset_) return false;
  context_.observer.on(event::Truncated{path_});
  drop_line(framer_, context_.observer, path_, "the file was truncated");
  offset_ = 0;
  // Whoever truncates a log may have made a copy of what was in it.
  const Result<FileInfo> at_path = files_.info(path_);
  if (at_path && is_same_file(*at_path, current_.identity)) {
    if (const Status taken = rotated_.take_stock(); !taken) return fail(taken);
  }
  if (const Status rewound = current_.file->rewind(); !rewound) return fail(rewound);
  return true;
}

/// Finds what is to be read after the current file, if anything is. Returns false to be called
/// again, when what was found had gone or cannot be read.
Result<bool> FileFollower::look_for_next() {
  if (next_) return true;
  const Result<FileInfo> at_path = files_.info(path_);
  if (at_path && is_same_file(*at_path, current_.identity)) {
    is_gone_ = false;
    return true;
  }
  const Result<std::optional<Sibling>> missed = rotated_.oldest_unread(
      current_.identity, at_path ? std::optional<FileInfo>(*at_path) : std::nullopt);
  if (!missed) {
    say_gone(missed.error());
    return true;
  }
  if (*missed) return take_missed(**missed);
  if (!at_path) {
    say_gone(at_path.error());
    return true;
  }
  return take_at_path(*at_path);
}

Result<bool> FileFollower::take_at_path(const FileInfo& expected) {
  Result<OpenFile> file = open_file(path_);
  if (!file) {
    // Not there, or not ours to read yet: whoever rotates files may still be at it.
    say_gone(file.error());
    return true;
  }
  // Another one by now: what we expected has been rotated away and is among the siblings.
  if (!is_same_file(file->identity, expected)) return false;
  is_gone_ = false;
  if (const Status watched = watch(*file); !watched) return fail(watched);
  next_ = std::move(*file);
  return true;
}

Result<bool> FileFollower::take_missed(const Sibling& missed) {
  Result<OpenFile> file = open_file(missed.path);
  if (!file && file.error().code == ErrorCode::NotFound) return false;
  if (!file) {
    context_.observer.on(event::RotatedUnread{missed.path, file.error().message});
    rotated_.settle(missed.info);
    return false;
  }
  if (!is_same_file(file->identity, missed.info)) return false;
  // It gets no watch of its own: nobody writes to it any more, as far as one can tell, and the
  // kernel takes many milliseconds to end one.
  next_ = std::move(*file);
  return true;
}

void FileFollower::say_gone(const Error& why) {
  if (!std::exchange(is_gone_, true)) context_.observer.on(event::Gone{path_, why.message});
}

/// Whether nobody writes to the old file any more, as far as one can tell.
Result<bool> FileFollower::next_takes_over() {
  if (!next_) return false;
  if (next_->path != path_) return true;
  const Result<FileInfo> next = next_->file->info();
  if (!next) return fail(next);
  if (next->size > 0) return true;
  const Result<FileInfo> at_path = files_.info(path_);
  if (!at_path) return at_path.error().code == ErrorCode::NotFound;
  return !is_same_file(*at_path, next_->identity);
}

void FileFollower::switch_to_next() {
  context_.observer.on(event::Rotated{path_, next_->path == path_ ? "" : next_->path});
  rotated_.settle(current_.identity);
  if (next_->watch) {
    context_.poller.forget(*current_.watch);
  } else {
    next_->watch = std::move(current_.watch);
  }
  current_ = std::move(*next_);
  next_.reset();
  offset_ = 0;
  is_leaving_ = false;
}

Result<FileFollower::OpenFile> FileFollower::open_file(const std::string& path) {
  Result<std::unique_ptr<File>> file = files_.open(path);
  if (!file) return fail(file);
  const Result<FileInfo> info = (*file)->info();
  if (!info) return fail(info);
  return OpenFile{path, std::move(*file), *info, nullptr};
}

Status FileFollower::watch(OpenFile& file) {
  Result<std::unique_ptr<FileWatch>> made = files_.watch(file.path);
  if (!made) return fail(made);
  file.watch = std::move(*made);
  context_.poller.watch(*file.watch, Interest::Read, 0);
  return {};
}

void FileFollower::stop() { drop_line(framer_, context_.observer, path_, "the run was stopped"); }

}  // namespace wordstream
