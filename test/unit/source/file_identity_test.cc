#include "source/file_identity.h"

#include <initializer_list>
#include <memory>
#include <string>

#include "base/varint.h"
#include "catch.h"
#include "sim/prng.h"
#include "sim/world.h"

using namespace wordstream;

namespace {

const FileInfo kInfo{FileInfo::Kind::Regular, 2049, 123'456'789'012, 20,
                     Nanos(1'700'000'000'000'000'000)};

bool begins(std::string_view text, const FileIdentity& identity) {
  sim::World world{1};
  world.files.append("file", text);
  return begins_as(*world.files.open("file").value(), identity).value();
}

Position position_in(const std::string& name, const std::string& proof) {
  return {std::make_shared<const Stream>(Stream{name, ""}), 0, Position::Place::BehindLine, proof};
}

}  // namespace

TEST_CASE("a file's identity survives being kept", "[file identity]") {
  const FileIdentity identity = identity_of(kInfo, "one\ntwo\n");
  const auto kept = file_of(position_in(encode_name(identity), encode_proof(identity)));
  REQUIRE(kept);
  CHECK(kept->device == 2049);
  CHECK(kept->inode == 123'456'789'012);
  CHECK(kept->birth == kInfo.birth);
  CHECK(kept->head_length == 8);
  CHECK(kept->head_checksum == identity.head_checksum);
}

TEST_CASE("a file's name stays while more of it is read, and wherever it is mounted",
          "[file identity]") {
  FileInfo mounted = kInfo;
  mounted.device = 1;
  CHECK(encode_name(identity_of(kInfo, "")) == encode_name(identity_of(mounted, "one\n")));
}

TEST_CASE("a file's identity has the bytes that it always had", "[file identity]") {
  const FileInfo info{FileInfo::Kind::Regular, 1, 300, 0, Nanos(2)};
  // The checksum of "a" is 0xE8B7BE43.
  const FileIdentity identity = identity_of(info, "a");
  CHECK(encode_name(identity) == std::string("\x02\xac\x02\x02"));
  CHECK(encode_proof(identity) == std::string("\x01\x01\xc3\xfc\xde\xc5\x0e"));
}

TEST_CASE("a name of version 1 of the journal has all of it", "[file identity]") {
  const std::string name("\x01\x01\xac\x02\x02\x01\xc3\xfc\xde\xc5\x0e");
  const auto kept = file_of(position_in(name, ""));
  REQUIRE(kept);
  CHECK(kept->device == 1);
  CHECK(kept->inode == 300);
  CHECK(kept->birth == Nanos(2));
  CHECK(kept->head_length == 1);
  CHECK(kept->head_checksum == 0xE8B7BE43);
  CHECK_FALSE(file_of(position_in(name, "more")));
}

TEST_CASE("no part of an identity, nor one with more behind it, is one", "[file identity]") {
  const FileIdentity identity = identity_of(kInfo, "head");
  const std::string name = encode_name(identity);
  const std::string proof = encode_proof(identity);
  for (std::size_t size = 0; size < name.size(); ++size) {
    CHECK_FALSE(file_of(position_in(name.substr(0, size), proof)));
  }
  for (std::size_t size = 0; size < proof.size(); ++size) {
    CHECK_FALSE(file_of(position_in(name, proof.substr(0, size))));
  }
  CHECK_FALSE(file_of(position_in(name + '\0', proof)));
  CHECK_FALSE(file_of(position_in(name, proof + '\0')));
}

TEST_CASE("numbers that no identity has are none", "[file identity]") {
  const auto encoded = [](std::initializer_list<std::uint64_t> numbers) {
    std::string bytes;
    for (const std::uint64_t number : numbers) append_varint(bytes, number);
    return bytes;
  };
  const auto known = [&](std::uint64_t form, std::uint64_t head_length, std::uint64_t checksum) {
    return file_of(position_in(encoded({form, 2, 3}), encoded({1, head_length, checksum})));
  };
  CHECK(known(2, kHeadBytesMax, UINT32_MAX));
  CHECK(known(2, 0, 0));
  CHECK_FALSE(known(1, 4, 5));
  CHECK_FALSE(known(3, 4, 5));
  CHECK_FALSE(known(2, kHeadBytesMax + 1, 5));
  CHECK_FALSE(known(2, 4, std::uint64_t{UINT32_MAX} + 1));
  CHECK(file_of(position_in(encoded({1, 1, 2, 3, kHeadBytesMax, UINT32_MAX}), "")));
  CHECK_FALSE(file_of(position_in(encoded({2, 1, 2, 3, 4, 5}), "")));
  CHECK_FALSE(file_of(position_in(encoded({1, 1, 2, 3, kHeadBytesMax + 1, 5}), "")));
}

TEST_CASE("any bytes are read as an identity or refused", "[file identity]") {
  sim::Prng prng(3);
  for (int round = 0; round < 20'000; ++round) {
    std::string name = encode_name(identity_of(kInfo, "head"));
    std::string proof = encode_proof(identity_of(kInfo, "head"));
    std::string& bytes = prng.one_in(2) ? name : proof;
    bytes.at(prng.below(bytes.size())) = static_cast<char>(prng.next());
    bytes.resize(prng.between(bytes.size() - 2, bytes.size() + 2), '\xff');
    const auto identity = file_of(position_in(name, proof));
    if (identity) CHECK(identity->head_length <= kHeadBytesMax);
  }
}

TEST_CASE("a file is known by its device, inode and, where both are known, birth",
          "[file identity]") {
  const FileIdentity identity = identity_of(kInfo, "");
  const auto with = [](auto change) {
    FileInfo info = kInfo;
    change(info);
    return info;
  };
  CHECK(is_same_file(kInfo, identity));
  CHECK(is_same_file(with([](FileInfo& info) { info.size = 0; }), identity));
  CHECK_FALSE(is_same_file(with([](FileInfo& info) { info.device = 1; }), identity));
  CHECK_FALSE(is_same_file(with([](FileInfo& info) { info.inode = 1; }), identity));
  CHECK_FALSE(is_same_file(with([](FileInfo& info) { info.birth += Nanos(1); }), identity));
  CHECK(is_same_file(with([](FileInfo& info) { info.birth = Nanos::zero(); }), identity));
}

TEST_CASE("another device number is no evidence where something was read, or the birth is known",
          "[file identity]") {
  FileInfo elsewhere = kInfo;
  elsewhere.device += 1;
  CHECK(may_be_remounted(elsewhere, identity_of(kInfo, "")));
  CHECK_FALSE(may_be_remounted(kInfo, identity_of(kInfo, "")));
  elsewhere.birth = Nanos::zero();
  CHECK(may_be_remounted(elsewhere, identity_of(kInfo, "head")));
  CHECK_FALSE(may_be_remounted(elsewhere, identity_of(kInfo, "")));
  elsewhere.inode += 1;
  CHECK_FALSE(may_be_remounted(elsewhere, identity_of(kInfo, "head")));
}

TEST_CASE("a file begins as another when all of what was read of that stands there",
          "[file identity]") {
  const FileIdentity identity = identity_of(kInfo, "head");
  CHECK(begins("head", identity));
  CHECK(begins("head and more", identity));
  CHECK_FALSE(begins("hea", identity));
  CHECK_FALSE(begins("heat and more", identity));
}
