// Whether another file is the one that was read, or a copy of it.
#include <algorithm>
#include <utility>

#include "base/checksum.h"
#include "env/rotated_name.h"
#include "source/log_file.h"

namespace wordstream {
namespace {

/// Whoever compresses a file gives what he makes the times of that, to the second at least.
constexpr std::chrono::seconds kTimeOfChange{1};
/// A proof that reads more says that it runs.
constexpr std::uint64_t kLongProofBytes = 1024 * 1024 * 1024;

/// How much is packed only shows when it is unpacked.
bool may_hold(const OpenText& text, const LogEntry& entry, std::uint64_t bytes) {
  return text.is_packed || entry.is_packed || entry.info.size >= bytes;
}

}  // namespace

Result<Match> LogFile::become(const LogEntry& entry) {
  const Position place = position();
  if (place.offset == 0) return become_unread(entry);
  Result<OpenText> opened = open_text(entry, context_);
  // One that may not be read may be anything.
  if (!opened || !may_hold(*opened, entry, place.offset)) return Match::None;
  if (is_at_end_ && opened->unpacked_length == offset_ && has_time_of(entry.info)) {
    const Result<std::optional<bool>> is_alike = was_copied_to(entry);
    if (!is_alike) return fail(is_alike);
    if (is_alike->value_or(false)) {
      be(entry);
      is_packed_ = true;
      return Match::Same;
    }
  }
  if (place.offset > kLongProofBytes) {
    context_.source.observer.on(event::Proving{entry.path, place.offset});
  }
  Result<std::optional<FileProver>> prover = prove_equal(*opened->file, proof(), place.offset);
  if (!prover && opened->is_packed) return Match::None;  // damaged: whoever reads it says so
  if (!prover) return fail(prover);
  if (!*prover && opened->is_packed) return match_packed(*opened->file, entry);
  if (!*prover && entry.is_packed) return Match::Unclear;  // too short to tell
  if (!*prover) return Match::None;
  be(entry);
  file_ = std::move(opened->file);
  is_packed_ = opened->is_packed;
  framer_.drop();
  if (const Status taken = take(std::move(**prover), place.place); !taken) return fail(taken);
  if (is_passed_over(role())) file_.reset();
  return Match::Same;
}

Result<Match> LogFile::become_unread(const LogEntry& entry) {
  if (!file_ || is_packed_) return Match::None;
  const Result<std::optional<bool>> is_alike =
      offset_ == 0 ? may_be_copied_to(entry) : was_copied_to(entry);
  if (!is_alike) return fail(is_alike);
  if (!is_alike->value_or(false)) return Match::None;
  be(entry);
  const Result<bool> opened = open();
  if (!opened && opened.error().code != ErrorCode::NotFound) return fail(opened);
  const Result<bool> begun = opened && *opened ? begin(0) : Result<bool>(true);
  if (!begun) return fail(begun);
  return Match::Same;
}

/// One that does not hold all that was read.
Result<Match> LogFile::match_packed(File& text, const LogEntry& entry) const {
  const Result<std::optional<bool>> is_alike = was_copied_to(entry);
  if (!is_alike) return fail(is_alike);
  if (!is_alike->value_or(true)) return Match::None;
  char next = 0;
  const Status there = text.seek(position().offset);
  const Result<Read> read = there ? text.read({&next, 1}) : fail(there);
  if (!read || read->state == Read::State::Data) return Match::None;
  if (read->state == Read::State::NotNow) return Match::Unclear;
  // What is too short to be told by what it holds is told by its name, where that stays with it.
  const bool has_name =
      entry.is_dated && context_.files.absolute(std::string(unpacked_name(entry.path))) ==
                            context_.files.absolute(path_);
  return is_alike->value_or(has_name) ? Match::Shorter : Match::None;
}

Result<bool> LogFile::stands_in(const LogEntry& entry) const {
  const Position place = position();
  if (place.offset == 0) return false;
  const Result<OpenText> opened = open_text(entry, context_);
  if (!opened || !may_hold(*opened, entry, place.offset)) return false;
  const auto prover = prove_equal(*opened->file, proof(), place.offset);
  return prover ? Result<bool>(prover->has_value()) : fail(prover);
}

Result<bool> LogFile::may_be(const std::string& path, const FileInfo& info) const {
  if (is_birth_known(info, id_) || (modified_ != WallTime{} && modified_ == info.modified))
    return true;
  const bool is_packed = unpacked_name(path).size() != path.size();
  if (is_packed != (unpacked_name(path_).size() != path_.size())) return false;
  const Result<OpenText> opened = open_text({path, info}, context_);
  if (!opened) return true;
  if (opened->is_packed) {
    const Result<std::optional<bool>> begins = was_copied_to({path, info});
    return begins ? Result<bool>(begins->value_or(true)) : fail(begins);
  }
  const auto prover = prove_itself(*opened->file, proof(), position().offset);
  return prover ? Result<bool>(prover->has_value()) : fail(prover);
}

/// It is another file from now on, which holds the same.
void LogFile::be(const LogEntry& entry) {
  file_.reset();
  id_ = id_of(entry.info);
  path_ = entry.path;
  proof_.member = {};
  if (prover_) prover_->forget_members();
  name_stream();
}

/// Whoever compresses a file gives what he makes the times of that.
bool LogFile::has_time_of(const FileInfo& info) const {
  return modified_ != WallTime{} && std::chrono::abs(modified_ - info.modified) < kTimeOfChange;
}

Result<std::optional<bool>> LogFile::may_be_copied_to(const LogEntry& entry) const {
  const Result<TextHead> its = head_of_text(entry, context_);
  if (!its) return fail(its);
  const Result<TextHead> own = file_ ? head_of_text(*file_) : Result<TextHead>(ends_.head());
  if (!own) return fail(own);
  if (its->text.empty()) return std::nullopt;
  return begin_alike(*its, *own);
}

Result<std::optional<bool>> LogFile::was_copied_to(const LogEntry& entry) const {
  if (!prover_) return begins_as_known(entry);
  const TextHead own = ends_.head();
  const Result<TextHead> its = head_of_text(entry, context_);
  if (!its) return fail(its);
  if (its->text.empty() || own.text.empty()) return std::nullopt;
  return begin_alike(*its, own);
}

/// As far as an earlier run has noted it.
Result<std::optional<bool>> LogFile::begins_as_known(const LogEntry& entry) const {
  const Result<OpenText> opened = open_text(entry, context_);
  const std::size_t size = proof_.head_length;
  if (!opened || size == 0) return std::nullopt;
  const Result<std::string> head = read_bytes(*opened->file, 0, size);
  if (!head && opened->is_packed) return std::nullopt;
  if (!head) return fail(head);
  if (head->size() < size || head->find_first_not_of('\0') == head->npos) return std::nullopt;
  return checksum(*head) == proof_.head_checksum;
}

}  // namespace wordstream
