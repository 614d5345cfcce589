#include "sink/file_mark.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "base/units.h"
#include "base/varint.h"
#include "env/rotated_name.h"

namespace wordstream {
namespace {

constexpr std::uint64_t kFormOfVersion1 = 1;  // made in journal/version_1.cc
constexpr std::uint64_t kForm = 2;
constexpr std::size_t kTailBytesMax = 64;

/// The last bytes before `end`, as many as `size`.
Result<std::string> read_before(const StoredFile& file, std::uint64_t end, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t known = 0;
  while (known < size) {
    const Result<std::size_t> got =
        file.read_at(end - size + known, std::span(bytes).subspan(known));
    if (!got) return fail(got);
    if (*got == 0) break;
    known += *got;
  }
  bytes.resize(known);
  return bytes;
}

FileId id_of(const FileMark& mark) { return {mark.inode, mark.birth}; }

}  // namespace

Result<FileMark> mark_file(const StoredFile& file, std::uint64_t length) {
  const Result<FileInfo> info = file.info();
  if (!info) return fail(info);
  Result<std::string> tail =
      read_before(file, length, std::min<std::uint64_t>(length, kTailBytesMax));
  if (!tail) return fail(tail);
  return FileMark{info->inode, info->birth, length, std::move(*tail)};
}

std::string encode(const FileMark& mark) {
  std::string bytes;
  append_varint(bytes, kForm);
  append_varint(bytes, mark.inode);
  append_varint(bytes, static_cast<std::uint64_t>(mark.birth.count()));
  append_varint(bytes, mark.length);
  return bytes + mark.tail;
}

std::string title_of(const FileMark& mark) {
  return fmt::format("{} of inode {}", counted(mark.length, "byte"), mark.inode);
}

std::optional<FileMark> decode_file_mark(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  std::array<std::uint64_t, 4> numbers{};
  for (std::uint64_t& number : numbers) {
    const std::optional<std::uint64_t> read = read_varint(at, end);
    if (!read) return std::nullopt;
    number = *read;
  }
  if (numbers[0] == kFormOfVersion1 && at == end) return FileMark{numbers[2], {}, numbers[3]};
  FileMark mark{numbers[1], Nanos(static_cast<std::int64_t>(numbers[2])), numbers[3],
                std::string(at, end)};
  const bool is_ours = numbers[0] == kForm &&
                       mark.tail.size() <= std::min<std::uint64_t>(mark.length, kTailBytesMax);
  return is_ours ? std::optional(std::move(mark)) : std::nullopt;
}

bool is_same_file(const FileInfo& info, const FileMark& mark) {
  return is_same_file(info, id_of(mark));
}

Result<std::optional<std::string>> find_moved(Storage& storage, const std::string& path,
                                              const FileMark& mark) {
  const Result<std::vector<Sibling>> siblings = storage.siblings(path);
  if (!siblings) return fail(siblings);
  for (const Sibling& sibling : *siblings) {
    const bool may_be =
        is_birth_known(sibling.info, id_of(mark)) || rotated_name(sibling.path, path);
    if (may_be && is_same_file(sibling.info, mark)) return sibling.path;
  }
  return std::nullopt;
}

Result<bool> ends_as(const StoredFile& file, const FileMark& mark) {
  const Result<std::string> tail = read_before(file, mark.length, mark.tail.size());
  if (!tail) return fail(tail);
  return *tail == mark.tail;
}

}  // namespace wordstream
