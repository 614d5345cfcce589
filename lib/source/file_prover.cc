#include "source/file_prover.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include "base/checksum.h"

namespace wordstream {
namespace {

constexpr std::size_t kPieceBytes = 256 * 1024;

std::uint64_t checksum_of_tail(std::string_view tail) {
  if (tail.empty()) return 0;
  const Digest whole = digest(tail);
  std::uint64_t first = 0;
  for (std::size_t i = 0; i < sizeof first; ++i) first = first << 8 | whole.bytes[i];
  return first;
}

Digest link(const Digest& before, const Digest& segment) {
  DigestStream stream;
  for (const Digest& part : {before, segment}) {
    stream.add({reinterpret_cast<const char*>(part.bytes.data()), part.bytes.size()});
  }
  return stream.value();
}

/// Whether the file begins as the one that was read.
Result<bool> has_head(const File& file, const FileProof& proof) {
  const Result<std::string> head = read_bytes(file, 0, proof.head_length);
  if (!head) return fail(head);
  return head->size() == proof.head_length && checksum(*head) == proof.head_checksum;
}

/// Nor has what stands before the place changed.
Result<bool> has_ends(const File& file, const FileProof& proof, std::uint64_t offset) {
  Result<bool> begins = has_head(file, proof);
  if (!begins || !*begins) return begins;
  const Result<std::string> tail = read_bytes(file, offset - proof.tail_length, proof.tail_length);
  if (!tail) return fail(tail);
  return tail->size() == proof.tail_length && checksum_of_tail(*tail) == proof.tail_checksum;
}

/// Adds what stands up to `offset`. Returns whether all of that was there.
Result<bool> read_up_to(File& file, std::uint64_t offset, FileProver& prover) {
  if (prover.offset() == offset) return true;
  if (const Status there = file.seek(prover.offset()); !there) return fail(there);
  std::vector<char> piece(kPieceBytes);
  while (prover.offset() < offset) {
    const std::uint64_t left = offset - prover.offset();
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left, piece.size()));
    const Result<Read> read = file.read(std::span(piece).first(size));
    if (!read) return fail(read);
    if (read->state != Read::State::Data) return false;
    prover.add({piece.data(), read->bytes});
  }
  return true;
}

std::optional<FileProver> with_role(FileProver prover, const FileProof& proof) {
  prover.role = proof.role;
  prover.order = proof.order;
  prover.seen = proof.seen;
  return prover;
}

std::uint64_t open_begin_of(const FileProof& proof, std::uint64_t offset) {
  return offset - (offset - proof.began) % kSegmentBytes;
}

/// Whether the open segment is found behind the member that is known.
Result<std::optional<FileProver>> prove_from_member(UnpackedFile& file, const FileProof& proof,
                                                    std::uint64_t offset) {
  const Result<bool> begins = has_head(file, proof);
  if (!begins) return fail(begins);
  if (!*begins) return std::nullopt;
  file.begin_at(proof.member);
  Result<std::optional<FileProver>> prover =
      FileProver::go_on(file, proof, open_begin_of(proof, offset));
  if (!prover || !*prover) return prover;
  const Result<bool> is_there = read_up_to(file, offset, **prover);
  if (!is_there) return fail(is_there);
  if (!*is_there || (*prover)->known().open != proof.open) return std::nullopt;
  return with_role(std::move(**prover), proof);
}

}  // namespace

Result<std::optional<FileProver>> FileProver::begin(const File& file, std::uint64_t offset) {
  FileProver prover;
  const std::uint64_t head_length = std::min<std::uint64_t>(offset, kHeadBytesMax);
  const std::uint64_t tail_length = std::min<std::uint64_t>(offset, kTailBytesMax);
  const Result<std::string> head = read_bytes(file, 0, head_length);
  if (!head) return fail(head);
  const Result<std::string> tail = read_bytes(file, offset - tail_length, tail_length);
  if (!tail) return fail(tail);
  if (head->size() != head_length || tail->size() != tail_length) return std::nullopt;
  prover.offset_ = prover.began_ = offset;
  prover.head_length_ = head_length;
  prover.head_checksum_ = checksum(*head);
  prover.tail_length_ = tail->size();
  tail->copy(prover.tail_.data(), tail->size());
  return prover;
}

Result<std::optional<FileProver>> FileProver::go_on(const File& file, const FileProof& proof,
                                                    std::uint64_t offset) {
  Result<std::optional<FileProver>> prover = begin(file, offset);
  if (!prover || !*prover) return prover;
  (*prover)->began_ = proof.began;
  (*prover)->chain_ = proof.chain;
  (*prover)->member_ = (*prover)->latest_member_ = proof.member;
  return prover;
}

