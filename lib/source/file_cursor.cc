#include "source/file_cursor.h"

#include <algorithm>
#include <utility>

namespace wordstream {

Result<FileCursor> FileCursor::make(std::unique_ptr<File> file, const std::string& name) {
  const Result<FileInfo> info = file->info();
  if (!info) return fail(info);
  FileCursor cursor;
  cursor.file_ = std::move(file);
  cursor.info_ = *info;
  if (info->kind != FileInfo::Kind::Regular) return cursor;
  cursor.stream_ =
      std::make_shared<const Stream>(Stream{encode_name(identity_of(*info, "")), name});
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
    take_identity();
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
  take_identity();
  return {};
}

void FileCursor::take_identity() { proof_ = encode_proof(identity_of(info_, head_)); }

Position FileCursor::position_at(Position::Place place) const {
  return {stream_, offset_, place, proof_};
}

Positions FileCursor::position() const {
  return stream_ ? Positions(position_at(Position::Place::BehindLine)) : Positions();
}

void FileCursor::start(LineFramer& framer, Position::Place place) const {
  framer.start_at(position_at(place));
}

void FileCursor::hand_to(LineFramer& framer, Block& block, std::size_t size, Observer& observer,
                         const std::string& name) const {
  framer.set_proof(proof_);
  framer.accept(block, size);
  if (framer.take_line_grown()) observer.on(event::LineGrown{name});
}

}  // namespace wordstream
