#include "source/log_file.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "env/rotated_name.h"
#include "source/packing.h"
#include "source/text_start.h"
#include "source/unpacked_file.h"

namespace wordstream {
namespace {

/// More would have left the processor's nearer cache before its digest is made.
constexpr std::size_t kPieceBytesMax = 256 * 1024;
/// So many NULs at the start of a log are no text, whatever was seen of it.
constexpr std::uint64_t kZerosOfTruncation = 5;

/// Where the text that is packed has its end shows when it is unpacked. Requires: `file` stands at
/// its beginning.
Result<std::uint64_t> length_of_text(File& file) {
  std::vector<char> piece(kPieceBytesMax);
  std::uint64_t length = 0;
  Result<Read> read = file.read(piece);
  for (; read && read->state == Read::State::Data; read = file.read(piece)) length += read->bytes;
  return read ? Result<std::uint64_t>(length) : fail(read);
}

/// Requires: it is packed.
UnpackedFile& unpacked(File& file) { return static_cast<UnpackedFile&>(file); }

}  // namespace

LogFile::LogFile(const std::string& path, const FileInfo& info, std::string member,
                 LogContext& context)
    : context_(context),
      id_(id_of(info)),
      member_(std::move(member)),
      path_(path),
      framer_(context.source.budget) {
  note(path, info);
  name_stream();
}

LogFile::LogFile(const KnownFile& known, const Position& position, LogContext& context)
    : context_(context),
      id_(known.id),
      member_(known.member),
      path_(position.stream->title),
      stream_(std::make_shared<const Stream>(Stream{encode(id_, member_), path_})),
      seen_(known.proof.seen),
      known_(position),
      proof_(known.proof),
      framer_(context.source.budget),
      offset_(position.offset) {}

void LogFile::set_role(FileRole role) {
  proof_.role = role;
  if (prover_) prover_->role = role;
}

void LogFile::set_member(const std::string& member) {
  member_ = member;
  name_stream();
}

void LogFile::set_order(std::uint64_t order) {
  proof_.order = order;
  if (prover_) prover_->order = order;
}

Position LogFile::position() const {
  if (prover_) return framer_.position();
  Position position = known_;
  position.stream = stream_;
  position.proof = encode(proof_);
  return position;
}

FileProof LogFile::proof() const { return prover_ ? prover_->known() : proof_; }

void LogFile::note(const std::string& path, const FileInfo& info) {
  seen_ = is_packed_ ? seen_ : std::max(seen_, info.size);
  modified_ = info.modified;
  if (path == path_) return;
  path_ = path;
  name_stream();
}

/// People find it under the name that it has now.
void LogFile::name_stream() {
  std::string name = encode(id_, member_);
  if (stream_ && stream_->name != name) context_.renamed.push_back({stream_->name, name});
  stream_ = std::make_shared<const Stream>(Stream{std::move(name), context_.files.absolute(path_)});
  if (prover_) framer_.set_stream(stream_);
}

Result<bool> LogFile::open() {
  Result<OpenText> opened = open_text(path_, context_.files);
  if (!opened) return fail(opened);
  const Result<FileInfo> info = opened->file->info();
  if (!info) return fail(info);
  if (!is_same_file(*info, id_)) return false;
  if (prover_) {
    if (opened->is_packed) unpacked(*opened->file).begin_at(prover_->member());
    if (const Status there = opened->file->seek(offset_); !there) return fail(there);
  }
  file_ = std::move(opened->file);
  is_packed_ = opened->is_packed;
  opened_ = *info;
  note(path_, *info);
  return true;
}

bool LogFile::may_have_more() const {
  if (!is_packed_ || !is_at_end_) return true;
  const Result<FileInfo> info = context_.files.info(path_);
  return !info || !is_same_file(*info, id_) || info->size != opened_.size ||
         info->modified != opened_.modified;
}

Result<bool> LogFile::begin(std::uint64_t offset) {
  return begin_at(offset, Position::Place::BehindLine);
}

Result<bool> LogFile::begin_at_end() {
  if (is_packed_) {
    const Result<std::uint64_t> length = length_of_text(*file_);
    return length ? begin(*length) : fail(length);
  }
  const Result<FileInfo> info = file_->info();
  if (!info) return fail(info);
  if (info->size == 0) return begin(0);
  const Result<std::string> last = read_bytes(*file_, info->size - 1, 1);
  if (!last) return fail(last);
  if (*last == "\n") return begin(info->size);
  const bool is_cr = *last == "\r";
  return begin_at(info->size,
                  is_cr ? Position::Place::BehindCutCr : Position::Place::InsideCutLine);
}

Result<bool> LogFile::begin_at(std::uint64_t offset, Position::Place place) {
  Result<std::optional<FileProver>> prover = FileProver::begin(*file_, offset);
  if (!prover) return fail(prover);
  if (!*prover) return false;
  const Result<FileInfo> info = file_->info();
  if (!info) return fail(info);
  follows_truncation_ = follows_truncation_ || is_found();
  seen_ = is_packed_ ? 0 : info->size;
  framer_.drop();
  if (const Status taken = take(std::move(**prover), place); !taken) {
    return fail(taken);
  }
  return true;
}

Result<bool> LogFile::find() {
  follows_truncation_ = known_.offset == 0;  // it may be the reason
  if (known_.offset == 0 && !is_packed_) {
    const Result<FileInfo> info = file_->info();
    if (!info) return fail(info);
    if (info->size < proof_.seen) return false;
  }
  Result<std::optional<FileProver>> prover =
      is_packed_ ? prove_itself(unpacked(*file_), proof_, known_.offset)
                 : prove_itself(*file_, proof_, known_.offset);
  if (!prover) return fail(prover);
  if (!*prover) return false;
  if (const Status taken = take(std::move(**prover), known_.place); !taken) return fail(taken);
  return true;
}

void LogFile::skip(FileRole role) {
  set_role(role);
  const Result<bool> opened = open();
  if (!opened || !*opened) return;
  const Result<FileInfo> info = file_->info();
  if (info && !is_packed_) [[maybe_unused]]
    const Result<bool> begun = begin(info->size);
  file_.reset();
}

bool LogFile::skip_growth() {
  if (is_packed_ || seen_ <= offset_) return false;
  skip(role());
  return true;
}

/// Goes on where the prover stands. Requires: no line is unfinished.
Status LogFile::take(FileProver prover, Position::Place place) {
  prover_ = std::make_unique<FileProver>(std::move(prover));
  prover_->role = role();
  prover_->order = order();
  offset_ = prover_->offset();
  seen_ = std::max(seen_, offset_);
  ends_ = ReadEnds();
  if (!is_packed_) {
    Result<ReadEnds> ends = ReadEnds::of(*file_, offset_);
    if (!ends) return fail(ends);
    ends_ = std::move(*ends);
  }
  is_at_end_ = false;
  start_framer(place);
  return file_->seek(offset_);
}

void LogFile::start_framer(Position::Place place) {
  framer_.start_at({stream_, offset_, place}, context_.is_proved() ? prover_.get() : nullptr);
}

Result<LogFile::Reading> LogFile::read(Block& block, SteadyTime now, bool must_check) {
  const std::span<char> room = framer_.room(block, kPieceBytesMax);
  if (room.empty()) return Reading::Full;
  if (offset_ == 0) {
    const Result<bool> has_text = skip_zeros(must_check);
    if (!has_text) return fail(has_text);
    if (!*has_text) {
      is_at_end_ = true;
      const Result<bool> stands = must_check ? stands_as_read() : true;
      if (!stands) return fail(stands);
      return *stands ? Reading::AtEnd : Reading::Rewritten;
    }
  }
  const Result<Read> read = file_->read(room);
  if (!read) return fail(read);
  // Looked at behind the reading: what was read would else be of another text, and nobody knew.
  const Result<bool> stands = must_check ? stands_as_read() : true;
  if (!stands) return fail(stands);
  if (!*stands) return Reading::Rewritten;
  // Nothing but NULs was read before: those of another truncation look the same.
  const bool begins_anew = read->bytes != 0 && room.front() == '\0';
  if (std::exchange(is_behind_zeros_, false) && begins_anew) return Reading::Rewritten;
  is_at_end_ = read->state != Read::State::Data;
  if (is_at_end_) return end_of(*read);
  const std::string_view bytes(room.data(), read->bytes);
  std::size_t mark_length = 0;
  if (offset_ == 0 && !is_packed_ && context_.is_followed) {
    const Result<bool> may_be_packed = take_for_packed(bytes);
    if (!may_be_packed) return fail(may_be_packed);
    if (*may_be_packed) return is_packed_ ? Reading::Data : Reading::AtEnd;
  }
  if (offset_ == 0) {
    const TextStart start = text_start_of(bytes);
    // The rest of a mark may come.
    if (start.is_mark_begun && context_.is_followed) {
      is_at_end_ = true;
      if (const Status back = file_->seek(0); !back) return fail(back);
      return Reading::AtEnd;
    }
    mark_length = start.mark_length;
    if (start.kind != TextKind::Utf8) {
      context_.source.observer.on(
          event::NotText{path_, std::string(name_of(start.kind)), command_for(start.kind, path_)});
    }
  }
  grown_at_ = now;
  ends_.add(bytes, offset_);
  offset_ += bytes.size();
  seen_ = prover_->seen = std::max(seen_, offset_);
  if (is_packed_) prover_->note_member(unpacked(*file_).last_member());
  framer_.accept(block, bytes.size(), mark_length);
  if (framer_.take_line_grown()) context_.source.observer.on(event::LineGrown{path_});
  return Reading::Data;
}

/// One that was empty, or had fewer bytes than tell, when it was opened may turn out to be packed.
/// Returns whether it is, or may be by its name and the bytes to come: nothing was taken then.
Result<bool> LogFile::take_for_packed(std::string_view bytes) {
  const bool has_name = unpacked_name(path_).size() != path_.size();
  for (const Packing packing : {Packing::Gzip, Packing::Zstd}) {
    const MemberMagic magic = magic_of(bytes, packing);
    if (magic == MemberMagic::Other || (magic == MemberMagic::Unclear && !has_name)) continue;
    if (magic == MemberMagic::Unclear) {
      is_at_end_ = true;
      const Status back = file_->seek(0);
      return back ? Result<bool>(true) : fail(back);
    }
    const Result<bool> opened = open();
    if (!opened) return fail(opened);
    if (!*opened || !is_packed_) return false;
    const Result<bool> begun = begin(0);
    return begun ? Result<bool>(true) : fail(begun);
  }
  return false;
}

/// What is packed has an end that says so.
Result<LogFile::Reading> LogFile::end_of(const Read& read) {
  if (!is_packed_) return Reading::AtEnd;
  const bool is_cut_off = read.state == Read::State::NotNow;
  must_tell_cut_off_ = is_cut_off && (must_tell_cut_off_ || !is_cut_off_);
  is_cut_off_ = is_cut_off;
  const bool is_named = role() == FileRole::AtPath && !context_.is_followed;
  if (is_cut_off && is_named) {
    return fail_cut_off(path_, offset_);
  }
  const std::optional<std::uint64_t>& trailing_at = unpacked(*file_).trailing_at();
  if (trailing_at && !std::exchange(has_told_trailing_, true)) {
    context_.source.observer.on(event::TrailingBytes{path_, *trailing_at});
  }
  return Reading::AtEnd;
}

Result<bool> LogFile::stands_as_read() const {
  if (is_packed_) return true;
  const Result<FileInfo> info = file_->info();
  if (!info) return fail(info);
  // Where nothing was read, only its length shows that it was truncated.
  if (info->size < (offset_ == 0 ? seen_ : offset_)) return false;
  return ends_.stand_in(*file_, offset_);
}

/// Goes behind the NULs at the start, which a writer leaves who goes on where he was in a file that
/// somebody has truncated. Where no truncation was seen a few NULs are text, and so are all unless
/// the file is followed. Returns whether there is something to be read.
Result<bool> LogFile::skip_zeros(bool is_followed) {
  const Result<std::uint64_t> data = file_->next_data(0);
  if (!data) return fail(data);
  const bool is_sure = *data != 0 || follows_truncation_;
  if (!is_sure && !is_followed) return true;
  const Result<TextHead> text = head_of_text(*file_);
  if (!text) return fail(text);
  if (text->text.empty()) return false;
  const std::uint64_t zeros = text->offset;
  if (zeros == 0 || (!is_sure && zeros < kZerosOfTruncation)) return true;
  Result<std::optional<FileProver>> prover = FileProver::begin(*file_, zeros);
  if (!prover) return fail(prover);
  if (!*prover) return false;
  framer_.drop();
  if (const Status taken = take(std::move(**prover), Position::Place::BehindLine); !taken) {
    return fail(taken);
  }
  context_.source.observer.on(event::ZerosSkipped{path_, zeros});
  is_behind_zeros_ = true;
  return true;
}

bool LogFile::finish_line(Block& block) {
  if (!framer_.finish(block)) return false;
  start_framer(Position::Place::InsideLine);
  return true;
}

void LogFile::drop_half_line(const std::string& why) {
  if (prover_) drop_line(framer_, context_.source.observer, path_, why);
}

}  // namespace wordstream
