// The code that each target of the digest compiles for itself. Only their sources include it, with
// XXH_VECTOR saying which vectors there are.
#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/digest_target.h"

namespace wordstream {
namespace {

static_assert(sizeof(XXH3_state_t) <= kDigestStateBytes);
static_assert(alignof(XXH3_state_t) <= kDigestStateAlignment);

void give(XXH128_hash_t hash, std::uint8_t* digest) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  for (std::size_t i = 0; i < sizeof canonical.digest; ++i) digest[i] = canonical.digest[i];
}

constexpr DigestTarget digest_target(const char* name) {
  return {name,
          [](void* state) {
            auto* const begun = static_cast<XXH3_state_t*>(state);
            XXH3_INITSTATE(begun);
            XXH3_128bits_reset(begun);
          },
          [](void* state, const void* bytes, std::size_t size) {
            XXH3_128bits_update(static_cast<XXH3_state_t*>(state), bytes, size);
          },
          [](const void* state, std::uint8_t* digest) {
            give(XXH3_128bits_digest(static_cast<const XXH3_state_t*>(state)), digest);
          },
          [](const void* bytes, std::size_t size, std::uint8_t* digest) {
            give(XXH3_128bits(bytes, size), digest);
          }};
}

}  // namespace
}  // namespace wordstream
