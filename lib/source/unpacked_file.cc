#include "source/unpacked_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "base/units.h"
#include "source/unpacker.h"

namespace wordstream {
namespace {

/// So much of the packed file is read at once: as much as zstd's largest block has.
constexpr std::size_t kPackedBytes = 128 << 10;
constexpr std::size_t kDiscardBytes = 32 << 10;

}  // namespace

tl::unexpected<Error> fail_cut_off(const std::string& name, std::uint64_t text_length) {
  return fail(ErrorCode::BadData,
              fmt::format("cannot unpack {}: it ends in the middle; what stands before that, {} of "
                          "text, was counted",
                          name, counted(text_length, "byte")));
}

/// One way through the file, from a member's start on.
class UnpackedFile::Unpacking {
 public:
  /// Refers to what it is given.
  Unpacking(const File& file, Packing packing, const std::string& name, const MemberStart& start)
      : file_(file),
        packing_(packing),
        name_(name),
        unpacker_(make_unpacker(packing)),
        buffer_(kPackedBytes),
        packed_offset_(start.packed_offset),
        offset_(start.unpacked_offset),
        begun_(start),
        last_member_(start) {}

  std::uint64_t offset() const { return offset_; }
  const MemberStart& last_member() const { return last_member_; }
  const std::optional<std::uint64_t>& trailing_at() const { return trailing_at_; }

  /// As UnpackedFile::read().
  Result<Read> read(std::span<char> into) {
    while (!damage_) {
      if (!is_in_member_) {
        const Result<Read::State> state = begin_member();
        if (!state) return fail(state);
        if (*state != Read::State::Data) return Read{*state};
      }
      if (packed_.empty()) {
        if (const Status status = take_more(); !status) return fail(status);
      }
      const Unpacker::Step step = unpacker_->step(packed_, into);
      skip(step.taken);
      note(step);
      if (step.given > 0) return Read{Read::State::Data, step.given};
      const bool is_idle = step.state == Unpacker::State::Within && step.taken == 0;
      if (is_idle) return Read{Read::State::NotNow};
    }
    return tl::unexpected<Error>(*damage_);
  }

  /// Unpacks what is before `offset`. Data if that is reached, else what read() says of the end.
  Result<Read::State> go_to(std::uint64_t offset) {
    std::array<char, kDiscardBytes> discarded;
    while (offset_ < offset) {
      const auto size = std::min<std::uint64_t>(offset - offset_, discarded.size());
      const Result<Read> got = read(std::span(discarded).first(static_cast<std::size_t>(size)));
      if (!got) return fail(got);
      if (got->state != Read::State::Data) return got->state;
    }
    return Read::State::Data;
  }

 private:
  /// Data if a member begins here, else what read() is to say.
  Result<Read::State> begin_member() {
    while (!trailing_at_) {
      if (packed_.size() < kMagicBytesMax) {
        if (const Status status = take_more(); !status) return fail(status);
      }
      const auto at_end = has_whole_member_ ? Read::State::Ended : Read::State::NotNow;
      if (packed_.empty()) return at_end;
      switch (magic_of(packed_, packing_)) {
        case MemberMagic::Member:
          begun_ = {packed_offset_, offset_};
          unpacker_->begin();
          is_in_member_ = true;
          return Read::State::Data;
        case MemberMagic::Unclear:
          return Read::State::NotNow;
        case MemberMagic::Other:
          if (!has_whole_member_) return damaged("nothing packed begins there");
          if (packed_.front() != '\0') trailing_at_ = packed_offset_;
          skip(std::min(packed_.find_first_not_of('\0'), packed_.size()));
      }
    }
    return Read::State::Ended;
  }

  /// Takes as much of the packed file as there is room for, behind what there is of it.
  Status take_more() {
    const std::size_t kept = packed_.size();
    if (kept > 0) std::memmove(buffer_.data(), packed_.data(), kept);
    const auto room = std::span(buffer_).subspan(kept);
    const Result<std::size_t> taken = file_.read_at(packed_offset_ + kept, room);
    packed_ = {buffer_.data(), kept + taken.value_or(0)};
    return taken ? Status() : fail(taken);
  }

  void skip(std::size_t size) {
    packed_.remove_prefix(size);
    packed_offset_ += size;
  }

