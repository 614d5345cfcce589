#include "sim/cached_bytes.h"

#include <set>
#include <string>

#include "catch.h"

using namespace wordstream::sim;

namespace {

constexpr int kSeedCount = 2000;

/// What power losses make of a file to which `work` was done.
template <class Work>
std::set<std::string> outcomes(Work work) {
  std::set<std::string> found;
  for (std::uint64_t seed = 0; seed < kSeedCount; ++seed) {
    Prng prng(seed);
    CachedBytes bytes;
    work(bytes);
    bytes.lose_power(Survival(prng).of_one());
    found.insert(bytes.text());
  }
  return found;
}

std::string sector(char filling) { return std::string(512, filling); }
std::string zeros(std::size_t count) { return std::string(count, '\0'); }

}  // namespace

TEST_CASE("synced bytes survive every power loss", "[disk]") {
  const auto found = outcomes([](CachedBytes& bytes) {
    bytes.write(0, "to be or");
    bytes.write(2, "-be");
    bytes.resize(5);
    bytes.write(7, "not");
    bytes.sync();
  });
  CHECK(found == std::set<std::string>{"to-be" + zeros(2) + "not"});
}

TEST_CASE("unsynced sectors survive each for itself, in any order", "[disk]") {
  const auto found = outcomes([](CachedBytes& bytes) {
    bytes.write(0, sector('.') + sector('.') + sector('.'));
    bytes.sync();
    bytes.write(0, sector('a') + sector('b'));
    bytes.write(1024, sector('c'));
  });
  std::set<std::string> all;
  for (const char a : {'.', 'a'}) {
    for (const char b : {'.', 'b'}) {
      for (const char c : {'.', 'c'}) all.insert(sector(a) + sector(b) + sector(c));
    }
  }
  CHECK(found == all);
}

TEST_CASE("a sector is found as it was at some time, the length is one the file has had",
          "[disk]") {
  const auto found = outcomes([](CachedBytes& bytes) {
    bytes.write(0, "to");
    bytes.sync();
    bytes.write(2, " be");
    bytes.write(5, " or");
  });
  const std::set<std::string> all{
      "to", "to be", "to be or", "to" + zeros(3), "to" + zeros(6), "to be" + zeros(3)};
  CHECK(found == all);
}

TEST_CASE("a write behind the end leaves zeros, or nothing", "[disk]") {
  const auto found = outcomes([](CachedBytes& bytes) { bytes.write(3, "be"); });
  CHECK(found == std::set<std::string>{"", zeros(3) + "be", zeros(5)});
}

TEST_CASE("a cut survives or not, and what came after it only with it", "[disk]") {
  const auto found = outcomes([](CachedBytes& bytes) {
    bytes.write(0, sector('a') + sector('b'));
    bytes.sync();
    bytes.resize(512);
    bytes.write(512, "x");
  });
  const std::set<std::string> all{sector('a') + sector('b'), sector('a'), sector('a') + "x",
                                  sector('a') + zeros(1)};
  CHECK(found == all);
}

TEST_CASE("cuts survive in their order", "[disk]") {
  const auto found = outcomes([](CachedBytes& bytes) {
    bytes.write(0, "to be or not");
    bytes.sync();
    bytes.resize(8);
    bytes.resize(5);
  });
  CHECK(found == std::set<std::string>{"to be or not", "to be or", "to be"});
}

TEST_CASE("a sync that failed has forgotten what it did not write", "[disk]") {
  std::set<std::string> found;
  for (std::uint64_t seed = 0; seed < kSeedCount; ++seed) {
    Prng prng(seed);
    CachedBytes bytes;
    bytes.write(0, sector('a'));
    bytes.sync();
    bytes.write(0, sector('b') + sector('c'));
    bytes.fail_sync(Survival(prng).of_one());
    const std::string left = bytes.text();
    bytes.sync();
    bytes.lose_power(Survival(prng).of_one());
    CHECK(bytes.text() == left);
    found.insert(left);
  }
  CHECK(found.contains(sector('a') + zeros(512)));
  CHECK(found.contains(sector('a') + sector('c')));
  CHECK(found.contains(sector('b') + sector('c')));
}

TEST_CASE("keeping everything changes nothing, losing everything goes back to the sync", "[disk]") {
  for (std::uint64_t seed = 0; seed < kSeedCount; ++seed) {
    Prng prng(seed);
    CachedBytes bytes;
    std::string synced;
    for (std::uint64_t step = prng.below(20); step > 0; --step) {
      const std::uint64_t choice = prng.below(8);
      if (choice == 0) bytes.resize(prng.below(3000));
      if (choice == 1) {
        bytes.sync();
        synced = bytes.text();
      }
      const char filling = static_cast<char>(prng.between('a', 'z'));
      if (choice > 1) bytes.write(prng.below(3000), std::string(prng.below(1500), filling));
    }
    CachedBytes copy = bytes;
    copy.lose_power(Survival::of_all());
    REQUIRE(copy.text() == bytes.text());
    bytes.lose_power(Survival::of_nothing());
    REQUIRE(bytes.text() == synced);
  }
}
