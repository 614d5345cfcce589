#include "source/producer_proof.h"

#include <algorithm>

#include "base/checksum.h"
#include "base/decoder.h"
#include "base/varint.h"

namespace wordstream {
namespace {

/// Generation, checksum of all or 0 and whether there is one, those of the heads, the tail.
constexpr std::uint64_t kProducerForm = 1;
constexpr std::uint64_t kHeadBytesFirst = 64;
constexpr unsigned kHeadShift = 3;

/// Where the head ends that is next behind `count` of them.
std::uint64_t head_end(std::size_t count) {
  return kHeadBytesFirst << (kHeadShift * static_cast<unsigned>(count));
}

}  // namespace

ProducerProver::ProducerProver(std::uint64_t offset, std::uint64_t generation)
    : place_(offset), generation_(generation) {
  if (offset == 0) all_ = 0;
}

std::optional<ProducerProver> ProducerProver::go_on(const Position& position) {
  Decoder decoder(position.proof);
  const std::uint64_t form = decoder.number();
  ProducerProver prover(position.offset, decoder.number());
  const bool has_all = decoder.number() != 0;
  const std::uint64_t all = decoder.number();
  prover.all_.reset();
  if (has_all) prover.all_ = static_cast<std::uint32_t>(all);
  prover.head_count_ = decoder.number();
  if (form != kProducerForm || all > UINT32_MAX || prover.head_count_ > kHeadCountMax)
    return std::nullopt;
  for (std::size_t i = 0; i < prover.head_count_; ++i) {
    const std::uint64_t head = decoder.number();
    if (head > UINT32_MAX) return std::nullopt;
    prover.heads_[i] = static_cast<std::uint32_t>(head);
  }
  const std::uint64_t distance = decoder.number();
  prover.before_.length = decoder.number();
  if (distance > position.offset || prover.before_.length > kProducerTailBytesMax)
    return std::nullopt;
  prover.before_.end = position.offset - distance;
  const std::string_view digest = decoder.bytes(prover.before_.digest.bytes.size());
  if (!decoder.is_over()) return std::nullopt;
  std::ranges::copy(digest, prover.before_.digest.bytes.begin());
  return prover;
}

void ProducerProver::add(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t size = bytes.size();
    const bool has_head = all_ && head_count_ < kHeadCountMax;
    if (has_head) size = std::min<std::uint64_t>(size, head_end(head_count_) - place_);
    const std::string_view piece = bytes.substr(0, size);
    if (all_) all_ = checksum(piece, *all_);
    const std::size_t kept = std::min(size, last_.size());
    for (std::size_t i = size - kept; i < size; ++i) last_[(place_ + i) % last_.size()] = piece[i];
    last_count_ = std::min(last_.size(), last_count_ + size);
    place_ += size;
    if (has_head && place_ == head_end(head_count_)) heads_[head_count_++] = *all_;
    bytes.remove_prefix(size);
  }
}

void ProducerProver::skip(std::uint64_t size) {
  if (size == 0) return;
  before_ = tail();
  last_count_ = 0;
  all_.reset();
  place_ += size;
}

ProducerTail ProducerProver::tail() const {
  return last_count_ < before_.length ? before_ : last(last_count_);
}

/// The last `count` bytes before the place.
ProducerTail ProducerProver::last(std::size_t count) const {
  std::array<char, kProducerTailBytesMax> bytes;
  for (std::size_t i = 0; i < count; ++i) bytes[i] = last_[(place_ - count + i) % last_.size()];
  return {place_, count, digest({bytes.data(), count})};
}

std::string ProducerProver::proof() const {
  constexpr std::size_t kUsualBytes = 64;
  std::string out;
  out.reserve(kUsualBytes + head_count_ * 5);
  append_varint(out, kProducerForm);
  append_varint(out, generation_);
  append_varint(out, all_ ? 1 : 0);
  append_varint(out, all_.value_or(0));
  append_varint(out, head_count_);
  for (std::size_t i = 0; i < head_count_; ++i) append_varint(out, heads_[i]);
  const ProducerTail last = tail();
  append_varint(out, place_ - last.end);
  append_varint(out, last.length);
  out.append(last.digest.bytes.begin(), last.digest.bytes.end());
  return out;
}

bool ProducerProver::add_again(std::string_view bytes, const ProducerProver& known) {
  const ProducerTail there = known.tail();
  bool is_same = true;
  if (place_ < there.end && there.end - place_ <= bytes.size()) {
    const std::size_t size = there.end - place_;
    add(bytes.substr(0, size));
    bytes.remove_prefix(size);
    is_same = there.length > last_count_ || last(there.length).digest == there.digest;
  }
  add(bytes);
  const std::size_t count = std::min(head_count_, known.head_count_);
  return is_same && std::equal(heads_.data(), heads_.data() + count, known.heads_.data());
}

bool ProducerProver::ends_with(std::string_view bytes) const {
  const std::size_t count = std::min(bytes.size(), last_count_);
  for (std::size_t i = 1; i <= count; ++i) {
    if (last_[(place_ - i) % last_.size()] != bytes[bytes.size() - i]) return false;
  }
  return count > 1;
}

std::optional<std::uint64_t> generation_of(const Position& position) {
  Decoder decoder(position.proof);
  const bool is_known = decoder.number() == kProducerForm;
  const std::uint64_t generation = decoder.number();
  return is_known ? std::optional(generation) : std::nullopt;
}

}  // namespace wordstream
