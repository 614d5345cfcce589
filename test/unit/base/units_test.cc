#include "base/units.h"

#include "catch.h"

using namespace wordstream;

TEST_CASE("a duration is a number and one unit, in all whole milliseconds", "[units]") {
  CHECK(parse_duration("500ms").value() == Millis(500));
  CHECK(parse_duration("1.5s").value() == Millis(1500));
  CHECK(parse_duration("0.5h").value() == Millis(1'800'000));
  CHECK(parse_duration("1.50m").value() == Millis(90'000));
  CHECK_FALSE(parse_duration("1.5ms").has_value());
}

TEST_CASE("a size is a whole number and one unit", "[units]") {
  CHECK(parse_size("64KiB").value() == 65536);
  CHECK(parse_size("2MB").value() == 2'000'000);
  CHECK_FALSE(parse_size("1.5MB").has_value());
  CHECK_FALSE(parse_size("64").has_value());
}
