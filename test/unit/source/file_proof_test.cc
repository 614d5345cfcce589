#include "source/file_proof.h"

#include <initializer_list>
#include <memory>
#include <string>

#include "base/varint.h"
#include "catch.h"
#include "sim/prng.h"

using namespace wordstream;

namespace {

const FileId kId{123'456'789'012, Nanos(1'700'000'000'000'000'000)};

FileProof some_proof() {
  FileProof proof;
  proof.role = FileRole::Left;
  proof.order = 12;
  proof.seen = 5'000'000;
  proof.head_length = 1024;
  proof.head_checksum = 0xfedcba98;
  proof.tail_length = 64;
  proof.tail_checksum = 0xfedcba9876543210;
  proof.began = 7;
  proof.chain.bytes.fill(0xab);
  proof.open.bytes.fill(0xcd);
  return proof;
}

Position position_in(const std::string& name, const std::string& proof,
                     std::uint64_t offset = 4'000'000) {
  return {std::make_shared<const Stream>(Stream{name, ""}), offset, Position::Place::BehindLine,
          proof};
}

std::string encoded(std::initializer_list<std::uint64_t> numbers) {
  std::string bytes;
  for (const std::uint64_t number : numbers) append_varint(bytes, number);
  return bytes;
}

}  // namespace

TEST_CASE("what is known of a file survives being kept", "[file proof]") {
  const FileProof proof = some_proof();
  const auto kept = file_of(position_in(encode(kId), encode(proof)));
  REQUIRE(kept);
  CHECK(kept->id == kId);
  CHECK(kept->knows_others);
  CHECK(kept->proof.role == FileRole::Left);
  CHECK(kept->proof.order == proof.order);
  CHECK(kept->proof.seen == proof.seen);
  CHECK(kept->proof.head_length == proof.head_length);
  CHECK(kept->proof.head_checksum == proof.head_checksum);
  CHECK(kept->proof.tail_length == proof.tail_length);
  CHECK(kept->proof.tail_checksum == proof.tail_checksum);
  CHECK(kept->proof.began == proof.began);
  CHECK(kept->proof.chain == proof.chain);
  CHECK(kept->proof.open == proof.open);
}

TEST_CASE("a name and a proof have the bytes that they always had", "[file proof]") {
  CHECK(encode(FileId{300, Nanos(2)}) == std::string("\x02\xac\x02\x02"));
  FileProof proof;
  proof.role = FileRole::Done;
  proof.order = 9;
  proof.seen = 300;
  proof.head_length = 1;
  proof.head_checksum = 0xE8B7BE43;  // of "a"
  proof.tail_length = 1;
  proof.tail_checksum = 5;
  proof.began = 0;
  proof.open.bytes.fill('o');
  const std::string chain(16, '\0');
  const std::string open(16, 'o');
  CHECK(encode(proof) == std::string("\x03\x02\x09\xac\x02\x01\xc3\xfc\xde\xc5\x0e\x01\x05", 13) +
                             std::string(1, '\0') + chain + open);
  CHECK(encode(some_proof()).size() < 100);
}

TEST_CASE("the proof of a packed file says where a member begins", "[file proof]") {
  FileProof proof = some_proof();
  proof.member = {5, 7};
  const std::string bytes = encode(proof);
  const auto kept = file_of(position_in(encode(kId), bytes));
  REQUIRE(kept);
  CHECK(kept->proof.member == proof.member);
  CHECK(kept->proof.began == proof.began);
  CHECK(kept->proof.open == proof.open);
  CHECK(bytes.size() == encode(some_proof()).size() + 2);
}

TEST_CASE("a name of version 1 of the journal has all that was known", "[file proof]") {
  const std::string name("\x01\x01\xac\x02\x02\x01\xc3\xfc\xde\xc5\x0e");
  const auto kept = file_of(position_in(name, ""));
  REQUIRE(kept);
  CHECK(kept->id == FileId{300, Nanos(2)});
  CHECK(kept->proof.head_length == 1);
  CHECK(kept->proof.head_checksum == 0xE8B7BE43);
  CHECK_FALSE(file_of(position_in(name, "more")));
}

TEST_CASE("a proof of the beginning alone begins at its place", "[file proof]") {
  const auto kept = file_of(position_in(encode(kId), encoded({2049, 8, 0xE8B7BE43}), 500));
  REQUIRE(kept);
  CHECK(kept->id == kId);
  CHECK(kept->proof.role == FileRole::AtPath);
  CHECK(kept->proof.head_length == 8);
  CHECK(kept->proof.began == 500);
  CHECK(kept->proof.seen == 500);
  CHECK(kept->proof.tail_length == 0);
  CHECK_FALSE(kept->knows_others);
}

TEST_CASE("no part of a name or proof, nor one with more behind it, is one", "[file proof]") {
  const std::string name = encode(kId);
  const std::string proof = encode(some_proof());
  for (std::size_t size = 0; size < name.size(); ++size) {
    CHECK_FALSE(file_of(position_in(name.substr(0, size), proof)));
  }
  for (std::size_t size = 0; size < proof.size(); ++size) {
    if (size == encoded({3, 1, 12}).size()) continue;  // three numbers: an earlier form
    CHECK_FALSE(file_of(position_in(name, proof.substr(0, size))));
  }
  CHECK_FALSE(file_of(position_in(name + '\0', proof)));
  CHECK_FALSE(file_of(position_in(name, proof + '\0')));
}

TEST_CASE("numbers that no file has are none", "[file proof]") {
  const std::string digests(32, '\0');
  const auto known = [&](std::initializer_list<std::uint64_t> name,
                         std::initializer_list<std::uint64_t> proof) {
    return file_of(position_in(encoded(name), encoded(proof) + digests, 2000)).has_value();
  };
  CHECK(known({2, 3, 4}, {3, 0, 0, 0, kHeadBytesMax, UINT32_MAX, kTailBytesMax, UINT64_MAX, 2000}));
  CHECK_FALSE(known({3, 3, 4}, {3, 0, 0, 0, 0, 0, 0, 0, 0}));
  CHECK_FALSE(known({2, 3, 4}, {5, 0, 0, 0, 0, 0, 0, 0, 0}));
  CHECK_FALSE(known({2, 3, 4}, {3, 5, 0, 0, 0, 0, 0, 0, 0}));
  CHECK_FALSE(known({2, 3, 4}, {3, 0, 0, 0, kHeadBytesMax + 1, 0, 0, 0, 0}));
  CHECK_FALSE(known({2, 3, 4}, {3, 0, 0, 0, 0, std::uint64_t{UINT32_MAX} + 1, 0, 0, 0}));
  CHECK_FALSE(known({2, 3, 4}, {3, 0, 0, 0, 0, 0, kTailBytesMax + 1, 0, 0}));
  CHECK_FALSE(known({2, 3, 4}, {3, 0, 0, 0, 0, 0, 0, 0, 2001}));
  CHECK(known({2, 3, 4}, {4, 0, 0, 0, 0, 0, 0, 0, 0, UINT64_MAX, 2000}));
  CHECK_FALSE(known({2, 3, 4}, {4, 0, 0, 0, 0, 0, 0, 0, 0}));
  CHECK_FALSE(known({2, 3, 4}, {4, 0, 0, 0, 0, 0, 0, 0, 0, 5, 2001}));
  const auto head_alone = [&](std::uint64_t length, std::uint64_t checksum) {
    return file_of(position_in(encode(kId), encoded({1, length, checksum}))).has_value();
  };
  CHECK(head_alone(kHeadBytesMax, UINT32_MAX));
  CHECK_FALSE(head_alone(kHeadBytesMax + 1, 5));
  CHECK_FALSE(head_alone(4, std::uint64_t{UINT32_MAX} + 1));
}

TEST_CASE("any bytes are read as a file or refused", "[file proof]") {
  sim::Prng prng(3);
  for (int round = 0; round < 20'000; ++round) {
    std::string name = encode(kId);
    std::string proof = encode(some_proof());
    std::string& bytes = prng.one_in(2) ? name : proof;
    bytes.at(prng.below(bytes.size())) = static_cast<char>(prng.next());
    bytes.resize(prng.between(bytes.size() - 2, bytes.size() + 2), '\xff');
    const auto known = file_of(position_in(name, proof));
    if (known) CHECK(known->proof.head_length <= kHeadBytesMax);
  }
}

TEST_CASE(
    "a file is known by its inode and, where both are known, its birth, wherever it is mounted",
    "[file proof]") {
  FileInfo info{FileInfo::Kind::Regular, 2049, kId.inode, 20, kId.birth};
  CHECK(is_same_file(info, kId));
  const auto with = [&](auto change) {
    FileInfo changed = info;
    change(changed);
    return changed;
  };
  CHECK(is_same_file(with([](FileInfo& it) { it.size = 0; }), kId));
  CHECK(is_same_file(with([](FileInfo& it) { it.device = 1; }), kId));
  CHECK(is_same_file(with([](FileInfo& it) { it.birth = Nanos::zero(); }), kId));
  CHECK_FALSE(is_same_file(with([](FileInfo& it) { it.inode = 1; }), kId));
  CHECK_FALSE(is_same_file(with([](FileInfo& it) { it.birth += Nanos(1); }), kId));
}
