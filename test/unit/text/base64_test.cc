#include "text/base64.h"

#include <random>

#include "base64_reader.h"
#include "catch.h"
#include "random_words.h"

using namespace wordstream;

namespace {

std::string base64_of(std::string_view bytes) {
  std::string text;
  append_base64(text, bytes);
  return text;
}

}  // namespace

TEST_CASE("base64 has four digits for every three bytes, padded", "[base64]") {
  // The test vectors of RFC 4648, section 10.
  CHECK(base64_of("").empty());
  CHECK(base64_of("f") == "Zg==");
  CHECK(base64_of("fo") == "Zm8=");
  CHECK(base64_of("foo") == "Zm9v");
  CHECK(base64_of("foobar") == "Zm9vYmFy");
  CHECK(base64_of("\xff\xfe\xfb") == "//77");
}

TEST_CASE("any bytes come back from base64", "[base64]") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000; ++i) {
    const std::string word = random_word(random, 20);
    REQUIRE(read_base64(base64_of(word)) == word);
  }
}
