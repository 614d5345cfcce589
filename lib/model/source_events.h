// What the engine tells of files that lines come from, and of the lines (model/events.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wordstream::event {

/// Reading from a file or pipe has begun.
struct Opened {
  std::string name;
};
/// How far the files were read that the run ends with: once a second, and when they are.
struct ReadProgress {
  std::uint64_t read_bytes = 0;
  std::optional<std::uint64_t> all_bytes = {};  ///< nothing where that is not known
  std::uint64_t bytes_per_second = 0;
  bool is_over = false;  ///< nothing more is told
};
/// Reading goes on where an earlier run has left off: `path` is where the file is now.
struct Resumed {
  std::string path;
  std::uint64_t offset;
};
/// The file that was read is gone; the one at `path` holds all that was read of it, and is taken
/// for it.
struct Restored {
  std::string path;
  bool is_packed = false;  ///< it was compressed
};
/// A last line that was counted without an end has grown: the rest counts as a line of its own.
struct LineGrown {
  std::string origin;
};
/// Following a file has begun.
struct Following {
  std::string path;
};
/// So much stands there already, and will be read first.
struct MuchUnread {
  std::string path;
  std::uint64_t byte_count;
};
/// What was waited for stands at the path.
struct Arrived {
  std::string path;
};
/// What stands in a compressed file from this byte on, behind its last member, is not of it.
struct TrailingBytes {
  std::string path;
  std::uint64_t offset;
};
/// A file matches a pattern, and is not read.
struct LeftOut {
  std::string path;
  std::string why;
};
/// The followed file has another name now; the file that took its place is next.
struct Rotated {
  std::string path;
  /// What is next, where that is not the file at the path: it was rotated away itself, unseen.
  std::string missed_path = {};
};
/// A file that was rotated away from the followed path unseen cannot be read: its lines are lost.
struct RotatedUnread {
  std::string path;
  std::string why;
};
/// A file that was read has gone, and others do not hold it: what it had behind `offset` is lost,
/// be it only what was written since it was looked at last. It was `seen` bytes long then.
struct Lost {
  std::string path;
  std::uint64_t offset, seen;
};
/// A new file at `path` begins with all that was read of the one before it, which was too little to
/// tell: it counts again.
struct Repeated {
  std::string path;
};
/// Files beside `path` that nobody knows, and whose names rotation does not give: they are not
/// read.
struct NotRotated {
  std::string path;
  std::vector<std::string> beside;
};
/// So many bytes at the start of a truncated file are no text: its writer has gone on where he was.
struct ZerosSkipped {
  std::string path;
  std::uint64_t byte_count;
};
/// What was read begins as something that is no text in UTF-8: it is counted as it is.
struct NotText {
  std::string origin;
  std::string what;     ///< "UTF-16"
  std::string command;  ///< what would help: "xzcat book.xz | wordstream -"
};
/// All that was read is compared with what stands in a file: that takes long.
struct Proving {
  std::string path;
  std::uint64_t byte_count;
};
/// Nothing that can be read stands at the followed file's path any more.
struct Gone {
  std::string path;
  std::string why;
  bool was_there = true;   ///< in this run or an earlier one
  bool is_awaited = true;  ///< the run goes on with it when it comes
};
/// A compressed file is not whole, and has not grown for a while.
struct CutOff {
  std::string path;
};
/// More than so many files are gone: it is forgotten how far this one was read.
struct Forgotten {
  std::string path;
  std::size_t gone_count;
};
/// What was read of a file does not stand in it any more: it is read from its start.
struct Truncated {
  std::string path;
  std::string copy = {};  ///< made before that, and read on first; empty where there is none
};
/// The unfinished last line of `origin` was dropped: the stream did not end in order.
struct LineDropped {
  std::string origin;
  std::string why;
  std::uint64_t byte_count;
};

}  // namespace wordstream::event
