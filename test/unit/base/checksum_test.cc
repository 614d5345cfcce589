#include "base/checksum.h"

#include <string>

#include "catch.h"

using namespace wordstream;

TEST_CASE("the checksum is the CRC-32 that everybody knows", "[checksum]") {
  CHECK(checksum("") == 0);
  CHECK(checksum("123456789") == 0xcbf43926);
}

TEST_CASE("a checksum goes on from that of the bytes before", "[checksum]") {
  CHECK(checksum("6789", checksum("12345")) == checksum("123456789"));
  CHECK(checksum("", checksum("12345")) == checksum("12345"));
}

TEST_CASE("a checksum sees every bit", "[checksum]") {
  std::string bytes(1000, 'x');
  const std::uint32_t whole = checksum(bytes);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      bytes[at] = static_cast<char>('x' ^ (1U << bit));
      REQUIRE(checksum(bytes) != whole);
    }
    bytes[at] = 'x';
  }
}
