// What a position in a file is made of: which file it is, as the name of its stream, and what was
// read of it up to there, as the proof, so that it is known again after a restart, under another
// name, as a copy, or compressed. Both are kept on disks: what they were once is read for ever.
//
// A proof has the beginning of the file, the last bytes before the place, and digests of all that
// was read: of segments of 1 MiB, counted from where reading began. The digests of whole segments
// make a chain, each link the digest of the link before it and the segment's; the open segment has
// one up to the place. Of a packed file it says where a member begins from which the open segment
// can be had.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "env/files.h"
#include "model/positions.h"
#include "source/packing.h"

namespace wordstream {

/// So much of a file's beginning, at most, tells it from others.
inline constexpr std::size_t kHeadBytesMax = 1024;
/// And so much of what stands before a place.
inline constexpr std::size_t kTailBytesMax = 64;
inline constexpr std::uint64_t kSegmentBytes = 1024 * 1024;

/// What becomes of a file. The numbers are in journals: never renumber.
enum class FileRole : std::uint8_t {
  AtPath = 0,   ///< it is the one that is named, and read
  Left = 1,     ///< it has another name now, and is read for as long as it is there
  Done = 2,     ///< known, and not read: so that it is not taken for a new one
  Copy = 3,     ///< the same, and a copy of the one that is named, which may be truncated next
  Stranger = 4  ///< the same, for as long as its name is none that rotation gives: then it is new
};

constexpr bool is_passed_over(FileRole role) { return role >= FileRole::Done; }

struct FileProof {
  FileRole role = FileRole::AtPath;
  std::uint64_t order = 0;        ///< what came to the path, or was found, later has a greater one
  std::uint64_t seen = 0;         ///< so long was it, as far as was known when the place was noted
  std::uint64_t head_length = 0;  ///< 0 before anything was read: then any file begins as it does
  std::uint32_t head_checksum = 0;
  std::uint64_t tail_length = 0;    ///< of the last bytes before the place
  std::uint64_t tail_checksum = 0;  ///< the first 8 bytes of their digest
  std::uint64_t began = 0;          ///< nothing before it is in the digests
  Digest chain;             ///< over the digests of whole segments; zeros where there is none
  Digest open;              ///< of the segment that is not whole
  MemberStart member = {};  ///< of a packed file: the open segment does not begin before it
};

/// As Stream::name, and as Position::proof. `member`: to which of several paths of the job the file
/// belongs; empty where there is one.
std::string encode(const FileId& id, std::string_view member = {});
std::string encode(const FileProof& proof);

struct KnownFile {
  FileId id;
  FileProof proof;
  std::string member = {};
  /// The job has noted all others that stood beside it, too. Those of earlier forms had not.
  bool knows_others = true;
};
/// The file that a position is in, be the position one of an earlier form: those knew its beginning
/// alone, and their proofs begin at the place. Nothing where that is no file.
std::optional<KnownFile> file_of(const Position& position);

}  // namespace wordstream
