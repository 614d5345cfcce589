#include "source/file_proof.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "base/decoder.h"
#include "base/varint.h"

namespace wordstream {
namespace {

/// Of a name. Form 1, of version 1 of the journal, has what belongs into the proof as well.
constexpr std::uint64_t kWholeForm = 1;
constexpr std::uint64_t kForm = 2;
/// Behind the numbers stands the member, to the end.
constexpr std::uint64_t kMemberForm = 3;
/// Of a proof. Before it there were some of three numbers, which had none: device, length and
/// checksum of the head. No three numbers are as long as this form.
constexpr std::uint64_t kProofForm = 3;
/// Behind the numbers stands where a member begins.
constexpr std::uint64_t kPackedProofForm = 4;

Digest digest_in(Decoder& decoder) {
  Digest digest;
  const std::string_view bytes = decoder.bytes(digest.bytes.size());
  std::ranges::copy(bytes, digest.bytes.begin());
  return digest;
}

void append(std::string& bytes, std::initializer_list<std::uint64_t> numbers) {
  for (const std::uint64_t number : numbers) append_varint(bytes, number);
}

void append(std::string& bytes, const Digest& digest) {
  bytes.append(digest.bytes.begin(), digest.bytes.end());
}

std::uint64_t number_of(Nanos birth) { return static_cast<std::uint64_t>(birth.count()); }
Nanos birth_of(std::uint64_t number) { return Nanos(static_cast<std::int64_t>(number)); }

/// What was known of a file in earlier forms.
std::optional<FileProof> proof_of_head(std::uint64_t offset, std::uint64_t head_length,
                                       std::uint64_t head_checksum) {
  if (head_length > kHeadBytesMax || head_checksum > UINT32_MAX) return std::nullopt;
  FileProof proof;
  proof.seen = offset;
  proof.head_length = head_length;
  proof.head_checksum = static_cast<std::uint32_t>(head_checksum);
  proof.began = offset;
  proof.open = digest("");
  return proof;
}

std::optional<FileProof> decode_head_alone(std::string_view bytes, std::uint64_t offset) {
  Decoder decoder(bytes);
  decoder.number();  // the device, which is no evidence
  const std::uint64_t head_length = decoder.number();
  const std::uint64_t head_checksum = decoder.number();
  if (!decoder.is_over()) return std::nullopt;
  return proof_of_head(offset, head_length, head_checksum);
}

std::optional<FileProof> decode_proof(std::string_view bytes, std::uint64_t offset) {
  Decoder decoder(bytes);
  const std::uint64_t form = decoder.number();
  const std::uint64_t role = decoder.number();
  FileProof proof;
  proof.order = decoder.number();
  proof.seen = decoder.number();
  proof.head_length = decoder.number();
  const std::uint64_t head_checksum = decoder.number();
  proof.tail_length = decoder.number();
  proof.tail_checksum = decoder.number();
  proof.began = decoder.number();
  if (form == kPackedProofForm) {
    proof.member.packed_offset = decoder.number();
    proof.member.unpacked_offset = decoder.number();
  }
  proof.chain = digest_in(decoder);
  proof.open = digest_in(decoder);
  const bool is_one = decoder.is_over() && (form == kProofForm || form == kPackedProofForm) &&
                      role <= static_cast<std::uint64_t>(FileRole::Stranger) &&
                      proof.head_length <= std::min<std::uint64_t>(kHeadBytesMax, offset) &&
                      proof.tail_length <= std::min<std::uint64_t>(kTailBytesMax, offset) &&
                      head_checksum <= UINT32_MAX && proof.began <= offset &&
                      proof.member.unpacked_offset <= offset;
  if (!is_one) return std::nullopt;
  proof.role = static_cast<FileRole>(role);
  proof.head_checksum = static_cast<std::uint32_t>(head_checksum);
  return proof;
}

}  // namespace

std::string encode(const FileId& id, std::string_view member) {
  std::string bytes;
  append(bytes, {member.empty() ? kForm : kMemberForm, id.inode, number_of(id.birth)});
  bytes += member;
  return bytes;
}

std::string encode(const FileProof& proof) {
  std::string bytes;
  const bool is_packed = proof.member != MemberStart{};
  append(bytes, {is_packed ? kPackedProofForm : kProofForm, static_cast<std::uint64_t>(proof.role),
                 proof.order, proof.seen, proof.head_length, proof.head_checksum, proof.tail_length,
                 proof.tail_checksum, proof.began});
  if (is_packed) append(bytes, {proof.member.packed_offset, proof.member.unpacked_offset});
  append(bytes, proof.chain);
  append(bytes, proof.open);
  return bytes;
}

std::optional<KnownFile> file_of(const Position& position) {
  Decoder name(position.stream->name);
  const std::uint64_t form = name.number();
  if (form == kWholeForm) {
    name.number();  // the device
    const FileId id{name.number(), birth_of(name.number())};
    const std::uint64_t head_length = name.number();
    const std::uint64_t head_checksum = name.number();
    const auto proof = proof_of_head(position.offset, head_length, head_checksum);
    if (!name.is_over() || !position.proof.empty() || !proof) return std::nullopt;
    return KnownFile{id, *proof, "", false};
  }
  const FileId id{name.number(), birth_of(name.number())};
  std::string member;
  if (form == kMemberForm) member = name.rest();
  if (!name.is_over() || form != (member.empty() ? kForm : kMemberForm)) return std::nullopt;
  if (const auto head = decode_head_alone(position.proof, position.offset)) {
    return KnownFile{id, *head, std::move(member), false};
  }
  const auto proof = decode_proof(position.proof, position.offset);
  if (!proof) return std::nullopt;
  return KnownFile{id, *proof, std::move(member)};
}

}  // namespace wordstream
