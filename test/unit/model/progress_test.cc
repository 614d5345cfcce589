#include "model/progress.h"

#include "catch.h"

using namespace wordstream;

TEST_CASE("a journal's id is written as 32 hexadecimal digits", "[progress]") {
  CHECK(to_text(JournalId{}) == "00000000000000000000000000000000");
  const JournalId id{{0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xff, 0x0a}};
  CHECK(to_text(id) == "0123456789abcdefff0a000000000000");
}
