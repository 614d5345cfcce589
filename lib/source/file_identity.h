// Which file a position is in, so that it is found again after a restart and told from others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "env/files.h"
#include "model/positions.h"

namespace wordstream {

/// So much of a file's beginning, at most, tells it from others.
inline constexpr std::size_t kHeadBytesMax = 1024;

struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  Nanos birth{};                  ///< zero where the file system does not know
  std::uint64_t head_length = 0;  ///< 0 before anything was read: then any file begins as it does
  std::uint32_t head_checksum = 0;
};

/// `head` is the file's beginning, as far as it was read, and kHeadBytesMax at most.
FileIdentity identity_of(const FileInfo& info, std::string_view head);

/// What stays the same of a file while it is read, as Stream::name, and the rest, which tells more
/// the more of the file was read, as Position::proof. Kept on disks: what they were once is read
/// for ever.
std::string encode_name(const FileIdentity& identity);
std::string encode_proof(const FileIdentity& identity);

/// The file that a position is in, be it one of version 1 of the journal, whose names had all of
/// it. Nothing where that is no file.
std::optional<FileIdentity> file_of(const Position& position);

/// Whether it is the file itself, whatever may stand in it by now.
bool is_same_file(const FileInfo& info, const FileIdentity& identity);
/// Whether it may be the file itself, on a file system that has another number since it was mounted
/// anew. What was read of it, if that still stands there, shows whether it is.
bool may_be_remounted(const FileInfo& info, const FileIdentity& identity);
/// Whether the beginning of `file` is that of the one that was read.
Result<bool> begins_as(const File& file, const FileIdentity& identity);

}  // namespace wordstream
