#include "source/stream_source.h"

#include <utility>

#include "source/file_follower.h"
#include "source/found_file.h"

namespace wordstream {
namespace {

constexpr std::size_t kReadBytesMax = 1024 * 1024;

/// What stands at the path, or on standard input.
Result<FileInfo> look_at(const std::string& path, Files& files) {
  if (path != "-") return files.info(path);
  const Result<std::unique_ptr<File>> input = files.standard_input();
  return input ? (*input)->info() : fail(input);
}

}  // namespace

Result<ChosenSource> ReadFrom::parse(std::string_view text) {
  if (text.empty()) {
    return fail(ErrorCode::InvalidArgument,
                "the path is empty: name a file, or - for standard input");
  }
  return std::make_shared<const ReadFrom>(std::string(text));
}

std::string ReadFrom::name(const Files& files) const {
  return is_stdin() ? "stdin" : "file:" + files.absolute(path_);
}
bool ReadFrom::has_lasting_name(Files& files) const {
  if (!is_stdin()) return true;
  const Result<FileInfo> info = look_at(path_, files);
  return !info || info->kind == FileInfo::Kind::Regular;
}
std::string ReadFrom::fingerprint(const Files& files) const { return name(files); }
SourceClass ReadFrom::promise(Files& files) const {
  const Result<FileInfo> info = look_at(path_, files);
  // What is not there yet will be a file, when the run begins; a closed input will be none.
  const bool is_file = info ? info->kind == FileInfo::Kind::Regular : !is_stdin();
  return is_file ? SourceClass::Replayable : SourceClass::Passing;
}
SourceFile ReadFrom::file(Files& files) const {
  SourceFile file;
  if (!is_stdin()) file.path = files.absolute(path_);
  const Result<FileInfo> info = look_at(path_, files);
  if (info && info->kind == FileInfo::Kind::Regular) file.regular = *info;
  return file;
}
std::shared_ptr<const SourceChoice> ReadFrom::followed() const {
  return is_stdin() ? nullptr : std::make_shared<const Follow>(path_);
}

std::unique_ptr<Source> ReadFrom::make(const Env& env, const SourceContext& context) const {
  return std::make_unique<StreamSource>(path_, env.files, context);
}

StreamSource::StreamSource(std::string path, Files& files, const SourceContext& context)
    : path_(std::move(path)),
      name_(path_ == "-" ? "stdin" : path_),
      files_(files),
      context_(context) {}

StreamSource::~StreamSource() {
  if (is_pollable_) context_.poller.forget(cursor_.file());
}

Status StreamSource::open(const Positions& from) {
  if (from.empty()) return begin();
  const Result<Position> position = position_in_file(from, name_);
  if (!position) return fail(position);
  framer_.replace(position->stream);
  return path_ == "-" ? go_on_in_stdin(*position) : go_on_in_file(*position);
}

Status StreamSource::begin() {
  Result<std::unique_ptr<File>> file = path_ == "-" ? files_.standard_input() : files_.open(path_);
  if (!file) return fail(file);
  if (Status opened = take(std::move(*file)); !opened) return opened;
  cursor_.start(framer_, Position::Place::BehindLine);
  is_pollable_ = context_.poller.watch(cursor_.file(), Interest::Read, 0);
  return {};
}

Status StreamSource::go_on_in_stdin(const Position& from) {
  Result<std::unique_ptr<File>> file = files_.standard_input();
  if (!file) return fail(file);
  if (Status opened = take(std::move(*file)); !opened) return opened;
  if (Status there = go_to(cursor_, from, name_); !there) return there;
  context_.observer.on(event::Resumed{name_, cursor_.offset()});
  cursor_.start(framer_, from.place);
  return {};
}

Status StreamSource::take(std::unique_ptr<File> file) {
  Result<FileCursor> cursor =
      FileCursor::make(std::move(file), path_ == "-" ? name_ : files_.absolute(path_));
  if (!cursor) return fail(cursor);
  cursor_ = std::move(*cursor);
  context_.observer.on(event::Opened{name_});
  return {};
}

Status StreamSource::go_on_in_file(const Position& from) {
  Result<FoundFile> found = find_file(path_, files_, from);
  if (!found) return fail(found);
  if (found->how == FoundFile::How::Truncated) {
    return fail_other_file(found->path, from, found->cursor.info());
  }
  if (found->sibling) {
    rotated_.emplace(path_, files_);
    if (Status known = rotated_->skip_before(*found->sibling); !known) return known;
    // What comes after it must be there, too.
    if (const Result<FileInfo> at_path = files_.info(path_); !at_path) return fail(at_path);
  }
  context_.observer.on(event::Opened{path_});
  found->tell(path_, context_.observer);
  cursor_ = std::move(found->cursor);
  cursor_.start(framer_, from.place);
  return {};
}

Result<Turn> StreamSource::poll(SteadyTime /*now*/, Block& block) {
  if (has_ended_) return at_end(block);
  const std::span<char> room = framer_.room(block, kReadBytesMax);
  if (room.empty()) return Turn::full();
  if (is_pollable_ && context_.poller.take_ready().empty()) return Turn::idle();
  const Result<Read> read = cursor_.read(room);
  if (!read) return fail(read);
  switch (read->state) {
    case Read::State::Data:
      cursor_.hand_to(framer_, block, read->bytes, context_.observer, name_);
      break;
    case Read::State::NotNow:
      break;
    case Read::State::Ended:
      has_ended_ = true;
      return Turn::again();
  }
  return is_pollable_ ? Turn::idle() : Turn::again();
}

Result<Turn> StreamSource::at_end(Block& block) {
  if (!framer_.finish(block)) return Turn::full();
  if (!rotated_) return Turn::ended();
  if (const Status looked = look_for_next(); !looked) return fail(looked);
  return Turn::again();
}

/// Goes on with what was rotated away next, or with the file at the path. Does nothing, to be
/// called again, where somebody has renamed them meanwhile.
Status StreamSource::look_for_next() {
  const Result<FileInfo> at_path = files_.info(path_);
  if (!at_path) return fail(at_path);
  const Result<std::optional<Sibling>> sibling = rotated_->oldest_unread(cursor_.info(), *at_path);
  if (!sibling) return fail(sibling);
  const bool is_rotated = sibling->has_value();
  const std::string& next = is_rotated ? (*sibling)->path : path_;
  Result<std::unique_ptr<File>> file = files_.open(next);
  if (!file && file.error().code == ErrorCode::NotFound && is_rotated) return {};
  if (!file) return fail(file);
  Result<FileCursor> cursor = FileCursor::make(std::move(*file), files_.absolute(next));
  if (!cursor) return fail(cursor);
  if (!is_same_file(cursor->info(), is_rotated ? (*sibling)->info : *at_path)) return {};

  rotated_->skip(cursor_.info());
  if (!is_rotated) rotated_.reset();
  cursor_ = std::move(*cursor);
  cursor_.start(framer_, Position::Place::BehindLine);
  has_ended_ = false;
  context_.observer.on(event::Opened{next});
  return {};
}

void StreamSource::stop() { drop_line(framer_, context_.observer, name_, "the run was stopped"); }

}  // namespace wordstream
