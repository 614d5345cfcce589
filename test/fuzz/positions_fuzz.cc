// What journals have of places is read as it was written, and refused where it is nothing that was
// written: which file a position is in and what proves its place, where a file sink stands, under
// which name a stream is sent. And positions, whatever moves them, are those that a map has.
//   input: which of these (1 byte); then its numbers (8 bytes each) and texts, or bytes as a
//   journal has them
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "fuzz/input.h"
#include "fuzz/target.h"
#include "model/positions.h"
#include "send/flow.h"
#include "sink/file_mark.h"
#include "source/file_proof.h"

namespace wordstream {
namespace {

Position position_in(std::string name, std::uint64_t offset, std::string proof) {
  Stream stream{std::move(name), ""};
  return {std::make_shared<const Stream>(std::move(stream)), offset, Position::Place::BehindLine,
          std::move(proof)};
}

bool are_same(const KnownFile& one, const KnownFile& other) {
  return one.id.inode == other.id.inode && one.id.birth == other.id.birth &&
         one.member == other.member && encode(one.proof) == encode(other.proof);
}

/// Small ones and great ones.
std::uint64_t number_in(FuzzInput& input) {
  const unsigned kind = input.byte();
  return kind < 200 ? kind * std::uint64_t{16} : input.number();
}

void run_file_bytes(FuzzInput& input) {
  const std::uint64_t offset = number_in(input);
  std::string name(input.text());
  const Position position = position_in(std::move(name), offset, std::string(input.rest()));
  const std::optional<KnownFile> known = file_of(position);
  if (!known) return;
  const FileProof& proof = known->proof;
  WS_CHECK(proof.began <= offset && proof.head_length <= kHeadBytesMax, "bounding a proof");
  WS_CHECK(proof.tail_length <= std::min<std::uint64_t>(kTailBytesMax, offset), "bounding a tail");
  WS_CHECK(!known->knows_others || proof.head_length <= offset, "bounding a head");
  // What earlier forms knew of a head may be more than was read.
  if (!known->knows_others) return;
  const std::optional<KnownFile> again =
      file_of(position_in(encode(known->id, known->member), offset, encode(proof)));
  WS_CHECK(again && are_same(*again, *known), "writing a file that was read");
}

void run_file(FuzzInput& input) {
  const std::uint64_t offset = number_in(input);
  KnownFile file;
  file.id = {number_in(input), Nanos(static_cast<std::int64_t>(number_in(input)))};
  FileProof& proof = file.proof;
  proof.role = static_cast<FileRole>(input.below(6));
  proof.order = number_in(input);
  proof.seen = number_in(input);
  proof.head_length = number_in(input);
  proof.head_checksum = static_cast<std::uint32_t>(number_in(input));
  proof.tail_length = number_in(input);
  proof.tail_checksum = number_in(input);
  proof.began = number_in(input);
  if (input.below(2) == 0) {
    proof.member.packed_offset = number_in(input);
    proof.member.unpacked_offset = number_in(input);
  }
  std::ranges::copy(input.bytes(proof.chain.bytes.size()), proof.chain.bytes.begin());
  proof.open.bytes.back() = static_cast<unsigned char>(input.byte());
  const unsigned cut = 1 + input.below(static_cast<unsigned>(proof.open.bytes.size()));
  file.member = input.rest();

  const bool is_good = proof.role <= FileRole::Stranger && proof.began <= offset &&
                       proof.head_length <= std::min<std::uint64_t>(1024, offset) &&
                       proof.tail_length <= std::min<std::uint64_t>(64, offset) &&
                       proof.member.unpacked_offset <= offset;
  const std::string name = encode(file.id, file.member);
  const std::string bytes = encode(proof);
  const std::optional<KnownFile> read = file_of(position_in(name, offset, bytes));
  WS_CHECK(read.has_value() == is_good, "taking a proof or refusing it");
  WS_CHECK(!read || (are_same(*read, file) && read->knows_others), "reading what was written");
  WS_CHECK(!file_of(position_in(name, offset, bytes + "x")),
           "refusing a proof with more behind it");
  const std::string part = bytes.substr(0, bytes.size() - cut);
  WS_CHECK(!file_of(position_in(name, offset, part)), "refusing a part of a proof");
  WS_CHECK(!file_of(position_in("", offset, bytes)), "refusing what has no name");
}

void check_mark(const FileMark& mark, bool is_good) {
  const std::optional<FileMark> read = decode_file_mark(encode(mark));
  WS_CHECK(read.has_value() == is_good, "taking a mark or refusing it");
  WS_CHECK(!read || (read->inode == mark.inode && read->birth == mark.birth &&
                     read->length == mark.length && read->tail == mark.tail),
           "reading a mark that was written");
}

void run_mark(FuzzInput& input) {
  if (input.below(2) == 0) {
    const std::optional<FileMark> read = decode_file_mark(input.rest());
    if (read) check_mark(*read, true);
    return;
  }
  FileMark mark{number_in(input), Nanos(static_cast<std::int64_t>(number_in(input))),
                number_in(input), ""};
  mark.tail = input.rest();
  check_mark(mark, mark.tail.size() <= std::min<std::uint64_t>(64, mark.length));
  // As the view of a journal reads it.
  const std::string digits = std::to_string(mark.length);
  const std::string title = title_of(mark);
  WS_CHECK(title.starts_with(digits + " byte"), "telling people of a mark");
}

void run_flow(FuzzInput& input) {
  if (input.below(2) == 0) {
    Position position = position_in("s", 7, std::string(input.rest()));
    const std::optional<FlowName> name = take_name(position);
    if (!name) return;
    Position again = with_name(position, *name);
    const std::optional<FlowName> read = take_name(again);
    WS_CHECK(read && again == position && read->text() == name->text() &&
                 read->first == name->first && read->journal == name->journal,
             "writing a name that was read");
    return;
  }
  FlowName name;
  name.base = input.text();
  name.generation = number_in(input);
  name.first = number_in(input);
  name.journal = input.text();
  const Position bare = position_in("s", 7, std::string(input.rest()));
  Position position = with_name(bare, name);
  const std::optional<FlowName> read = take_name(position);
  WS_CHECK(read.has_value() == (!name.base.empty() && name.generation != 0), "taking a name");
  if (!read) return;
  WS_CHECK(position == bare, "taking a name off");
  WS_CHECK(read->base == name.base && read->generation == name.generation &&
               read->first == name.first && read->journal == name.journal,
           "reading a name that was written");
  WS_CHECK(is_name_alone(*name_alone(name).stream) && !is_name_alone(*bare.stream),
           "telling names that are alone");
}

/// Nothing for a stream that is over.
using Plain = std::map<std::string, std::optional<std::pair<std::uint64_t, std::string>>>;

void check_positions(const Positions& positions, const Plain& plain) {
  WS_CHECK(positions.by_name().size() == plain.size() && positions.empty() == plain.empty(),
           "naming streams");
  std::size_t line_count = 0;
  for (const auto& [name, place] : plain) {
    const Position* const found = positions.find(name);
    WS_CHECK((found != nullptr) == place.has_value(), "finding a stream");
    if (found == nullptr) continue;
    ++line_count;
    WS_CHECK(found->offset == place->first && found->stream->title == place->second, "its place");
  }
  const std::string text = to_text(positions);
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  const auto tabs = static_cast<std::size_t>(std::ranges::count(text, '\t'));
  WS_CHECK(lines == line_count && tabs == line_count, "a line for each stream");
  WS_CHECK(std::ranges::none_of(text,
                                [](char c) {
                                  return (static_cast<unsigned char>(c) < 0x20 && c != '\n' &&
                                          c != '\t') ||
                                         c == 0x7F;
                                }),
           "showing what people call streams");
}

void run_moves(FuzzInput& input) {
  constexpr std::string_view kNames = "abcdefgh";
  std::array<Positions, 2> changes;
  std::array<Plain, 2> plain;
  while (!input.is_over()) {
    const unsigned act = input.byte();
    const std::size_t at = act % 2;
    const std::string name(1, kNames[act / 2 % kNames.size()]);
    switch (act / 16 % 8) {
      case 0:
        changes[at].set_over(Stream{name, ""});
        plain[at][name] = std::nullopt;
        break;
      case 1:
        changes[at].merge(changes[1 - at]);
        for (const auto& [other, place] : plain[1 - at]) plain[at][other] = place;
        break;
      case 2: {
        // All positions: none of these is over.
        changes[at].apply(changes[1 - at]);
        for (const auto& [other, place] : plain[1 - at]) {
          place ? void(plain[at][other] = place) : void(plain[at].erase(other));
        }
        break;
      }
      case 3: {
        const Positions old = changes[at];
        changes[at] = Positions();
        WS_CHECK(old.empty() == (old == changes[at]), "comparing positions");
        plain[at].clear();
        break;
      }
      default: {
        const std::uint64_t offset = number_in(input);
        std::string title(input.text());
        plain[at][name] = {offset, title};
        changes[at].set({std::make_shared<const Stream>(Stream{name, std::move(title)}), offset});
      }
    }
    check_positions(changes[at], plain[at]);
  }
}

void run(std::string_view bytes) {
  FuzzInput input(bytes);
  switch (input.below(5)) {
    case 0:
      return run_file_bytes(input);
    case 1:
      return run_file(input);
    case 2:
      return run_mark(input);
    case 3:
      return run_flow(input);
    default:
      return run_moves(input);
  }
}

/// The bytes of a position that is read, behind its offset.
std::string file_bytes(std::string_view offset, const std::string& name, const std::string& proof) {
  return std::string(1, '\0') + std::string(offset) + static_cast<char>(name.size()) + name + proof;
}

std::vector<std::string> seeds() {
  using namespace std::string_literals;
  const FileId id{4711, Nanos(1'357'008'430'000'000'000)};
  FileProof proof;
  proof.seen = 90;
  proof.head_length = 80;
  proof.tail_length = 64;
  FileProof packed = proof;
  packed.role = FileRole::Copy;
  packed.member = {20, 16};
  const FlowName name{"web1:/var/log/app.log:1:2", 2, 100, "journal"};
  return {file_bytes("\x08", encode(id), encode(proof)),
          file_bytes("\x08", encode(id, "/var/log/x"), encode(packed)),
          file_bytes("\x08", encode(id), "\x05\x40\x07"),
          file_bytes("\x08", "\1\5\x09\0\x40\x07"s, ""),
          "\1\x08\1\1\0\1\1\1\1\1\1\1\0\1\1"s + std::string(16, 'd') + "xymember",
          "\2\0"s + encode(FileMark{7, Nanos(3), 40, "the last of it"}),
          "\2\0\1\2\3\4"s,
          "\2\1\1\2\3the last of it"s,
          "\3\0"s + with_name(position_in("s", 7, "proof"), name).proof,
          "\3\1\4base\2\3\7journalproof"s,
          "\4\x40\1\3one\x42\2\2tw\x41\3\0\x51\x20\4\x30\x41\1\1\x1B\x10"s};
}

}  // namespace

const FuzzTarget kPositionsFuzz{&run, &seeds};

}  // namespace wordstream
