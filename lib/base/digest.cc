#include "base/digest.h"

#include <vector>

namespace wordstream {
namespace {

std::vector<DigestTarget> find_targets() {
  std::vector<DigestTarget> targets;
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f")) targets.push_back(kDigestAvx512);
  if (__builtin_cpu_supports("avx2")) targets.push_back(kDigestAvx2);
#endif
  targets.push_back(kDigestBaseline);
  return targets;
}

}  // namespace

std::span<const DigestTarget> digest_targets() {
  static const std::vector<DigestTarget> targets = find_targets();
  return targets;
}

DigestStream::DigestStream(const DigestTarget& target) : target_(&target) {
  static_assert(sizeof state_ == kDigestStateBytes);
  static_assert(alignof(DigestStream) == kDigestStateAlignment);
  target_->begin(state_.data());
}

void DigestStream::add(std::string_view bytes) {
  target_->add(state_.data(), bytes.data(), bytes.size());
}

Digest DigestStream::value() const {
  Digest digest;
  target_->value(state_.data(), digest.bytes.data());
  return digest;
}

Digest digest(std::string_view bytes, const DigestTarget& target) {
  Digest digest;
  target.whole(bytes.data(), bytes.size(), digest.bytes.data());
  return digest;
}

}  // namespace wordstream
