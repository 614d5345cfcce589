// A file that is being read: the place in it, and which file it is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "env/files.h"
#include "model/block.h"
#include "model/events.h"
#include "model/positions.h"
#include "source/file_identity.h"
#include "source/line_framer.h"

namespace wordstream {

class FileCursor {
 public:
  /// Stands nowhere. Requires: another is moved here before it is used.
  FileCursor() = default;
  /// Takes `file` over, at the place where it stands. `name` is what people call it.
  static Result<FileCursor> make(std::unique_ptr<File> file, const std::string& name);

  File& file() const { return *file_; }
  /// As it was when the cursor was made.
  const FileInfo& info() const { return info_; }
  std::uint64_t offset() const { return offset_; }

  /// As File::read().
  Result<Read> read(std::span<char> into);
  /// The next read starts at `offset`. Requires: the file is a regular one.
  Status go_to(std::uint64_t offset);

  /// Where it stands, behind a line; none for a pipe.
  Positions position() const;

  /// Lets `framer` go on where the cursor stands.
  void start(LineFramer& framer, Position::Place place) const;
  /// The first `size` bytes of the framer's room have just been read by read(). What the observer
  /// has to be told of `name` then is told.
  void hand_to(LineFramer& framer, Block& block, std::size_t size, Observer& observer,
               const std::string& name) const;

 private:
  Position position_at(Position::Place place) const;
  void take_identity();

  std::unique_ptr<File> file_;
  FileInfo info_{};
  std::uint64_t offset_ = 0;
  std::shared_ptr<const Stream> stream_;  // null for a pipe
  std::string head_;   // the file's beginning, kHeadBytesMax at most, and not beyond offset_
  std::string proof_;  // as long as less than kHeadBytesMax were read, each read makes it tell more
};

}  // namespace wordstream
