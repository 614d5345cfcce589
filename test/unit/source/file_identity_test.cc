#include "source/file_identity.h"

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

}  // namespace

TEST_CASE("a file's identity survives being kept", "[file identity]") {
  const FileIdentity identity = identity_of(kInfo, "one\ntwo\n");
  const auto kept = decode_file_identity(encode(identity));
  REQUIRE(kept);
  CHECK(kept->device == 2049);
  CHECK(kept->inode == 123'456'789'012);
  CHECK(kept->birth == kInfo.birth);
  CHECK(kept->head_length == 8);
  CHECK(kept->head_checksum == identity.head_checksum);
}

TEST_CASE("a file's identity has the bytes that it always had", "[file identity]") {
  const FileInfo info{FileInfo::Kind::Regular, 1, 300, 0, Nanos(2)};
  // The checksum of "a" is 0xE8B7BE43.
  CHECK(encode(identity_of(info, "a")) ==
        std::string("\x01\x01\xac\x02\x02\x01\xc3\xfc\xde\xc5\x0e"));
}

TEST_CASE("no part of an identity, nor one with more behind it, is one", "[file identity]") {
  const std::string bytes = encode(identity_of(kInfo, "head"));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_FALSE(decode_file_identity(bytes.substr(0, size)));
  }
  CHECK_FALSE(decode_file_identity(bytes + '\0'));
}

TEST_CASE("numbers that no identity has are none", "[file identity]") {
  const auto encoded = [](std::uint64_t form, std::uint64_t head_length, std::uint64_t checksum) {
    std::string bytes;
    for (const std::uint64_t number :
         {form, std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}, head_length, checksum}) {
      append_varint(bytes, number);
    }
    return bytes;
  };
  CHECK(decode_file_identity(encoded(1, kHeadBytesMax, UINT32_MAX)));
  CHECK_FALSE(decode_file_identity(encoded(2, 4, 5)));
  CHECK(decode_file_identity(encoded(1, 0, 0)));
  CHECK_FALSE(decode_file_identity(encoded(1, kHeadBytesMax + 1, 5)));
  CHECK_FALSE(decode_file_identity(encoded(1, 4, std::uint64_t{UINT32_MAX} + 1)));
}

TEST_CASE("any bytes are read as an identity or refused", "[file identity]") {
  sim::Prng prng(3);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = encode(identity_of(kInfo, "head"));
    bytes.at(prng.below(bytes.size())) = static_cast<char>(prng.next());
    bytes.resize(prng.between(bytes.size() - 2, bytes.size() + 2), '\xff');
    const auto identity = decode_file_identity(bytes);
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

TEST_CASE("a file begins as another when all of what was read of that stands there",
          "[file identity]") {
  const FileIdentity identity = identity_of(kInfo, "head");
  CHECK(begins("head", identity));
  CHECK(begins("head and more", identity));
  CHECK_FALSE(begins("hea", identity));
  CHECK_FALSE(begins("heat and more", identity));
}
