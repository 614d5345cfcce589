// The vector code of the digest (base/digest.h): one compiled copy for each kind of processor that
// is worth one, in a source of its own.
#pragma once

// A source for newer processors includes no more of C++ than these: the linker keeps one copy of an
// inline function, and that may be the one which older processors cannot run.
#include <cstddef>
#include <cstdint>

namespace wordstream {

/// The functions of one kind of processor. A state is kDigestStateBytes at an address that
/// kDigestStateAlignment divides; a copy of its bytes goes on as it does.
struct DigestTarget {
  const char* name;
  void (*begin)(void* state);
  void (*add)(void* state, const void* bytes, std::size_t size);
  void (*value)(const void* state, std::uint8_t* digest);
  void (*whole)(const void* bytes, std::size_t size, std::uint8_t* digest);
};

inline constexpr std::size_t kDigestStateBytes = 576;
inline constexpr std::size_t kDigestStateAlignment = 64;

/// Of these a machine can run the last, and the others if its processor has what they are named
/// for.
extern const DigestTarget kDigestAvx512;
extern const DigestTarget kDigestAvx2;
extern const DigestTarget kDigestBaseline;

}  // namespace wordstream