  void note(const Unpacker::Step& step) {
    offset_ += step.given;
    if (step.given > 0) last_member_ = begun_;
    switch (step.state) {
      case Unpacker::State::Within:
        return;
      case Unpacker::State::Over:
        is_in_member_ = false;
        has_whole_member_ = true;
        return;
      case Unpacker::State::Damaged:
        damage_ = damaged(step.reason).value();
        return;
      case Unpacker::State::LargeWindow:
        damage_ = Error{
            ErrorCode::BadData,
            fmt::format("cannot unpack {}: at byte {} begins a frame with a window over {} MiB; "
                        "unpack it outside: zstd --long=31 -dc {} | wordstream ...",
                        name_, begun_.packed_offset, kWindowBytesMax >> 20, name_)};
        return;
      case Unpacker::State::NoMemory:
        damage_ = Error{ErrorCode::OverMemory,
                        fmt::format("cannot unpack {}: there is no memory for it", name_)};
    }
  }

  tl::unexpected<Error> damaged(std::string_view reason) const {
    return fail(ErrorCode::BadData,
                fmt::format("cannot unpack {}: the file is damaged at byte {} ({}); bring back one "
                            "that is whole, or leave it out",
                            name_, packed_offset_, reason));
  }

  const File& file_;
  Packing packing_;
  const std::string& name_;
  std::unique_ptr<Unpacker> unpacker_;
  std::vector<char> buffer_;
  std::string_view packed_;      // of the buffer, what is not unpacked yet
  std::uint64_t packed_offset_;  // where that begins in the file
  std::uint64_t offset_;
  MemberStart begun_;
  MemberStart last_member_;
  bool is_in_member_ = false;
  bool has_whole_member_ = false;
  std::optional<std::uint64_t> trailing_at_;
  std::optional<Error> damage_;
};

UnpackedFile::UnpackedFile(std::unique_ptr<File> file, Packing packing, std::string name)
    : file_(std::move(file)),
      packing_(packing),
      name_(std::move(name)),
      unpacking_(unpacking_from({})) {}

UnpackedFile::~UnpackedFile() = default;

Result<Read> UnpackedFile::read(std::span<char> into) {
  const Result<Read::State> there = unpacking_->go_to(offset_);
  if (!there) return fail(there);
  if (*there != Read::State::Data) return Read{*there};
  Result<Read> read = unpacking_->read(into);
  if (read) offset_ += read->bytes;
  return read;
}

Status UnpackedFile::seek(std::uint64_t offset) {
  if (offset < unpacking_->offset()) unpacking_ = unpacking_to(offset);
  offset_ = offset;
  const Result<Read::State> there = unpacking_->go_to(offset);
  return there ? Status() : fail(there);
}

Result<std::size_t> UnpackedFile::read_at(std::uint64_t offset, std::span<char> into) const {
  const std::unique_ptr<Unpacking> unpacking = unpacking_to(offset);
  const Result<Read::State> there = unpacking->go_to(offset);
  if (!there) return fail(there);
  std::size_t taken = 0;
  while (unpacking->offset() == offset + taken && taken < into.size()) {
    const Result<Read> read = unpacking->read(into.subspan(taken));
    if (!read && taken == 0) return fail(read);
    if (!read || read->state != Read::State::Data) break;
    taken += read->bytes;
  }
  return taken;
}

const MemberStart& UnpackedFile::last_member() const { return unpacking_->last_member(); }

void UnpackedFile::begin_at(const MemberStart& member) {
  unpacking_ = unpacking_from(member);
  offset_ = member.unpacked_offset;
}

const std::optional<std::uint64_t>& UnpackedFile::trailing_at() const {
  return unpacking_->trailing_at();
}

std::unique_ptr<UnpackedFile::Unpacking> UnpackedFile::unpacking_from(
    const MemberStart& start) const {
  return std::make_unique<Unpacking>(*file_, packing_, name_, start);
}

/// Stands at or before `offset`, at the nearest start of a member that is known.
std::unique_ptr<UnpackedFile::Unpacking> UnpackedFile::unpacking_to(std::uint64_t offset) const {
  const MemberStart& last = last_member();
  return unpacking_from(last.unpacked_offset <= offset ? last : MemberStart{});
}

}  // namespace wordstream
