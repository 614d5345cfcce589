// A packed file of any bytes is read as the same text in any way: in pieces of any size, while it
// grows, from its last member on, from any place. And what was packed, one member or frame behind
// the other, comes back; of a part of it all that is whole; and where one byte is another one, what
// does not is never taken for the text.
//   input: the size of a piece, by kPieceSizes; where the file is cut first (2 bytes); its bytes.
//   Or, where the first byte is 128 and more: what becomes of it (1 byte) and where (2 bytes); how
//   it is packed (1 byte); then what is packed
#include "source/unpacked_file.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "fuzz/input.h"
#include "fuzz/target.h"
#include "packed.h"

namespace wordstream {
namespace {

constexpr std::array<std::size_t, 8> kPieceSizes{1, 2, 3, 7, 64, 1'000, 4'096, 100'000};
constexpr std::size_t kHeaderBytes = 3;
/// A few bytes may unpack to a lot: more is not looked at.
constexpr std::size_t kTextBytesMax = 300'000;

class MemoryFile final : public File {
 public:
  explicit MemoryFile(std::shared_ptr<const std::string_view> bytes) : bytes_(std::move(bytes)) {}

  int handle() const override { return -1; }
  Result<FileInfo> info() const override {
    return FileInfo{.kind = FileInfo::Kind::Regular, .size = bytes_->size()};
  }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) const override {
    const std::size_t from = std::min<std::size_t>(offset, bytes_->size());
    return bytes_->copy(into.data(), into.size(), from);
  }

  Result<Read> read(std::span<char> /*into*/) override { return fail_use(); }
  Result<std::uint64_t> offset() const override { return fail_use(); }
  Status seek(std::uint64_t /*offset*/) override { return fail_use(); }
  Result<std::uint64_t> next_data(std::uint64_t offset) const override { return offset; }

 private:
  static tl::unexpected<Error> fail_use() { return fail(ErrorCode::Io, "is not used"); }

  std::shared_ptr<const std::string_view> bytes_;
};

/// What reading brings, and how it ends.
struct Reading {
  enum class End { Ended, NotNow, Damaged, TooLong };
  std::string text;
  End end = End::TooLong;
};

/// zstd gives more or less of the block that is damaged, by how its bytes came in.
bool agree(const Reading& one, const Reading& other) {
  if (one.end != other.end) return false;
  if (one.end != Reading::End::Damaged) return one.text == other.text;
  return one.text.starts_with(other.text) || other.text.starts_with(one.text);
}

/// A file that may grow, and what was read of it.
class Packed {
 public:
  Packed(std::string_view bytes, Packing packing)
      : bytes_(std::make_shared<std::string_view>(bytes)),
        file(std::make_unique<MemoryFile>(bytes_), packing, "a file") {}

  void grow_to(std::string_view bytes) { *bytes_ = bytes; }

  /// Reads on. No text is longer than it was with other pieces.
  Reading read_all(std::size_t piece, std::size_t size_max = kTextBytesMax) {
    std::string into(piece, '\0');
    Reading reading;
    while (reading.text.size() < size_max) {
      const std::size_t size = std::min(piece, size_max - reading.text.size());
      const Result<Read> read = file.read(std::span(into).first(size));
      if (read && read->state == Read::State::Data) {
        WS_CHECK(read->bytes > 0 && read->bytes <= size, "reading");
        reading.text.append(into, 0, read->bytes);
        continue;
      }
      WS_CHECK(read || read.error().code == ErrorCode::BadData, "reading what is damaged");
      reading.end = !read                               ? Reading::End::Damaged
                    : read->state == Read::State::Ended ? Reading::End::Ended
                                                        : Reading::End::NotNow;
      break;
    }
    return reading;
  }

 private:
  std::shared_ptr<std::string_view> bytes_;

