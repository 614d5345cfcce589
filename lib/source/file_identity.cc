#include "source/file_identity.h"

#include <array>

#include "base/checksum.h"
#include "base/varint.h"

namespace wordstream {
namespace {

/// Stands first, so that another form can be told from this one.
constexpr std::uint64_t kForm = 1;

}  // namespace

FileIdentity identity_of(const FileInfo& info, std::string_view head) {
  return {info.device, info.inode, info.birth, head.size(), checksum(head)};
}

std::string encode(const FileIdentity& identity) {
  std::string bytes;
  append_varint(bytes, kForm);
  append_varint(bytes, identity.device);
  append_varint(bytes, identity.inode);
  append_varint(bytes, static_cast<std::uint64_t>(identity.birth.count()));
  append_varint(bytes, identity.head_length);
  append_varint(bytes, identity.head_checksum);
  return bytes;
}

std::optional<FileIdentity> decode_file_identity(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  std::array<std::uint64_t, 6> numbers{};
  for (std::uint64_t& number : numbers) {
    const std::optional<std::uint64_t> read = read_varint(at, end);
    if (!read) return std::nullopt;
    number = *read;
  }
  const auto [form, device, inode, birth, head_length, head_checksum] = numbers;
  const bool is_ours =
      at == end && form == kForm && head_length <= kHeadBytesMax && head_checksum <= UINT32_MAX;
  if (!is_ours) return std::nullopt;
  return FileIdentity{device, inode, Nanos(static_cast<std::int64_t>(birth)), head_length,
                      static_cast<std::uint32_t>(head_checksum)};
}

bool is_same_file(const FileInfo& info, const FileIdentity& identity) {
  const bool is_birth_known = info.birth != Nanos::zero() && identity.birth != Nanos::zero();
  return info.device == identity.device && info.inode == identity.inode &&
         (!is_birth_known || info.birth == identity.birth);
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
