#include "source/unpacker.h"

#include <string>
#include <string_view>

#include "catch.h"
#include "env/memory.h"
#include "packed.h"

using namespace wordstream;
using namespace std::string_literals;

namespace {

/// The text that `packed` brings until the first step that does not leave it within the member.
struct Unpacked {
  std::string text;
  Unpacker::Step last;
};

Unpacked unpack(Unpacker& unpacker, std::string_view packed, std::size_t piece) {
  std::string into(piece, '\0');
  Unpacked unpacked{"", {Unpacker::State::Within}};
  while (unpacked.last.state == Unpacker::State::Within) {
    unpacked.last = unpacker.step(packed, into);
    unpacked.text.append(into, 0, unpacked.last.given);
    packed.remove_prefix(unpacked.last.taken);
    if (unpacked.last.taken == 0 && unpacked.last.given == 0) break;
  }
  return unpacked;
}

}  // namespace

// zstd itself would not tell of what such a call has unpacked.
TEST_CASE("what was unpacked before a damaged block is given", "[unpacker]") {
  const std::string header = "\x28\xb5\x2f\xfd\0\x40"s;
  const std::string block = "\x50\0\0ten bytes."s;
  const std::string damaged_block = "\x06\0\0"s;
  const auto unpacker = make_unpacker(Packing::Zstd);
  unpacker->begin();
  const std::size_t piece = GENERATE(as<std::size_t>{}, 1, 3, 4, 5, 9, 10, 11, 1'000);
  const Unpacked unpacked = unpack(*unpacker, header + block + block + damaged_block, piece);
  CHECK(unpacked.text == "ten bytes.ten bytes.");
  CHECK(unpacked.last.state == Unpacker::State::Damaged);
  CHECK(unpacked.last.reason != ""s);
}

TEST_CASE("the memory that unpacking takes is counted", "[unpacker]") {
  const HeapMemory memory;
  const std::string text(4 << 20, 'a');
  const auto [packing, packed, least] = GENERATE_REF(table<Packing, std::string, std::uint64_t>({
      {Packing::Gzip, gzip_of(text), 32 << 10},
      {Packing::Zstd, zstd_of(text), 2 << 20},
  }));
  const std::uint64_t before = memory.used();
  auto unpacker = make_unpacker(packing);
  unpacker->begin();
  std::string into(1000, '\0');
  std::string_view left = packed;
  for (std::size_t given = 0; given == 0;) {
    const Unpacker::Step step = unpacker->step(left, into);
    REQUIRE(step.state == Unpacker::State::Within);
    left.remove_prefix(step.taken);
    given = step.given;
  }
  CHECK(memory.used() >= before + least);
  unpacker.reset();
  CHECK(memory.used() < before + least);
}

TEST_CASE("a member is over with its last byte, and what is behind it is not taken", "[unpacker]") {
  const auto [packing, packed] = GENERATE(table<Packing, std::string>({
      {Packing::Gzip, gzip_of("one two")},
      {Packing::Zstd, zstd_of("one two")},
      {Packing::Zstd, zstd_of("one two", {.has_length = false, .has_checksum = false})},
  }));
  const std::size_t piece = GENERATE(as<std::size_t>{}, 1, 6, 7, 8);
  const auto unpacker = make_unpacker(packing);
  for (int again = 0; again < 2; ++again) {
    unpacker->begin();
    std::string_view left = packed;
    std::string into(piece, '\0');
    std::string text;
    Unpacker::Step step{Unpacker::State::Within};
    while (step.state == Unpacker::State::Within) {
      step = unpacker->step(std::string(left) + "behind", into);
      text.append(into, 0, step.given);
      REQUIRE(step.taken <= left.size());
      left.remove_prefix(step.taken);
    }
    CHECK(step.state == Unpacker::State::Over);
    CHECK(text == "one two");
    CHECK(left.empty());
  }
}

TEST_CASE("a member can be begun after a damage", "[unpacker]") {
  const auto [packing, packed] = GENERATE(table<Packing, std::string>({
      {Packing::Gzip, gzip_of("one two")},
      {Packing::Zstd, zstd_of("one two")},
  }));
  std::string damaged = packed;
  damaged.back() ^= 1;
  const auto unpacker = make_unpacker(packing);
  unpacker->begin();
  CHECK(unpack(*unpacker, damaged, 100).last.state == Unpacker::State::Damaged);
  unpacker->begin();
  const Unpacked unpacked = unpack(*unpacker, packed, 100);
  CHECK(unpacked.text == "one two");
  CHECK(unpacked.last.state == Unpacker::State::Over);
}