 public:
  UnpackedFile file;
};

Reading rest_of(const Reading& whole, std::uint64_t offset) {
  return {whole.text.substr(offset), whole.end};
}

void check_growing(std::string_view bytes, Packing packing, std::size_t cut, std::size_t piece,
                   const Reading& whole) {
  Packed packed(bytes.substr(0, cut), packing);
  Reading reading = packed.read_all(piece);
  const bool can_grow = reading.end == Reading::End::Ended || reading.end == Reading::End::NotNow;
  if (can_grow) {
    packed.grow_to(bytes);
    const Reading rest = packed.read_all(piece, kTextBytesMax - reading.text.size());
    reading = {reading.text + rest.text, rest.end};
  }
  WS_CHECK(agree(reading, whole), "reading what grows");
}

void check_member(std::string_view bytes, Packing packing, const MemberStart& start,
                  const Reading& whole) {
  Packed packed(bytes, packing);
  packed.file.begin_at(start);
  const std::size_t left = kTextBytesMax - start.unpacked_offset;
  WS_CHECK(agree(packed.read_all(1'000, left), rest_of(whole, start.unpacked_offset)),
           "beginning with the last member");
}

/// Of `packed`, all of which was read.
void check_place(Packed& packed, std::size_t place, const Reading& whole) {
  std::string into(100, '\0');
  const Result<std::size_t> taken = packed.file.read_at(place, into);
  const std::string expected = whole.text.substr(place, into.size());
  WS_CHECK(taken || (expected.empty() && whole.end == Reading::End::Damaged), "reading at a place");
  if (taken) {
    into.resize(*taken);
    const bool is_more = whole.end == Reading::End::TooLong && into.size() > expected.size();
    WS_CHECK(into == expected || (is_more && into.starts_with(expected)), "reading at a place");
  }
  WS_CHECK(packed.file.seek(place), "going back");
  const Reading again = packed.read_all(5'000, kTextBytesMax - place);
  WS_CHECK(agree(again, rest_of(whole, place)), "going back");
}

/// What was packed, and where a member or a frame of it ends: there, and in the text.
struct Repacked {
  std::string packed = {};
  std::string text = {};
  std::map<std::size_t, std::size_t> ends = {{0, 0}};
};

Repacked repacked_of(FuzzInput& input, bool is_gzip, bool has_checksum) {
  constexpr int kMembersMax = 4;
  Repacked all;
  for (int left = kMembersMax; left > 0 && !input.is_over(); --left) {
    const unsigned kind = input.byte();
    std::string text(input.text());
    if (kind % 4 == 1) text += half_random(kind * std::size_t{200}, kind);
    if (kind % 4 == 2) text = std::string(kind * std::size_t{100}, text.empty() ? '\0' : text[0]);
    if (is_gzip) {
      all.packed += gzip_of(text, kind % 8 < 4 ? GzipHeader::Plain : GzipHeader::Full);
    } else if (kind % 16 == 15) {
      all.packed += zstd_without_text(text);
      text.clear();
    } else {
      const bool is_checked = has_checksum || kind % 8 < 4;
      all.packed += zstd_of(text, {kind % 16 < 8, is_checked, 1 + static_cast<int>(kind % 19)});
    }
    all.text += text;
    all.ends[all.packed.size()] = all.text.size();
  }
  return all;
}

void run_repacked(std::size_t piece, FuzzInput input) {
  const unsigned what = input.below(4);
  const std::size_t any = input.byte() + std::size_t{256} * input.byte();
  const bool is_gzip = input.below(2) == 0;
  Repacked all = repacked_of(input, is_gzip, what == 3);
  if (all.packed.empty()) return;
  std::string packed = all.packed;
  const std::size_t at = any % packed.size();
  if (what == 1 && is_gzip) packed += std::string(at % 600, '\0');
  if (what == 2) packed.resize(at);
  if (what == 3) packed[at] = static_cast<char>(packed[at] ^ static_cast<char>(1 + any % 255));
  const std::string_view bytes = packed;
  const auto kind = packing_of(MemoryFile(std::make_shared<const std::string_view>(bytes))).value();
  const Packing expected_kind = is_gzip ? Packing::Gzip : Packing::Zstd;
  WS_CHECK(what > 1 || kind == expected_kind, "telling how a file is packed");
  if (kind != expected_kind) return;

  const Reading reading = Packed(bytes, kind).read_all(piece);
  if (what < 2) {
    WS_CHECK(reading.end == Reading::End::Ended && reading.text == all.text, "unpacking");
    return;
  }
  if (what == 3) {
    const bool is_whole = reading.end == Reading::End::Ended;
    WS_CHECK(!is_whole || all.text.starts_with(reading.text), "unpacking what was changed");
    return;
  }
  const auto end = std::prev(all.ends.upper_bound(at));
  WS_CHECK(all.text.starts_with(reading.text), "unpacking a part");
  WS_CHECK(reading.text.size() >= end->second, "unpacking all that is whole of a part");
  WS_CHECK(reading.end != Reading::End::Damaged, "telling a part from what is damaged");
  WS_CHECK(end->first != at || reading.end == Reading::End::Ended, "ending behind a whole part");
}

void run(std::string_view input) {
  if (input.size() < kHeaderBytes) return;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(input[at]); };
  const std::size_t piece = kPieceSizes[byte(0) % kPieceSizes.size()];
  if (byte(0) >= 128) return run_repacked(piece, FuzzInput(input.substr(1)));
  const std::size_t any = byte(1) + std::size_t{256} * byte(2);
  const std::string_view bytes = input.substr(kHeaderBytes);
  const MemoryFile file(std::make_shared<const std::string_view>(bytes));
  const Packing packing = packing_of(file).value();
  if (packing == Packing::None) return;

  Packed packed(bytes, packing);
  const Reading whole = packed.read_all(50'000);
  WS_CHECK(agree(Packed(bytes, packing).read_all(piece), whole), "reading in pieces");
  check_growing(bytes, packing, any % (bytes.size() + 1), piece, whole);
  check_member(bytes, packing, packed.file.last_member(), whole);
  // It may say what is not true: zstd itself does not notice where the last block is empty.
  WS_CHECK(unpacked_length(file, packing), "asking for the length");
  check_place(packed, any % (whole.text.size() + 1), whole);
}

std::vector<std::string> seeds() {
  const std::string text = half_random(500);
  const std::string one = "one\n";
  std::vector<std::string> seeds;
  for (const std::string& packed :
       {gzip_of(""), gzip_of(one), gzip_of(text), gzip_of(one, GzipHeader::Full),
        gzip_of(one) + gzip_of("") + gzip_of(text), gzip_of(one) + std::string(3, '\0'),
        zstd_of(""), zstd_of(one), zstd_of(text),
        zstd_of(text, {.has_length = false, .has_checksum = false}),
        zstd_of(one) + zstd_without_text(one) + zstd_of(text),
        zstd_of(std::string(200'000, 'x')) + "garbage", zstd_of(text, {.level = 19})}) {
    const auto piece = static_cast<char>(seeds.size());
    const auto cut = static_cast<char>(packed.size() / 2);
    seeds.push_back(std::string{piece, cut, '\0'} + packed);
  }
  for (const char what : {'\0', '\1', '\2', '\3'}) {
    for (const char packing : {'\0', '\1'}) {
      const auto piece = static_cast<char>(0x83 + what);
      seeds.push_back(std::string{piece, what, '\x21', '\0', packing} +
                      std::string("\4\3one\x11\2tw\x0F\4skip\x0A\1x"));
    }
  }
  return seeds;
}

}  // namespace

const FuzzTarget kUnpackedFileFuzz{&run, &seeds};

}  // namespace wordstream
