// What a packed file shows of itself without being unpacked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "env/files.h"

namespace wordstream {

/// How a file is packed: in members, as gzip calls them, or in frames, as zstd does. Several, one
/// behind the other, are one text.
enum class Packing { None, Gzip, Zstd };

/// Where a member begins: in the packed file, and in the text.
struct MemberStart {
  std::uint64_t packed_offset = 0;
  std::uint64_t unpacked_offset = 0;

  friend bool operator==(const MemberStart&, const MemberStart&) = default;
};

/// How a regular file is packed, by its first bytes. None, too, where it is too short to tell.
/// Fails as File::read_at() does.
Result<Packing> packing_of(const File& file);

/// What bytes may be that stand where a member begins.
enum class MemberMagic {
  Member,   ///< one begins here
  Unclear,  ///< they are too few to tell, and none of them is wrong
  Other,
};
/// It can always tell of so many.
inline constexpr std::size_t kMagicBytesMax = 4;
/// Requires: `packing` is not None.
MemberMagic magic_of(std::string_view bytes, Packing packing);

/// How long the text is by what the file says: gzip of its last member alone, and modulo 2^32; zstd
/// where the file is a single frame, which is found out by a look at each of its blocks. Nothing
/// where it does not say. Proves nothing. Fails as File::read_at() does.
Result<std::optional<std::uint64_t>> unpacked_length(const File& file, Packing packing);

}  // namespace wordstream
