#include "source/file_identity.h"

#include <array>
#include <initializer_list>

#include "base/checksum.h"
#include "base/varint.h"

namespace wordstream {
namespace {

/// Stands first, so that another form can be told from this one.
constexpr std::uint64_t kWholeForm = 1;  // of version 1 of the journal: all of it in the name
constexpr std::uint64_t kForm = 2;

/// Reads exactly so many numbers; nothing where other bytes stand there.
template <std::size_t kCount>
std::optional<std::array<std::uint64_t, kCount>> decode(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  std::array<std::uint64_t, kCount> numbers{};
  for (std::uint64_t& number : numbers) {
    const std::optional<std::uint64_t> read = read_varint(at, end);
    if (!read) return std::nullopt;
    number = *read;
  }
  if (at != end) return std::nullopt;
  return numbers;
}

std::string encode(std::initializer_list<std::uint64_t> numbers) {
  std::string bytes;
  for (const std::uint64_t number : numbers) append_varint(bytes, number);
  return bytes;
}

std::uint64_t number_of(Nanos birth) { return static_cast<std::uint64_t>(birth.count()); }
Nanos birth_of(std::uint64_t number) { return Nanos(static_cast<std::int64_t>(number)); }

std::optional<FileIdentity> checked(std::uint64_t device, std::uint64_t inode, std::uint64_t birth,
                                    std::uint64_t head_length, std::uint64_t head_checksum) {
  if (head_length > kHeadBytesMax || head_checksum > UINT32_MAX) return std::nullopt;
  return FileIdentity{device, inode, birth_of(birth), head_length,
                      static_cast<std::uint32_t>(head_checksum)};
}

bool is_birth_known(const FileInfo& info, const FileIdentity& identity) {
  return info.birth != Nanos::zero() && identity.birth != Nanos::zero();
}

bool is_same_inode(const FileInfo& info, const FileIdentity& identity) {
  return info.inode == identity.inode &&
         (!is_birth_known(info, identity) || info.birth == identity.birth);
}

}  // namespace

FileIdentity identity_of(const FileInfo& info, std::string_view head) {
  return {info.device, info.inode, info.birth, head.size(), checksum(head)};
}

std::string encode_name(const FileIdentity& identity) {
  return encode({kForm, identity.inode, number_of(identity.birth)});
}

std::string encode_proof(const FileIdentity& identity) {
  return encode({identity.device, identity.head_length, identity.head_checksum});
}

std::optional<FileIdentity> file_of(const Position& position) {
  const std::string& name = position.stream->name;
  if (const auto whole = decode<6>(name)) {
    const auto [form, device, inode, birth, head_length, head_checksum] = *whole;
    if (form != kWholeForm || !position.proof.empty()) return std::nullopt;
    return checked(device, inode, birth, head_length, head_checksum);
  }
  const auto named = decode<3>(name);
  const auto proved = decode<3>(position.proof);
  if (!named || !proved || (*named)[0] != kForm) return std::nullopt;
  return checked((*proved)[0], (*named)[1], (*named)[2], (*proved)[1], (*proved)[2]);
}

bool is_same_file(const FileInfo& info, const FileIdentity& identity) {
  return info.device == identity.device && is_same_inode(info, identity);
}

bool may_be_remounted(const FileInfo& info, const FileIdentity& identity) {
  // One of which nothing was read, and whose birth is not known, could be any.
  const bool is_known = identity.head_length != 0 || is_birth_known(info, identity);
  return is_known && info.device != identity.device && is_same_inode(info, identity);
}

Result<bool> begins_as(const File& file, const FileIdentity& identity) {
  std::array<char, kHeadBytesMax> head;
  const Result<std::size_t> length =
      file.read_at(0, std::span(head).first(static_cast<std::size_t>(identity.head_length)));
  if (!length) return fail(length);
  return *length == identity.head_length &&
         checksum({head.data(), *length}) == identity.head_checksum;
}

}  // namespace wordstream
