#include "base/units.h"

#include <utility>

#include "catch.h"

using namespace wordstream;

TEST_CASE("a duration is a number and one unit", "[units]") {
  CHECK(parse_duration("500ms").value() == Millis(500));
  CHECK(parse_duration("1.5s").value() == Millis(1500));
  CHECK(parse_duration("0.5h").value() == Millis(1'800'000));
  CHECK(parse_duration("1.50m").value() == Millis(90'000));
  CHECK(parse_duration("0ms").value() == Millis(0));
  CHECK(parse_duration("007s").value() == Millis(7000));
}

TEST_CASE("a duration is whole milliseconds in all", "[units]") {
  CHECK(parse_duration("0.001s").value() == Millis(1));
  CHECK(parse_duration("1.0ms").value() == Millis(1));
  CHECK(parse_duration("0.00005h").value() == Millis(180));
  for (const char* text : {"1.5ms", "0.0001s", "0.00001m", "0.0000001h"}) {
    CAPTURE(text);
    const Result<Millis> duration = parse_duration(text);
    REQUIRE_FALSE(duration.has_value());
    CHECK(duration.error().message.find("whole number of milliseconds") != std::string::npos);
  }
}

TEST_CASE("what is no duration is refused, and quoted", "[units]") {
  for (const char* text :
       {"",    "1",   "s",      "-1s",  "+1s",   " 1s",  "1 s",   "1s ", "1S", "1sec",
        "1.s", ".5s", "1.5.5s", "1,5s", "1e3ms", "0x1s", "1m30s", "inf", "1d", "1us"}) {
    CAPTURE(text);
    const Result<Millis> duration = parse_duration(text);
    REQUIRE_FALSE(duration.has_value());
    CHECK(duration.error().code == ErrorCode::InvalidArgument);
    CHECK(duration.error().message.find("'" + std::string(text) + "'") == 0);
  }
}

TEST_CASE("a duration that does not fit is too long", "[units]") {
  CHECK(parse_duration("9223372036854775807ms").value() == Millis::max());
  CHECK_FALSE(parse_duration("9223372036854775808ms").has_value());
  CHECK_FALSE(parse_duration("18446744073709551616ms").has_value());
  CHECK_FALSE(parse_duration("9223372036854776s").has_value());
  CHECK_FALSE(parse_duration("99999999999999h").has_value());
}

TEST_CASE("a size is a whole number and one unit", "[units]") {
  CHECK(parse_size("0B").value() == 0);
  CHECK(parse_size("7B").value() == 7);
  CHECK(parse_size("64KiB").value() == 65536);
  CHECK(parse_size("64KB").value() == 64'000);
  CHECK(parse_size("2MB").value() == 2'000'000);
  CHECK(parse_size("1MiB").value() == 1'048'576);
  CHECK(parse_size("3GB").value() == 3'000'000'000);
  CHECK(parse_size("3GiB").value() == 3'221'225'472);
}

TEST_CASE("what is no size is refused", "[units]") {
  for (const char* text : {"", "64", "MB", "1.5MB", "-1B", "1mb", "1K", "1kB", "1 MB", "1TB",
                           "18446744073709551616B", "17179869184GiB"}) {
    CAPTURE(text);
    const Result<std::uint64_t> size = parse_size(text);
    REQUIRE_FALSE(size.has_value());
    CHECK(size.error().code == ErrorCode::InvalidArgument);
  }
}

TEST_CASE("durations and sizes are written in the largest unit that stays whole", "[units]") {
  CHECK(to_text(Millis(0)) == "0ms");
  CHECK(to_text(Millis(1500)) == "1500ms");
  CHECK(to_text(Millis(90'000)) == "90s");
  CHECK(to_text(Millis(7'200'000)) == "2h");
  CHECK(size_to_text(0) == "0B");
  CHECK(size_to_text(1000) == "1KB");
  CHECK(size_to_text(1536) == "1536B");
  CHECK(size_to_text(1 << 20) == "1MiB");
  for (const std::int64_t millis : {0, 1, 999, 1000, 60'000, 61'000, 3'600'000})
    CHECK(parse_duration(to_text(Millis(millis))).value() == Millis(millis));
}

TEST_CASE("a count is a whole number from one up", "[units]") {
  CHECK(parse_count("1") == 1U);
  CHECK(parse_count("18446744073709551615") == 18446744073709551615U);
  for (const char* const text :
       {"", "0", "00", "-1", "+1", " 1", "1 ", "1.5", "1x", "x", "18446744073709551616"}) {
    const auto count = parse_count(text);
    REQUIRE_FALSE(count.has_value());
    CHECK(count.error().code == ErrorCode::InvalidArgument);
    CHECK(count.error().message.find("'" + std::string(text) + "'") != std::string::npos);
  }
}
