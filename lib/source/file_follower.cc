#include "source/file_follower.h"

#include <fmt/format.h>

#include <utility>

#include "source/found_file.h"

namespace wordstream {
namespace {

constexpr std::size_t kReadBytesMax = 1024 * 1024;
/// While nothing stands at the path its directory is watched; should that directory be replaced
/// itself, or a symbolic link lead elsewhere, a look now and then finds it.
constexpr Millis kLookAgainAfter{1000};

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
std::unique_ptr<Source> Follow::make(const Env& env, const SourceContext& context) const {
  return std::make_unique<FileFollower>(path_, env.files, context);
}

FileFollower::FileFollower(std::string path, Files& files, const SourceContext& context)
    : path_(std::move(path)), files_(files), context_(context) {}

FileFollower::~FileFollower() {
  if (current_.watch) context_.poller.forget(*current_.watch);
  if (next_ && next_->watch) context_.poller.forget(*next_->watch);
}

Status FileFollower::open(const Positions& from) {
  if (from.empty()) return begin();
  const Result<Position> position = position_in_file(from, path_);
  if (!position) return fail(position);
  return go_on(*position);
}

Status FileFollower::begin() {
  Result<OpenFile> file = open_file(path_);
  if (!file) return fail(file);
  if (file->cursor.info().kind != FileInfo::Kind::Regular) {
    return fail(
        ErrorCode::InvalidArgument,
        fmt::format("cannot follow {}: it is not a regular file; leave out --follow", path_));
  }
  if (Status sized = check_says_size(file->cursor.file()); !sized) return sized;
  if (Status taken = rotated_.skip_all(); !taken) return taken;
  current_ = std::move(*file);
  if (Status watched = watch(current_); !watched) return watched;
  current_.cursor.start(framer_, Position::Place::BehindLine);
  context_.observer.on(event::Following{path_});
  return {};
}

Status FileFollower::go_on(const Position& from) {
  Result<FoundFile> found = find_file(path_, files_, from);
  if (!found) return fail(found);
  // If the file is still at the path, its siblings were all rotated before it, and have been read.
  Status taken = found->sibling ? rotated_.skip_before(*found->sibling) : rotated_.skip_all();
  if (!taken) return taken;
  context_.observer.on(event::Following{path_});
  found->tell(path_, context_.observer);
  const bool is_anew = found->how == FoundFile::How::Truncated;
  current_ = {found->path, std::move(found->cursor), nullptr};
  if (Status watched = watch(current_); !watched) return watched;
  framer_.replace(from.stream);
  current_.cursor.start(framer_, is_anew ? Position::Place::BehindLine : from.place);
  return {};
}

Result<Turn> FileFollower::poll(SteadyTime now, Block& block) {
  const std::span<char> room = framer_.room(block, kReadBytesMax);
  if (room.empty()) return Turn::full();
  const Result<Read> read = current_.cursor.read(room);
  if (!read) return fail(read);
  if (read->state != Read::State::Data) return at_end(now, block);
  has_looked_again_ = false;
  current_.cursor.hand_to(framer_, block, read->bytes, context_.observer, current_.path);
  return Turn::again();
}

Result<Turn> FileFollower::at_end(SteadyTime now, Block& block) {
  // What changed before the watches were cleared is seen by one more look, what changes after it
  // wakes the poller.
  if (!std::exchange(has_looked_again_, true)) {
    current_.watch->take_changes();
    if (next_ && next_->watch) next_->watch->take_changes();
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
  const Result<FileInfo> info = current_.cursor.file().info();
  if (!info) return fail(info);
  if (info->size >= current_.cursor.offset()) return false;
  context_.observer.on(event::Truncated{path_});
  drop_line(framer_, context_.observer, path_, "the file was truncated");
  // Whoever truncates a log may have made a copy of what was in it.
  const Result<FileInfo> at_path = files_.info(path_);
  if (at_path && is_same_file(*at_path, current_.cursor.info())) {
    if (const Status taken = rotated_.skip_all(); !taken) return fail(taken);
  }
  if (const Status rewound = current_.cursor.go_to(0); !rewound) return fail(rewound);
  current_.cursor.start(framer_, Position::Place::BehindLine);
  return true;
}

/// Finds what is to be read after the current file, if anything is. Returns false to be called
/// again, when what was found had gone or cannot be read.
Result<bool> FileFollower::look_for_next() {
  if (next_) return true;
  const Result<FileInfo> at_path = files_.info(path_);
  if (at_path && is_same_file(*at_path, current_.cursor.info())) {
    is_gone_ = false;
    return true;
  }
  const Result<std::optional<Sibling>> missed = rotated_.oldest_unread(
      current_.cursor.info(), at_path ? std::optional<FileInfo>(*at_path) : std::nullopt);
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
  if (!is_same_file(file->cursor.info(), expected)) return false;
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
    rotated_.skip(missed.info);
    return false;
  }
  if (!is_same_file(file->cursor.info(), missed.info)) return false;
  // It gets no watch of its own: nobody writes to it any more, as far as one can tell, and the
  // kernel takes many milliseconds to end one.
  next_ = std::move(*file);
  return true;
}

void FileFollower::say_gone(const Error& why) {
  if (!std::exchange(is_gone_, true)) context_.observer.on(event::Gone{path_, why.message});
}

/// A file of the kernel's may have bytes and no size, and then looks truncated whenever it was
/// read.
Status FileFollower::check_says_size(const File& file) const {
  char byte = 0;
  const Result<std::size_t> got = file.read_at(0, {&byte, 1});
  if (!got) return fail(got);
  const Result<FileInfo> info = file.info();
  if (!info) return fail(info);
  if (info->size >= *got) return {};
  return fail(
      ErrorCode::InvalidArgument,
      fmt::format("cannot follow {}: it does not say how long it is; leave out --follow", path_));
}

/// Whether nobody writes to the old file any more, as far as one can tell.
Result<bool> FileFollower::next_takes_over() {
  if (!next_) return false;
  if (next_->path != path_) return true;
  const Result<FileInfo> next = next_->cursor.file().info();
  if (!next) return fail(next);
  if (next->size > 0) return true;
  const Result<FileInfo> at_path = files_.info(path_);
  if (!at_path) return at_path.error().code == ErrorCode::NotFound;
  return !is_same_file(*at_path, next_->cursor.info());
}

void FileFollower::switch_to_next() {
  context_.observer.on(event::Rotated{path_, next_->path == path_ ? "" : next_->path});
  rotated_.skip(current_.cursor.info());
  if (next_->watch) {
    context_.poller.forget(*current_.watch);
  } else {
    next_->watch = std::move(current_.watch);
  }
  current_ = std::move(*next_);
  next_.reset();
  current_.cursor.start(framer_, Position::Place::BehindLine);
  is_leaving_ = false;
}

Result<FileFollower::OpenFile> FileFollower::open_file(const std::string& path) {
  Result<std::unique_ptr<File>> file = files_.open(path);
  if (!file) return fail(file);
  Result<FileCursor> cursor = FileCursor::make(std::move(*file), files_.absolute(path));
  if (!cursor) return fail(cursor);
  return OpenFile{path, std::move(*cursor), nullptr};
}

Status FileFollower::watch(OpenFile& file) {
  Result<std::unique_ptr<FileWatch>> made = files_.make_watch();
  if (!made) return fail(made);
  if (const auto names = (*made)->add_names(path_); !names) return fail(names);
  const auto added = (*made)->add_file(file.path);
  if (!added && added.error().code != ErrorCode::NotFound) return fail(added);
  file.watch = std::move(*made);
  context_.poller.watch(*file.watch, Interest::Read, 0);
  return {};
}

void FileFollower::stop() { drop_line(framer_, context_.observer, path_, "the run was stopped"); }

}  // namespace wordstream
