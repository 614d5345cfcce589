// How files are held against what others have of them, and read again for them (log_source.h).
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/digest.h"
#include "source/file_proof.h"
#include "source/log_file.h"
#include "source/log_source.h"

namespace wordstream {
namespace {

/// Within a line that is too long, what is left of it is no line; nor is its end, behind the CR of
/// that.
Result<Position::Place> place_at(const File& file, std::uint64_t offset,
                                 std::uint64_t line_bytes_max) {
  const std::uint64_t too_long = line_bytes_max + 1;
  if (offset < too_long) return Position::Place::BehindLine;
  const std::uint64_t size = std::min(offset, too_long + 1);
  const Result<std::string> read = read_bytes(file, offset - size, size);
  if (!read) return fail(read);
  const std::string_view before = *read;
  const std::size_t end = before.find_last_of("\r\n");
  const bool is_end = end + 1 == before.size();
  const std::string_view line = is_end ? before.substr(0, end) : before;
  const std::size_t length = line.size() - (line.find_last_of("\r\n") + 1);
  if (length < too_long) return Position::Place::BehindLine;
  if (!is_end) return Position::Place::InsideCutLine;
  return before.back() == '\r' ? Position::Place::BehindCutCr : Position::Place::BehindLine;
}

}  // namespace

Result<std::optional<bool>> LogFile::has_tail(const ProducerTail& tail, std::uint64_t offset) {
  const bool was_open = is_open();
  const Result<bool> opened = was_open ? true : open();
  if (!opened && opened.error().code == ErrorCode::NotFound) return std::nullopt;
  if (!opened) return fail(opened);
  if (!*opened) return std::nullopt;
  const std::size_t last = offset == 0 ? 0 : 1;
  const Result<std::string> end = read_bytes(*file_, offset - last, last);
  const Result<std::string> bytes = read_bytes(*file_, tail.end - tail.length, tail.length);
  if (!was_open) close();
  if (!end || !bytes) return fail(end ? bytes : end);
  return end->size() == last && bytes->size() == tail.length && digest(*bytes) == tail.digest;
}

Result<bool> LogFile::go_back(std::uint64_t offset) {
  Result<bool> opened = is_open() ? true : open();
  if (!opened && opened.error().code == ErrorCode::NotFound) return false;
  if (!opened || !*opened) return opened;
  Result<std::optional<FileProver>> prover =
      prover_at(*file_, std::min(proof().began, offset), offset);
  if (!prover) return fail(prover);
  if (!*prover) return false;
  const Result<Position::Place> place =
      place_at(*file_, offset, context_.source.budget.line_bytes_max);
  if (!place) return fail(place);
  framer_.drop();
  if (const Status taken = take(std::move(**prover), *place); !taken) return fail(taken);
  return true;
}

Result<KnownLog*> LogPath::find(const std::string& stream, SteadyTime now) {
  KnownLog* const log = shelf().find(stream);
  if (log == nullptr || log->file->is_open() || !context_.is_followed) return log;
  const Result<FileInfo> there = context_.files.info(log->file->path());
  if (there && is_same_file(*there, log->file->id())) return log;
  if (const Status looked = look(now); !looked) return fail(looked);
  return shelf().find(stream);
}

Result<std::optional<std::uint64_t>> LogPath::go_back(KnownLog& log,
                                                      std::optional<std::uint64_t> offset) {
  Result<std::optional<std::uint64_t>> gone = shelf().go_back(log, offset);
  if (!gone) return gone;
  if (const Status watched = watch_logs(); !watched) return fail(watched);
  return gone;
}

std::optional<Origin> LogSource::origin(const Position& position) const {
  const std::optional<KnownFile> known = file_of(position);
  if (!known) return std::nullopt;
  const std::string path =
      known->member.empty() ? context_.files.absolute(paths_.front()) : known->member;
  return Origin{path, fmt::format("{}:{}", known->id.inode, known->id.birth.count()),
                known->proof.began};
}

bool LogPath::is_younger(const std::string& stream, const std::string& than) {
  const KnownLog* const one = shelf().find(stream);
  const KnownLog* const other = shelf().find(than);
  if (one == nullptr || other == nullptr) return false;
  // Who notices late that a file has left the path writes to it after the next one was begun.
  return one->file->modified() > other->file->modified() &&
         is_named_before(other->file->path(), one->file->path(), logs_.path());
}

bool LogSource::is_younger(const Stream& one, const Stream& than) {
  return std::ranges::any_of(logs_,
                             [&](LogPath& log) { return log.is_younger(one.name, than.name); });
}

std::optional<Extent> LogSource::extent() const {
  Extent extent;
  for (const LogPath& log : logs_) {
    for (const KnownLog& known : log.logs().shelf().logs()) {
      extent.read += known.file->offset();
      extent.seen += std::max(known.file->seen(), known.file->offset());
      extent.is_length_known = extent.is_length_known && !known.file->is_packed();
    }
  }
  return extent;
}

Result<std::pair<LogPath*, KnownLog*>> LogSource::find(const Stream& stream, SteadyTime now) {
  for (LogPath& log : logs_) {
    const Result<KnownLog*> known = log.find(stream.name, now);
    if (!known) return fail(known);
    if (*known != nullptr) return std::pair(&log, *known);
  }
  return std::pair<LogPath*, KnownLog*>();
}

Result<std::optional<bool>> LogSource::has_tail(const Stream& stream, const ProducerTail& tail,
                                                std::uint64_t offset, SteadyTime now) {
  const auto found = find(stream, now);
  if (!found) return fail(found);
  if (found->second == nullptr) return std::nullopt;
  LogFile& file = *found->second->file;
  // It may be a copy that somebody is making of another file, which is read.
  if (file.role() == FileRole::Stranger) return std::nullopt;
  return file.has_tail(tail, offset);
}

Result<std::optional<std::uint64_t>> LogSource::go_back(const Stream& stream,
                                                        std::optional<std::uint64_t> offset,
                                                        SteadyTime now) {
  const auto found = find(stream, now);
  if (!found) return fail(found);
  const auto [log, known] = *found;
  if (known == nullptr) return std::nullopt;
  if (!context_.is_followed) next_ = logs_.begin();
  return log->go_back(*known, offset);
}

}  // namespace wordstream
