#include "source/file_cursor.h"

#include <algorithm>
#include <utility>

namespace wordstream {

Result<FileCursor> FileCursor::make(std::unique_ptr<File> file) {
  const Result<FileInfo> info = file->info();
  if (!info) return fail(info);
  FileCursor cursor;
  cursor.file_ = std::move(file);
  cursor.info_ = *info;
  if (info->kind != FileInfo::Kind::Regular) return cursor;
  const Result<std::uint64_t> offset = cursor.file_->offset();
  if (!offset) return fail(offset);
  cursor.offset_ = *offset;
  if (const Status there = cursor.go_to(*offset); !there) return fail(there);
  return cursor;
}

Result<Read> FileCursor::read(std::span<char> into) {
  Result<Read> read = file_->read(into);
  if (!read || read->state != Read::State::Data) return read;
  if (stream_ && head_.size() < kHeadBytesMax && head_.size() == offset_) {
    head_.append(into.data(), std::min(read->bytes, kHeadBytesMax - head_.size()));
    name_stream();
  }
  offset_ += read->bytes;
  return read;
}

Status FileCursor::go_to(std::uint64_t offset) {
  if (offset != offset_) {
    if (Status there = file_->seek(offset); !there) return there;
    offset_ = offset;
  }
  head_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(offset, kHeadBytesMax)));
  if (!head_.empty()) {
    const Result<std::size_t> length = file_->read_at(0, head_);
    if (!length) return fail(length);
    head_.resize(*length);
  }
  name_stream();
  return {};
}

void FileCursor::name_stream() {
  stream_ = std::make_shared<const std::string>(encode(identity_of(info_, head_)));
}

std::optional<Position> FileCursor::position() const {
  if (!stream_) return std::nullopt;
  return Position{stream_, offset_, Position::Place::BehindLine};
}

void FileCursor::start(LineFramer& framer, Position::Place place) const {
  framer.start_at({stream_, offset_, place});
}

void FileCursor::hand_to(LineFramer& framer, Block& block, std::size_t size, Observer& observer,
                         const std::string& name) const {
  framer.rename_stream(stream_);
  framer.accept(block, size);
  if (framer.take_line_grown()) observer.on(event::LineGrown{name});
}

}  // namespace wordstream
