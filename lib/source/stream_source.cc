#include "source/stream_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "source/log_choice.h"
#include "source/log_source.h"
#include "source/packing.h"
#include "source/text_start.h"
#include "source/unpacked_file.h"

namespace wordstream {
namespace {

/// What stands at the path, or on standard input.
Result<FileInfo> look_at(const std::string& path, Files& files) {
  if (path != "-") return files.info(path);
  const Result<std::unique_ptr<File>> input = files.standard_input();
  return input ? (*input)->info() : fail(input);
}

}  // namespace

Result<ChosenSource> ReadFrom::parse(std::string_view text) {
  if (text.empty()) {
    return fail(ErrorCode::InvalidArgument,
                "the path is empty: name a file, or - for standard input");
  }
  return std::make_shared<const ReadFrom>(std::string(text));
}

std::string ReadFrom::name(const Files& files) const {
  return is_stdin() ? "stdin" : "file:" + files.absolute(path_);
}
bool ReadFrom::has_lasting_name(Files& files) const {
  if (!is_stdin()) return true;
  const Result<FileInfo> info = look_at(path_, files);
  return !info || info->kind == FileInfo::Kind::Regular;
}
std::string ReadFrom::fingerprint(const Files& files) const { return name(files); }
SourceClass ReadFrom::promise(Files& files) const {
  const Result<FileInfo> info = look_at(path_, files);
  // What is not there yet will be a file, when the run begins; a closed input will be none.
  const bool is_file = info ? info->kind == FileInfo::Kind::Regular : !is_stdin();
  return is_file ? SourceClass::Replayable : SourceClass::Passing;
}
std::vector<SourceFile> ReadFrom::named_files(Files& files) const {
  SourceFile file;
  if (!is_stdin()) file.path = files.absolute(path_);
  const Result<FileInfo> info = look_at(path_, files);
  if (info && info->kind == FileInfo::Kind::Regular) file.regular = *info;
  return {file};
}
std::shared_ptr<const SourceChoice> ReadFrom::followed() const {
  return is_stdin() ? nullptr : std::make_shared<const ReadLogs>(std::vector{path_}, true);
}

std::unique_ptr<Source> ReadFrom::make(const Env& env, const SourceContext& context) const {
  const Result<FileInfo> info = is_stdin() ? fail(ErrorCode::NotFound, "") : env.files.info(path_);
  if (info && info->kind == FileInfo::Kind::Regular) {
    return std::make_unique<LogSource>(path_, false, env.files, context);
  }
  return std::make_unique<StreamSource>(path_, env.files, context);
}

StreamSource::StreamSource(const std::string& path, Files& files, const SourceContext& context)
    : path_(path), name_(path == "-" ? "stdin" : path), files_(files), context_(context) {}

StreamSource::~StreamSource() {
  if (is_pollable_) context_.poller.forget(*file_);
}

Status StreamSource::open(const Positions& from) {
  Result<std::unique_ptr<File>> file = path_ == "-" ? files_.standard_input() : files_.open(path_);
  if (!file) return fail(file);
  const Result<FileInfo> info = (*file)->info();
  if (!info) return fail(info);
  file_ = std::move(*file);
  if (info->kind == FileInfo::Kind::Regular) {
    if (Status unpacked = unpack(); !unpacked) return unpacked;
  }
  Status opened = from.empty() ? begin(*info) : go_on(*info, from);
  if (!opened) return opened;
  context_.observer.on(event::Opened{name_});
  if (!from.empty()) context_.observer.on(event::Resumed{name_, prover_->offset()});
  if (!prover_ || prover_->offset() == 0) start_.emplace();
  is_pollable_ = context_.poller.watch(*file_, Interest::Read, 0);
  return {};
}

/// What is read from its beginning, and compressed, is read as the text that is in it.
Status StreamSource::unpack() {
  const Result<std::uint64_t> offset = file_->offset();
  if (!offset) return fail(offset);
  const Result<Packing> packing = *offset == 0 ? packing_of(*file_) : Packing::None;
  if (!packing) return fail(packing);
  is_packed_ = *packing != Packing::None;
  if (is_packed_) file_ = std::make_unique<UnpackedFile>(std::move(file_), *packing, name_);
  return {};
}

Status StreamSource::begin(const FileInfo& info) {
  if (info.kind != FileInfo::Kind::Regular) {
    if (!context_.from) return {};
    return fail(ErrorCode::InvalidArgument,
                fmt::format("--from: {} is no regular file: leave out --from", name_));
  }
  stream_ = std::make_shared<const Stream>(Stream{encode(id_of(info)), name_});
  const Result<std::uint64_t> offset = file_->offset();
  if (!offset) return fail(offset);
  Result<std::optional<FileProver>> prover = FileProver::begin(*file_, *offset);
  if (!prover) return fail(prover);
  // Behind the end nothing has come yet, and what comes there need not be known again.
  return go_to(*prover ? std::move(**prover) : FileProver(*offset), Position::Place::BehindLine);
}

/// The place in the one file that is read.
Status StreamSource::go_on(const FileInfo& info, const Positions& from) {
  const Position& position = *from.by_name().begin()->second;
  const std::optional<KnownFile> known = file_of(position);
  if (from.by_name().size() == 1 && known && is_same_file(info, known->id)) {
    Result<std::optional<FileProver>> prover =
        is_packed_ ? prove_itself(static_cast<UnpackedFile&>(*file_), known->proof, position.offset)
                   : prove_itself(*file_, known->proof, position.offset);
    if (!prover) return fail(prover);
    stream_ = position.stream;
    if (*prover) return go_to(std::move(**prover), position.place);
  }
  return fail(
      ErrorCode::BadData,
      fmt::format("{} is not the file that was read: that was {}, up to byte {}; bring back "
                  "the file that was read, or start anew with another --checkpoint",
                  name_, title_of(*position.stream), position.offset));
}

Status StreamSource::go_to(FileProver prover, Position::Place place) {
  prover_ = std::move(prover);
  framer_.start_at({stream_, prover_->offset(), place}, context_.is_kept ? &*prover_ : nullptr);
  return file_->seek(prover_->offset());
}

Positions StreamSource::beginning() const {
  return stream_ ? Positions(framer_.position()) : Positions();
}

Result<Turn> StreamSource::poll(SteadyTime /*now*/, Block& block) {
  if (has_ended_) return framer_.finish(block) ? Turn::ended() : Turn::full();
  const std::span<char> room = framer_.room(block, LineFramer::kReadBytesMax);
  if (room.empty()) return Turn::full();
  if (is_pollable_ && !is_ready()) return Turn::idle();
  // A mark may come in pieces: the ones before stand in front of what is read now.
  const std::size_t begun = begun_mark_.size();
  std::ranges::copy(begun_mark_, room.begin());
  const Result<Read> read = file_->read(room.subspan(begun));
  if (!read) return fail(read);
  switch (read->state) {
    case Read::State::Data:
      take(block, room.first(begun + read->bytes));
      if (framer_.take_line_grown()) context_.observer.on(event::LineGrown{name_});
      break;
    case Read::State::NotNow:
      if (!is_packed_) break;
      return fail_cut_off(name_, prover_->offset());
    case Read::State::Ended:
      has_ended_ = true;
      if (begun != 0) framer_.accept(block, begun);
      return Turn::again();
  }
  return is_pollable_ ? Turn::idle() : Turn::again();
}

/// Others may sleep where it does.
bool StreamSource::is_ready() {
  return std::ranges::count(context_.poller.take_ready(), std::uint64_t{0}) != 0;
}

/// Hands to the framer what was read, and not before it is known where the text begins.
void StreamSource::take(Block& block, std::span<char> read) {
  const std::string_view bytes(read.data(), read.size());
  std::size_t mark_length = 0;
  if (start_) {
    start_->append(bytes.substr(begun_mark_.size(), kTextStartBytes - start_->size()));
    const TextStart start = text_start_of(*start_);
    begun_mark_ = start.is_mark_begun ? *start_ : "";
    if (start.is_mark_begun) return;
    mark_length = start.mark_length;
    if (start.kind != TextKind::Utf8) {
      const std::string_view path = path_ != "-" ? std::string_view(path_) : stream_ ? "FILE" : "";
      context_.observer.on(
          event::NotText{name_, std::string(name_of(start.kind)), command_for(start.kind, path)});
    }
    const bool is_known = mark_length != 0 || start.kind != TextKind::Utf8;
    if (is_known || start_->size() >= kTextStartBytes) start_.reset();
  }
  if (is_packed_) prover_->note_member(static_cast<UnpackedFile&>(*file_).last_member());
  framer_.accept(block, bytes.size(), mark_length);
}

std::optional<Extent> StreamSource::extent() const {
  if (!stream_) return std::nullopt;
  const Result<std::uint64_t> read = file_->offset();
  const Result<FileInfo> info = file_->info();
  if (!read || !info) return std::nullopt;
  return Extent{*read, is_packed_ ? *read : std::max(info->size, *read), !is_packed_};
}

void StreamSource::stop() { drop_line(framer_, context_.observer, name_, "the run has ended"); }

}  // namespace wordstream
