#include "source/log_text.h"

#include <algorithm>
#include <utility>

#include "env/rotated_name.h"
#include "source/file_proof.h"
#include "source/packing.h"
#include "source/unpacked_file.h"

namespace wordstream {

Result<OpenText> open_text(const std::string& path, Files& files) {
  Result<std::unique_ptr<File>> file = files.open(path);
  if (!file) return fail(file);
  OpenText opened{std::move(*file)};
  const Result<FileInfo> info = opened.file->info();
  if (!info) return fail(info);
  if (info->kind != FileInfo::Kind::Regular) return opened;
  const Result<Packing> packing = packing_of(*opened.file);
  if (!packing) return fail(packing);
  if (*packing == Packing::None) return opened;
  const auto length = unpacked_length(*opened.file, *packing);
  if (!length) return fail(length);
  opened.file = std::make_unique<UnpackedFile>(std::move(opened.file), *packing, path);
  opened.is_packed = true;
  opened.unpacked_length = *length;
  return opened;
}

Result<OpenText> open_text(const LogEntry& entry, LogContext& context) {
  Result<OpenText> opened = open_text(entry.path, context.files);
  bool is_gone = !opened && opened.error().code == ErrorCode::NotFound;
  if (opened) {
    const Result<FileInfo> info = opened->file->info();
    if (!info) return fail(info);
    is_gone = !is_same_file(*info, entry.info);
  }
  context.has_changed = context.has_changed || is_gone;
  if (opened && is_gone) return fail(ErrorCode::NotFound, entry.path + " is another file by now");
  return opened;
}

Result<TextHead> head_of_text(const File& file) {
  Result<std::uint64_t> at = file.next_data(0);
  while (true) {
    if (!at) return fail(at);
    Result<std::string> piece = read_bytes(file, *at, kHeadBytesMax);
    if (!piece) return fail(piece);
    const std::size_t zeros = std::min(piece->find_first_not_of('\0'), piece->size());
    if (zeros == 0) return TextHead{*at, std::move(*piece)};
    *at += zeros;
  }
}

Result<TextHead> head_of_text(const LogEntry& entry, LogContext& context) {
  const Result<OpenText> opened = open_text(entry, context);
  if (!opened) return TextHead();
  Result<TextHead> head = head_of_text(*opened->file);
  if (!head && opened->is_packed) return TextHead();
  return head;
}

bool begin_alike(const TextHead& one, const TextHead& other) {
  const std::size_t size = std::min(one.text.size(), other.text.size());
  return size != 0 && one.offset == other.offset &&
         one.text.compare(0, size, other.text, 0, size) == 0;
}

}  // namespace wordstream
