#include "base/digest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "catch.h"
#include "seeds.h"
#include "sim/prng.h"

using namespace wordstream;

namespace {

std::string hex(const Digest& digest) {
  std::string text;
  for (const std::uint8_t byte : digest.bytes) text += fmt::format("{:02x}", byte);
  return text;
}

std::string random_bytes(sim::Prng& prng, std::size_t size) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(prng.next());
  return bytes;
}

/// `bytes` in pieces of at most `piece_max`.
Digest in_pieces(std::string_view bytes, const DigestTarget& target, sim::Prng& prng,
                 std::size_t piece_max) {
  DigestStream stream(target);
  while (!bytes.empty()) {
    const std::size_t size = prng.between(0, std::min(bytes.size(), piece_max));
    stream.add(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return stream.value();
}

}  // namespace

// One of each way that XXH3 has for short and long inputs; Python's xxhash says the same.
TEST_CASE("the digest is the XXH3-128 that everybody knows", "[digest]") {
  const auto [size, expected] = GENERATE(table<std::size_t, std::string>({
      {0, "99aa06d3014798d86001c324468d497f"},
      {1, "a96faf705af16834e6c632b61e964e1f"},
      {3, "06b05ab6733a618578af5f94892f3950"},
      {8, "dac23237af37353342b702b313880f12"},
      {16, "1f58fc809b1b8c4b3e8e153ff12f6330"},
      {17, "11078c38a5ca3a8dc3acc9940596efab"},
      {128, "a87f157ac617df254c5499b1fc6dae1e"},
      {129, "8ebb4a9854af5bc41ac468f67a442b6a"},
      {240, "ee81fc0343b09d3079750202eaee16bc"},
      {241, "4c1a7e587365bd1ebb0a906af5b5c211"},
      {256, "ae0a94d95bb27b4d81c9c1c2f95365a6"},
      {257, "39d76060e4133dba108186a23f8b278e"},
      {1024, "a0e8f48f4e7973c45e6a406e127165a8"},
      {1025, "3cfd5791794dbdf7c180534771fac3f5"},
      {100000, "e785560b9f6575a0f7edd902a697d021"},
  }));
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>('a' + i % 26);
  CAPTURE(size);
  for (const DigestTarget& target : digest_targets()) {
    CAPTURE(target.name);
    CHECK(hex(digest(bytes, target)) == expected);
  }
}

TEST_CASE("bytes in two pieces have the digest of the whole, cut anywhere", "[digest]") {
  sim::Prng prng(1);
  const std::string all = random_bytes(prng, 1100);
  const std::size_t step = kIsSanitized ? 37 : 1;
  for (const DigestTarget& target : digest_targets()) {
    CAPTURE(target.name);
    for (std::size_t size = 0; size <= all.size(); size += step) {
      const std::string_view bytes = std::string_view(all).substr(0, size);
      const Digest expected = digest(bytes, *(digest_targets().end() - 1));
      REQUIRE(digest(bytes, target) == expected);
      DigestStream before(target);
      for (std::size_t cut = 0; cut <= size; ++cut) {
        DigestStream stream = before;
        stream.add(bytes.substr(cut));
        if (stream.value() != expected) FAIL("cut at " << cut << " of " << size);
        before.add(bytes.substr(cut, 1));
      }
    }
  }
}

TEST_CASE("many bytes in any pieces have the digest of the whole", "[digest]") {
  const std::uint64_t seed = GENERATE(range<std::uint64_t>(0, 20));
  sim::Prng prng(seed);
  const std::string bytes = random_bytes(prng, prng.between(1'000, 1'000'000));
  const Digest expected = digest(bytes);
  for (const DigestTarget& target : digest_targets()) {
    CAPTURE(seed, target.name);
    CHECK(digest(bytes, target) == expected);
    CHECK(in_pieces(bytes, target, prng, 1'000) == expected);
    CHECK(in_pieces(bytes, target, prng, bytes.size()) == expected);
  }
}

TEST_CASE("a digest that was looked at goes on, and so does its copy", "[digest]") {
  for (const DigestTarget& target : digest_targets()) {
    CAPTURE(target.name);
    DigestStream stream(target);
    stream.add(std::string(300, 'a'));
    CHECK(stream.value() == digest(std::string(300, 'a')));
    DigestStream copy = stream;
    copy.add("c");
    stream.add("b");
    CHECK(stream.value() == digest(std::string(300, 'a') + "b"));
    CHECK(copy.value() == digest(std::string(300, 'a') + "c"));
  }
}
