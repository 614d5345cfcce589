#include "base/time.h"

#include "catch.h"

using namespace wordstream;

TEST_CASE("a time is shown with its date", "[time]") {
  CHECK(to_text(Label(Millis(0))) == "1970-01-01 00:00:00.000 UTC");
  CHECK(to_text(Label(Millis(1'357'008'430'123))) == "2013-01-01 02:47:10.123 UTC");
  CHECK(to_text(Label(Millis(1'709'251'199'999))) == "2024-02-29 23:59:59.999 UTC");
  CHECK(to_text(Label(Millis(-1))) == "1969-12-31 23:59:59.999 UTC");
}
