#include <fmt/format.h>

#include <string>

#include "catch.h"
#include "source/relp_frame.h"

using namespace wordstream;

namespace {

/// Producer, offset and text; "none" where there is no key.
std::string key_of(std::string_view data) {
  const std::optional<RelpKey> key = relp_key_of(data);
  if (!key) return "none";
  return fmt::format("{} {} [{}]", key->producer, key->offset, key->text);
}

}  // namespace

TEST_CASE("before the text stand the producer and the offset", "[relp key]") {
  CHECK(key_of("/var/log/app.log@17 first line") == "/var/log/app.log 17 [first line]");
  CHECK(key_of("p@0 ") == "p 0 []");
  CHECK(key_of("p@0  x") == "p 0 [ x]");
  CHECK(key_of("p@007 x") == "p 7 [x]");
  CHECK(key_of("a producer with blanks@1 x") == "a producer with blanks 1 [x]");
}

TEST_CASE("the producer ends before the first at sign that digits and a blank stand behind",
          "[relp key]") {
  CHECK(key_of("me@host@5 x") == "me@host 5 [x]");
  CHECK(key_of("@@5 x") == "@ 5 [x]");
  CHECK(key_of("a@b@1x@2 y@3 z") == "a@b@1x 2 [y@3 z]");
  CHECK(key_of("a@1@2 x") == "a@1 2 [x]");
  CHECK(key_of("a@@1 x") == "a@ 1 [x]");
}

TEST_CASE("what has no digits or no blank behind them is no key", "[relp key]") {
  for (const char* const data : {"", "a line", "a@ x", "a@x x", "a@1", "a@1x", "a@-1 x", "a@+1 x",
                                 "a@1\tx", "a@1.0 x", "a1 x", "@"}) {
    CAPTURE(data);
    CHECK(key_of(data) == "none");
  }
}

TEST_CASE("a producer without a name is none", "[relp key]") {
  CHECK(key_of("@1 x") == "none");
  CHECK(key_of("@1 x@2 y") == "none");
}

TEST_CASE("an offset is below 2 to the 63", "[relp key]") {
  CHECK(key_of("a@9223372036854775807 x") == "a 9223372036854775807 [x]");
  CHECK(key_of("a@9223372036854775808 x") == "none");
  CHECK(key_of("a@18446744073709551616 x") == "none");
  CHECK(key_of("a@9223372036854775808 x@1 y") == "none");
}

TEST_CASE("a producer's name has 4096 bytes at most", "[relp key]") {
  const std::string name(4096, 'n');
  CHECK(key_of(name + "@1 x") == name + " 1 [x]");
  CHECK(key_of(name + "n@1 x") == "none");
  CHECK(key_of(std::string(4096, '@') + "@1 x") == std::string(4096, '@') + " 1 [x]");
}

TEST_CASE("a producer's name and the text may have any bytes", "[relp key]") {
  const std::string bytes("\0\n\xff \r", 5);
  CHECK(key_of(bytes + "@1 " + bytes) == bytes + " 1 [" + bytes + "]");
}
