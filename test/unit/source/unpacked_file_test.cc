#include "source/unpacked_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catch.h"
#include "packed.h"
#include "seeds.h"
#include "sim/world.h"

using namespace wordstream;
using namespace std::string_literals;

namespace {

constexpr std::size_t kAnySize = 64 << 10;

/// Files of one world, opened for reading.
struct PackedFiles {
  sim::World world{1};

  /// The file "NUMBER.gz", another one each time.
  std::string path;
  void write(std::string_view packed) {
    path = fmt::format("{}.gz", ++count);
    world.disk.append(path, packed);
  }
  std::unique_ptr<UnpackedFile> open() {
    std::unique_ptr<File> file = std::move(world.files.open(path).value());
    const Packing packing = packing_of(*file).value();
    return std::make_unique<UnpackedFile>(std::move(file), packing, path);
  }
  std::unique_ptr<UnpackedFile> open(std::string_view packed) {
    write(packed);
    return open();
  }

  int count = 0;
};

/// What reading brings, and how it ends: "ended", "not now", or a failure's message.
struct Reading {
  std::string text;
  std::string end;
};

Reading read_all(UnpackedFile& file, std::size_t piece = kAnySize) {
  std::string into(piece, '\0');
  for (Reading reading;;) {
    const std::uint64_t offset = file.offset().value();
    const Result<Read> read = file.read(into);
    if (read && read->state == Read::State::Data) {
      REQUIRE(read->bytes > 0);
      REQUIRE(read->bytes <= into.size());
      REQUIRE(file.offset().value() == offset + read->bytes);
      REQUIRE(file.last_member().unpacked_offset <= offset);
      reading.text.append(into, 0, read->bytes);
      continue;
    }
    REQUIRE(file.offset().value() == offset);
    reading.end = !read                               ? read.error().message
                  : read->state == Read::State::Ended ? "ended"
                                                      : "not now";
    if (!read) CHECK(read.error().code == ErrorCode::BadData);
    return reading;
  }
}

/// Packs a text as one member or frame; some ways for each packing.
using Pack = std::string (*)(std::string_view);
std::string gzip_plain(std::string_view text) { return gzip_of(text); }
std::string gzip_full(std::string_view text) { return gzip_of(text, GzipHeader::Full); }
std::string zstd_plain(std::string_view text) { return zstd_of(text); }
std::string zstd_bare(std::string_view text) {
  return zstd_of(text, {.has_length = false, .has_checksum = false});
}
Pack any_pack() { return GENERATE(&gzip_plain, &gzip_full, &zstd_plain, &zstd_bare); }

/// Several members, one of them empty; and where in them, and in the text, each begins.
struct Members {
  std::string text;
  std::string packed;
  std::vector<MemberStart> starts;

  void add(Pack pack, std::string_view more) {
    starts.push_back({packed.size(), text.size()});
    packed += pack(more);
    text += more;
  }
};
Members several(Pack pack, std::size_t size) {
  Members members;
  members.add(pack, half_random(size, 1));
  members.add(pack, half_random(size / 3, 2));
  members.add(pack, "");
  members.add(pack, half_random(size / 2, 3));
  return members;
}

}  // namespace

