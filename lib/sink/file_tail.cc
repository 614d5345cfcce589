#include "sink/file_tail.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace wordstream {
namespace {

/// The least that a disk writes or does not write.
constexpr std::uint64_t kSectorBytes = 512;
constexpr std::size_t kPartBytes = 128 * kSectorBytes;

/// Reads `into` full, or to the end of the file.
Result<std::string_view> read_part(const StoredFile& file, std::uint64_t offset,
                                   std::span<char> into) {
  std::size_t size = 0;
  while (size < into.size()) {
    const Result<std::size_t> got = file.read_at(offset + size, into.subspan(size));
    if (!got) return fail(got);
    if (*got == 0) break;
    size += *got;
  }
  return std::string_view(into.data(), size);
}

/// Where the zeros at the end of `sector` begin, if there are any. What a power loss takes of a
/// sector is what was appended to it last, so that its end is lost before its beginning.
std::size_t without_zeros(std::string_view sector) { return sector.find_last_not_of('\0') + 1; }

}  // namespace

FileTail::FileTail(StoredFile& file, std::string path, std::uint64_t start, std::uint64_t end)
    : file_(file), path_(std::move(path)), at_(start), end_(end) {}

Result<std::size_t> FileTail::match(std::string_view bytes) {
  if (is_over()) return std::size_t{0};
  const std::size_t known = std::min<std::uint64_t>(bytes.size(), end_ - at_);
  if (const Status same = compare(bytes.substr(0, known)); !same) return fail(same);
  if (!is_over() || !zeros_from_) return known;
  if (const Status mended = mend(); !mended) return fail(mended);
  return known;
}

Status FileTail::compare(std::string_view expected) {
  std::array<char, kPartBytes> buffer;
  while (!expected.empty()) {
    const std::size_t size = std::min(expected.size(), buffer.size());
    const Result<std::string_view> part = read_part(file_, at_, std::span(buffer).first(size));
    if (!part) return fail(part);
    if (part->size() < size) return fail_foreign(at_ + part->size());
    for (std::size_t i = 0; i < size; ++i) {
      if ((*part)[i] == expected[i]) continue;
      if ((*part)[i] != '\0') return fail_foreign(at_ + i);
      if (!zeros_from_) zeros_from_ = at_ + i;
    }
    if (zeros_from_) {
      const std::size_t known = std::max(*zeros_from_, at_) - at_;
      anew_.append(expected.substr(known, size - known));
    }
    at_ += size;
    expected.remove_prefix(size);
  }
  return {};
}

Status FileTail::mend() {
  if (Status cut = file_.truncate(*zeros_from_); !cut) return cut;
  return file_.append(std::exchange(anew_, std::string()));
}

Status FileTail::finish() const {
  if (is_over()) return {};
  return fail_foreign(at_);
}

tl::unexpected<Error> FileTail::fail_foreign(std::uint64_t offset) const {
  return fail(ErrorCode::BadData,
              fmt::format("{} is not as it was left: from byte {} on it holds what was not written "
                          "there by this job; put it back as it was, or move it away",
                          path_, offset));
}

Result<std::uint64_t> end_of_whole_lines(const StoredFile& file, std::uint64_t start,
                                         std::uint64_t end) {
  std::array<char, kPartBytes> buffer;
  std::uint64_t lines_end = start;
  for (std::uint64_t at = start; at < end;) {
    // Parts end where sectors do.
    const std::uint64_t size = std::min<std::uint64_t>(buffer.size() - at % kSectorBytes, end - at);
    const Result<std::string_view> part = read_part(file, at, std::span(buffer).first(size));
    if (!part) return fail(part);
    std::string_view left = *part;
    while (!left.empty()) {
      const std::string_view sector = left.substr(0, kSectorBytes - at % kSectorBytes);
      const std::string_view kept = sector.substr(0, without_zeros(sector));
      const std::size_t line_end = kept.rfind('\n');
      if (line_end != std::string_view::npos) lines_end = at + line_end + 1;
      if (kept.size() < sector.size()) return lines_end;
      at += sector.size();
      left.remove_prefix(sector.size());
    }
    if (part->size() < size) break;
  }
  return lines_end;
}

}  // namespace wordstream
