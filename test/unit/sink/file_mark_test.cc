#include "sink/file_mark.h"

#include <string>

#include "base/varint.h"
#include "catch.h"
#include "sim/prng.h"
#include "sim/world.h"

using namespace wordstream;

namespace {

const FileMark kMark{17, Nanos(1'700'000'000'000'000'000), 300, "the end\n"};

}  // namespace

TEST_CASE("a file's mark survives being kept", "[file_mark]") {
  const auto kept = decode_file_mark(encode(kMark));
  REQUIRE(kept);
  CHECK(kept->inode == kMark.inode);
  CHECK(kept->birth == kMark.birth);
  CHECK(kept->length == kMark.length);
  CHECK(kept->tail == kMark.tail);
}

TEST_CASE("a file's mark has the bytes that it always had", "[file_mark]") {
  CHECK(encode({300, Nanos(2), 3, "ab\n"}) == std::string("\x02\xac\x02\x02\x03"
                                                          "ab\n"));
  CHECK(title_of({300, Nanos(2), 1, ""}) == "1 byte of inode 300");
}

TEST_CASE("a mark of version 1 of the journal is taken as it is, its device aside", "[file_mark]") {
  std::string bytes;
  for (const std::uint64_t number : {1U, 99U, 17U, 300U}) append_varint(bytes, number);
  const auto kept = decode_file_mark(bytes);
  REQUIRE(kept);
  CHECK(kept->inode == 17);
  CHECK(kept->birth == Nanos::zero());
  CHECK(kept->length == 300);
  CHECK(kept->tail.empty());
  CHECK_FALSE(decode_file_mark(bytes + "x"));
}

TEST_CASE("any bytes are read as a mark or refused", "[file_mark]") {
  sim::Prng prng(3);
  CHECK_FALSE(decode_file_mark(""));
  CHECK_FALSE(decode_file_mark("\x03\x01\x01\x01"));
  CHECK_FALSE(
      decode_file_mark("\x02\x01\x01\x02"
                       "abc"));  // more than there was
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = encode(kMark);
    bytes.at(prng.below(bytes.size())) = static_cast<char>(prng.next());
    bytes.resize(prng.between(1, bytes.size() + 2), '\xff');
    const auto mark = decode_file_mark(bytes);
    if (mark) CHECK(mark->tail.size() <= 64);
  }
}

TEST_CASE("a file is known by its inode and, where both are known, birth, on any device",
          "[file_mark]") {
  FileInfo info{FileInfo::Kind::Regular, 1, 17, 400, kMark.birth};
  CHECK(is_same_file(info, kMark));
  info.device = 2;
  CHECK(is_same_file(info, kMark));
  info.birth += Nanos(1);
  CHECK_FALSE(is_same_file(info, kMark));
  info.birth = Nanos::zero();
  CHECK(is_same_file(info, kMark));
  info.inode = 18;
  CHECK_FALSE(is_same_file(info, kMark));
}

TEST_CASE("a mark knows the last 64 bytes that are ours", "[file_mark]") {
  sim::World world(1);
  const auto file = world.storage.open_file("/out").value();
  const std::string text(100, 'x');
  REQUIRE(file->append("short").has_value());
  CHECK(mark_file(*file, 5).value().tail == "short");
  CHECK(mark_file(*file, 0).value().tail.empty());
  REQUIRE(file->append(text + "and more").has_value());
  const FileMark mark = mark_file(*file, 105).value();
  CHECK(mark.tail == std::string(64, 'x'));
  CHECK(ends_as(*file, mark).value());
  FileMark other = mark;
  other.tail.back() = 'y';
  CHECK_FALSE(ends_as(*file, other).value());
}
