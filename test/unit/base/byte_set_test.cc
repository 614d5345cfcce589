#include "base/byte_set.h"

#include <string>

#include "catch.h"

using namespace wordstream;

TEST_CASE("the bytes before the first one of a set are counted", "[byte_set]") {
  const ByteSet set(std::string_view("\t\0\xff", 3));
  CHECK(set.length_before("") == 0);
  CHECK(set.length_before("abc") == 3);
  CHECK(set.length_before("ab\tc\t") == 2);
  CHECK(set.length_before(std::string_view("a\0b", 3)) == 1);
  CHECK(set.length_before("\xff\xfe") == 0);
  CHECK(set.length_before("\xfe\x7f") == 2);
}