void FileProver::add(std::string_view bytes) {
  if (head_length_ == offset_ && head_length_ < kHeadBytesMax) {
    const std::string_view head = bytes.substr(0, kHeadBytesMax - head_length_);
    head_checksum_ = checksum(head, head_checksum_);
    head_length_ += head.size();
  }
  const std::size_t taken = std::min(bytes.size(), kTailBytesMax);
  const std::size_t kept = std::min(tail_length_, kTailBytesMax - taken);
  std::memmove(tail_.data(), tail_.data() + tail_length_ - kept, kept);
  bytes.copy(tail_.data() + kept, taken, bytes.size() - taken);
  tail_length_ = kept + taken;
  add_to_digests(bytes);
}

void FileProver::add_to_digests(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::uint64_t left = kSegmentBytes - (offset_ - began_) % kSegmentBytes;
    const std::string_view part =
        bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes.size())));
    open_.add(part);
    offset_ += part.size();
    bytes.remove_prefix(part.size());
    if (part.size() < left) continue;
    chain_ = link(chain_, open_.value());
    open_ = DigestStream();
    if (latest_member_.unpacked_offset <= offset_) member_ = latest_member_;
  }
}

FileProof FileProver::known() const {
  FileProof proof;
  proof.role = role;
  proof.order = order;
  proof.seen = std::max(seen, offset_);
  proof.head_length = head_length_;
  proof.head_checksum = head_checksum_;
  proof.tail_length = tail_length_;
  proof.tail_checksum = checksum_of_tail({tail_.data(), tail_length_});
  proof.began = began_;
  proof.chain = chain_;
  proof.open = open_.value();
  proof.member = member_;
  return proof;
}

Result<std::optional<FileProver>> prove_itself(UnpackedFile& file, const FileProof& proof,
                                               std::uint64_t offset) {
  if (proof.member != MemberStart{}) {
    Result<std::optional<FileProver>> prover = prove_from_member(file, proof, offset);
    if (prover && *prover) return prover;
    if (!prover && prover.error().code != ErrorCode::BadData) return prover;
    file.begin_at({});
  }
  return prove_equal(file, proof, offset);
}

Result<std::optional<FileProver>> prove_itself(File& file, const FileProof& proof,
                                               std::uint64_t offset) {
  const Result<FileInfo> info = file.info();
  if (!info) return fail(info);
  if (info->kind != FileInfo::Kind::Regular || info->size < offset) return std::nullopt;
  const Result<bool> is_alike = has_ends(file, proof, offset);
  if (!is_alike) return fail(is_alike);
  if (!*is_alike) return std::nullopt;

  Result<std::optional<FileProver>> prover =
      FileProver::go_on(file, proof, open_begin_of(proof, offset));
  if (!prover) return prover;
  Result<bool> is_there = *prover ? read_up_to(file, offset, **prover) : false;
  if (!is_there) return fail(is_there);
  if (!*is_there || (*prover)->known().open != proof.open) {
    // Somebody has changed what was read: from here on it is known again. What was truncated while
    // it was read here has other ends by now.
    const Result<bool> stands = has_ends(file, proof, offset);
    if (!stands) return fail(stands);
    if (!*stands) return std::nullopt;
    prover = FileProver::begin(file, offset);
    if (!prover || !*prover) return prover;
  }
  return with_role(std::move(**prover), proof);
}

Result<std::optional<FileProver>> prove_equal(File& file, const FileProof& proof,
                                              std::uint64_t offset) {
  const Result<bool> begins = has_head(file, proof);
  if (!begins) return fail(begins);
  if (!*begins) return std::nullopt;
  Result<std::optional<FileProver>> prover = prover_at(file, proof.began, offset);
  if (!prover || !*prover) return prover;
  const FileProof found = (*prover)->known();
  const bool is_equal = found.chain == proof.chain && found.open == proof.open &&
                        (proof.tail_length == 0 || found.tail_checksum == proof.tail_checksum);
  if (!is_equal) return std::nullopt;
  return with_role(std::move(**prover), proof);
}

Result<std::optional<FileProver>> prover_at(File& file, std::uint64_t began, std::uint64_t offset) {
  Result<std::optional<FileProver>> prover = FileProver::begin(file, began);
  if (!prover || !*prover) return prover;
  const Result<bool> is_there = read_up_to(file, offset, **prover);
  if (!is_there) return fail(is_there);
  if (!*is_there) return std::nullopt;
  return prover;
}

}  // namespace wordstream
