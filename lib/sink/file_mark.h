// What a file sink remembers of its file, so that it finds its place in it again and tells it from
// others. Kept in journals: what it was once is read for ever.
//
// The bytes are numbers (base/varint.h) behind the number of the form. Form 1, of version 1 of the
// journal: device, inode, length. Form 2: inode, birth in ns, length, and behind them the tail. The
// device is in neither's meaning: the same file system has another one when it is mounted
// elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "env/storage.h"

namespace wordstream {

struct FileMark {
  std::uint64_t inode = 0;
  Nanos birth{};             ///< since 1970; zero where the file system does not know
  std::uint64_t length = 0;  ///< so many bytes of it are ours
  std::string tail = {};     ///< the last of these; fewer where nothing is known of more
};

/// The mark of a file of which the first `length` bytes are ours.
Result<FileMark> mark_file(const StoredFile& file, std::uint64_t length);

/// As SinkMark::place, and as SinkMark::title, off whose beginning the view `marks` of a journal
/// reads the length.
std::string encode(const FileMark& mark);
std::string title_of(const FileMark& mark);
/// Nothing where the bytes are no mark of a file.
std::optional<FileMark> decode_file_mark(std::string_view bytes);

/// Whether it is the file itself, by what the file system says of it.
bool is_same_file(const FileInfo& info, const FileMark& mark);
/// Where the file is that has gone from `path`, if it is beside it. Any name that begins as that of
/// the path does will do, be it "out.1" of "out.tsv": the file system knows the file. Where it does
/// not know when files were made, another may have the inode by now; then only names that rotation
/// gives will.
Result<std::optional<std::string>> find_moved(Storage& storage, const std::string& path,
                                              const FileMark& mark);
/// Whether what is ours ends there as it did. Requires: the file is as long.
Result<bool> ends_as(const StoredFile& file, const FileMark& mark);

}  // namespace wordstream