TEST_CASE("a packed file is read as the text in it", "[unpacked]") {
  const Pack pack = any_pack();
  const std::size_t size = GENERATE(as<std::size_t>{}, 0, 1, 100, 5'000, 400'000);
  const std::size_t piece = GENERATE(as<std::size_t>{}, 1, 7, 4'096, 128 << 10, 1 << 20);
  if (size / piece > 10'000) return;
  CAPTURE(size, piece);
  PackedFiles files;
  const std::string text = half_random(size);
  const auto file = files.open(pack(text));
  const Reading reading = read_all(*file, piece);
  CHECK((reading.text == text));
  CHECK(reading.end == "ended");
  CHECK(read_all(*file).end == "ended");
  CHECK(file->trailing_at() == std::nullopt);
}

TEST_CASE("a packed file says of itself what the packed one is", "[unpacked]") {
  PackedFiles files;
  const std::string packed = gzip_of("some text");
  const auto file = files.open(packed);
  CHECK(file->info()->size == packed.size());
  CHECK(file->info()->kind == FileInfo::Kind::Regular);
  CHECK(file->info()->inode == files.world.files.info(files.path)->inode);
}

TEST_CASE("several members are one text", "[unpacked]") {
  const Pack pack = any_pack();
  PackedFiles files;
  const Members members = several(pack, 10'000);
  const auto file = files.open(members.packed);
  const Reading reading = read_all(*file, GENERATE(as<std::size_t>{}, 100, 100'000));
  CHECK((reading.text == members.text));
  CHECK(reading.end == "ended");
}

TEST_CASE("many members without text are no text", "[unpacked]") {
  PackedFiles files;
  const std::string empty = GENERATE(gzip_of(""), zstd_of(""), zstd_without_text(""));
  std::string packed;
  for (int i = 0; i < 10'000; ++i) packed += empty;
  const auto file = files.open(packed);
  CHECK(read_all(*file).end == "ended");
  CHECK(file->last_member() == MemberStart{});
}

TEST_CASE("frames of zstd that are no text are passed over", "[unpacked]") {
  PackedFiles files;
  const auto file = files.open(zstd_without_text("abc") + zstd_of("one ") + zstd_without_text("") +
                               zstd_of("two") + zstd_without_text(std::string(100, 'x')));
  const Reading reading = read_all(*file);
  CHECK(reading.text == "one two");
  CHECK(reading.end == "ended");
}

TEST_CASE("a packed file that is cut anywhere is read on when it has grown", "[unpacked]") {
  const Pack pack = any_pack();
  const std::size_t piece = GENERATE(as<std::size_t>{}, 3, 1'000);
  PackedFiles files;
  const Members members = several(pack, 150);
  std::set<std::size_t> ends{members.packed.size()};
  for (const MemberStart& start : members.starts) ends.insert(start.packed_offset);
  for (std::size_t cut = 4; cut <= members.packed.size(); ++cut) {
    CAPTURE(cut, piece);
    const auto file = files.open(members.packed.substr(0, cut));
    Reading reading = read_all(*file, piece);
    REQUIRE((members.text.starts_with(reading.text)));
    REQUIRE(reading.end == (ends.contains(cut) ? "ended" : "not now"));
    REQUIRE(read_all(*file, piece).end == reading.end);
    files.world.disk.append(files.path, members.packed.substr(cut));
    const Reading rest = read_all(*file, piece);
    REQUIRE((reading.text + rest.text == members.text));
    REQUIRE(rest.end == "ended");
  }
}

TEST_CASE("a packed file that grows byte by byte is read as it grows", "[unpacked]") {
  PackedFiles files;
  const Members members = several(any_pack(), 150);
  files.write(members.packed.substr(0, 4));
  const auto file = files.open();
  std::string text = read_all(*file, 5).text;
  for (const char byte : members.packed.substr(4)) {
    files.world.disk.append(files.path, {&byte, 1});
    text += read_all(*file, 5).text;
  }
  CHECK((text == members.text));
}

TEST_CASE("a file of which nothing was written yet has not ended", "[unpacked]") {
  PackedFiles files;
  files.write("");
  UnpackedFile file(std::move(files.world.files.open(files.path).value()), Packing::Gzip, "a.gz");
  CHECK(read_all(file).end == "not now");
  files.world.disk.append(files.path, gzip_of("one"));
  CHECK(read_all(file).text == "one");
}

// Where nobody sees the damage, a checksum does; of that which was given before nothing is wrong.
TEST_CASE("of a packed file that is damaged anywhere all that stands before is read",
          "[unpacked]") {
  const Pack pack = any_pack();
  const std::size_t size = GENERATE(as<std::size_t>{}, 150, 300'000);
  PackedFiles files;
  const Members members = several(pack, size);
  const std::size_t step = size < 1'000 ? 1 : members.packed.size() / (kIsSanitized ? 10 : 100);
  int found = 0;
  for (std::size_t at = 0; at < members.packed.size(); at += step) {
    const char bit = static_cast<char>(1U << (at % 8));
    for (const char change : {bit, '\xff', '\x80'}) {
      std::string packed = members.packed;
      packed[at] = static_cast<char>(packed[at] ^ change);
      CAPTURE(at, int{change});
      files.write(packed);
      const bool is_known =
          packing_of(*files.world.files.open(files.path).value()) != Packing::None;
      if (!is_known) continue;
      const auto file = files.open();
      const Reading reading = read_all(*file);
      const Reading before = at < 4 ? Reading{} : read_all(*files.open(packed.substr(0, at)));
      REQUIRE((reading.text.starts_with(before.text)));
      REQUIRE((members.text.starts_with(before.text)));
      if (reading.end.starts_with("cannot")) {
        ++found;
        REQUIRE(reading.end.find(" at byte ") != std::string::npos);
        REQUIRE(read_all(*file).end == reading.end);
      } else if (reading.end == "ended" && !file->trailing_at() && pack != &zstd_bare) {
        REQUIRE((reading.text == members.text));
      }
    }
  }
  CHECK(found > 0);
}

TEST_CASE("a damage is named with file, byte and reason", "[unpacked]") {
  PackedFiles files;
  std::string packed = gzip_of("one\n") + gzip_of("two\n");
  packed[packed.size() - 8] ^= 1;
  const auto file = files.open(packed);
  const Reading reading = read_all(*file);
  CHECK(reading.text == "one\ntwo\n");
  CHECK(reading.end == fmt::format("cannot unpack 1.gz: the file is damaged at byte {} (incorrect "
                                   "data check); bring back one that is whole, or leave it out",
                                   packed.size() - 4));
}

TEST_CASE("zeros behind the last member are nothing, other bytes end the text", "[unpacked]") {
  const Pack pack = any_pack();
  const std::string whole = pack("one\n");
  const std::string two = pack("two\n");
  using Trailing = std::optional<std::uint64_t>;
  const auto [behind, text, trailing] = GENERATE_COPY(table<std::string, std::string, Trailing>({
      {"\0"s, "one\n", {}},
      {std::string(300'000, '\0'), "one\n", {}},
      {"garbage", "one\n", whole.size()},
      {"garbage" + two, "one\n", whole.size()},
      {std::string(300'000, '\0') + "x", "one\n", whole.size() + 300'000},
      {std::string(300'000, '\0') + two, "one\ntwo\n", {}},
      {two + "garbage", "one\ntwo\n", whole.size() + two.size()},
  }));
  PackedFiles files;
  const auto file = files.open(whole + behind);
  const Reading reading = read_all(*file);
  CHECK(reading.text == text);
  CHECK(reading.end == "ended");
  CHECK(file->trailing_at() == trailing);
  CHECK(read_all(*file).end == "ended");
}

TEST_CASE("behind zeros a file may grow by a member", "[unpacked]") {
  PackedFiles files;
  const auto file = files.open(gzip_of("one\n") + "\0\0"s);
  CHECK(read_all(*file).end == "ended");
  files.world.disk.append(files.path, gzip_of("two\n"));
  CHECK(read_all(*file).text == "two\n");
}

TEST_CASE("any place in the text can be gone to, and read at", "[unpacked]") {
  const Pack pack = any_pack();
  const std::uint64_t seed = GENERATE(range<std::uint64_t>(0, 10));
  CAPTURE(seed);
  sim::Prng prng(seed);
  PackedFiles files;
  const Members members = several(pack, 20'000);
  const auto file = files.open(members.packed);
  std::size_t at = 0;
  for (int i = 0; i < 50; ++i) {
    const std::size_t place = prng.below(members.text.size() + 100);
    const std::string rest =
        members.text.substr(std::min(place, members.text.size()), prng.between(1, 5'000));
    std::string into(std::max<std::size_t>(rest.size(), 1), '\0');
    if (prng.one_in(2)) {
      REQUIRE(file->seek(place).has_value());
      at = place;
    }
    const auto taken = file->read_at(place, into);
    REQUIRE(taken == rest.size());
    REQUIRE((into.substr(0, rest.size()) == rest));
    REQUIRE(file->offset() == at);
    const auto read = file->read(into);
    REQUIRE(read.has_value());
    REQUIRE((read->state == Read::State::Data) == (at < members.text.size()));
    REQUIRE((members.text.compare(std::min(at, members.text.size()), read->bytes, into, 0,
                                  read->bytes) == 0));
    at += read->bytes;
  }
}

TEST_CASE("behind its end a file is read from there when it has grown", "[unpacked]") {
  PackedFiles files;
  const auto file = files.open(gzip_of("one\n"));
  REQUIRE(file->seek(6).has_value());
  CHECK(file->offset() == 6);
  CHECK(read_all(*file).end == "ended");
  files.world.disk.append(files.path, gzip_of("two\n"));
  CHECK(read_all(*file).text == "o\n");
}

TEST_CASE("behind a damage no place is gone to", "[unpacked]") {
  PackedFiles files;
  std::string packed = gzip_of("one\n") + gzip_of("two\n");
  packed[packed.size() - 1] ^= 1;
  const auto file = files.open(packed);
  CHECK(file->seek(6).has_value());
  CHECK(file->seek(9).error().code == ErrorCode::BadData);
  std::string into(100, '\0');
  CHECK(file->read_at(9, into).error().code == ErrorCode::BadData);
  CHECK(file->read_at(2, into) == 6);
  REQUIRE(file->seek(1).has_value());
  CHECK(read_all(*file).text == "ne\ntwo\n");
}

TEST_CASE("reading can begin at each member that was told of", "[unpacked]") {
  const Pack pack = any_pack();
  PackedFiles files;
  const Members members = several(pack, 20'000);
  const auto file = files.open(members.packed);
  std::set<std::uint64_t> told;
  std::string into(1'000, '\0');
  while (file->read(into)->state == Read::State::Data) {
    const MemberStart start = file->last_member();
    CAPTURE(start.packed_offset, start.unpacked_offset);
    REQUIRE(std::ranges::find(members.starts, start) != members.starts.end());
    if (!told.insert(start.packed_offset).second) continue;
    const auto again = files.open();
    again->begin_at(start);
    CHECK(again->last_member() == start);
    CHECK(again->offset() == start.unpacked_offset);
    CHECK((read_all(*again).text == members.text.substr(start.unpacked_offset)));
    REQUIRE(again->seek(10).has_value());
    CHECK((read_all(*again).text == members.text.substr(10)));
  }
  CHECK(told.size() == 3);
}

TEST_CASE("where no member begins none can be begun at", "[unpacked]") {
  PackedFiles files;
  const auto file = files.open(gzip_of("one\n"));
  file->begin_at({1, 100});
  CHECK(read_all(*file).end.find("damaged at byte 1 (nothing packed begins there)") !=
        std::string::npos);
  CHECK(file->seek(200).error().code == ErrorCode::BadData);
}

// The byte behind the flags says the window: its exponent from 1 KiB on, and eighths.
TEST_CASE("a window over 128 MiB is refused, with the command that helps", "[unpacked]") {
  const auto [window, is_refused] = GENERATE(table<char, bool>({
      {'\x88', false},
      {'\x89', true},
      {'\x90', true},
  }));
  PackedFiles files;
  const std::string frame = "\x28\xb5\x2f\xfd\0"s + window + "\x21\0\0text"s;
  const auto file = files.open(zstd_of("one ") + frame);
  const Reading reading = read_all(*file);
  CHECK(reading.text == (is_refused ? "one " : "one text"));
  if (!is_refused) return;
  CHECK(reading.end == fmt::format("cannot unpack 1.gz: at byte {} begins a frame with a window "
                                   "over 128 MiB; unpack it outside: zstd --long=31 -dc 1.gz | "
                                   "wordstream ...",
                                   zstd_of("one ").size()));
}

TEST_CASE("a disk that fails is no damage", "[unpacked]") {
  PackedFiles files;
  const auto file = files.open(gzip_of("one\n"));
  files.world.disk.break_disk(files.path);
  std::string into(10, '\0');
  CHECK(file->read(into).error().code == ErrorCode::Io);
  CHECK(file->read_at(0, into).error().code == ErrorCode::Io);
  CHECK(packing_of(*file).error().code == ErrorCode::Io);
}
