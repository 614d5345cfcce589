// Tells whether bytes are the same as others that are not at hand any more. It is no protection
// against forgery.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/digest_target.h"

namespace wordstream {

/// The XXH3-128 of some bytes, seed 0, the most significant byte first. It is kept on disks: it
/// never changes.
struct Digest {
  std::array<std::uint8_t, 16> bytes{};

  friend bool operator==(const Digest&, const Digest&) = default;
};

/// All that this machine can run, the fastest first. They differ in nothing but speed.
std::span<const DigestTarget> digest_targets();

/// The digest of bytes that come in pieces. May be copied; each copy goes on by itself.
class DigestStream {
 public:
  DigestStream() : DigestStream(digest_targets()[0]) {}
  explicit DigestStream(const DigestTarget& target);

  void add(std::string_view bytes);
  /// That of all that was added so far.
  Digest value() const;

 private:
  const DigestTarget* target_;
  alignas(64) std::array<unsigned char, 576> state_;
};

Digest digest(std::string_view bytes, const DigestTarget& target = digest_targets()[0]);

}  // namespace wordstream
