#include "format/print_format.h"

#include <cstdlib>
#include <ctime>

#include "catch.h"
#include "unit/sink/emission_of.h"

using namespace wordstream;

namespace {

const std::string kRule(43, '-');
const std::string kPrintHeader = kRule + "\nTime: 2000 ms\n" + kRule + "\n";
const std::string kPythonHeader = kRule + "\nTime: 1970-01-01 00:00:02\n" + kRule + "\n";

constexpr FormatOptions kPrint{FormatKind::Print};
constexpr FormatOptions kPython{FormatKind::Python};

/// Sets the time zone of the process for as long as it lives.
class TimeZone {
 public:
  explicit TimeZone(const char* name) {
    setenv("TZ", name, 1);
    tzset();
  }
  ~TimeZone() {
    unsetenv("TZ");
    tzset();
  }
  TimeZone(const TimeZone&) = delete;
  TimeZone& operator=(const TimeZone&) = delete;
};

std::string python_time(std::int64_t end_ms) {
  Emission emission = emission_of({});
  emission.interval.end = Label(Millis(end_ms));
  const std::string block = formatted(kPython, emission);
  const std::size_t begin = block.find("Time: ") + 6;
  return block.substr(begin, block.find('\n', begin) - begin);
}

}  // namespace

TEST_CASE("print shows the block of Scala's print()", "[print_format]") {
  Emission emission = emission_of({{"world", 1}, {"hello", 2}});
  emission.interval.end = Label(Millis(1'357'008'430'000));
  const std::string block = formatted(kPrint, emission);
  CHECK(block == kRule + "\nTime: 1357008430000 ms\n" + kRule + "\n(hello,2)\n(world,1)\n\n");
}

TEST_CASE("python shows the block of Python's pprint()", "[print_format]") {
  const TimeZone zone("UTC");
  const Emission emission = emission_of({{"it's", 1}, {"hello", 2}, {"", 1}});
  CHECK(formatted(kPython, emission) == kPythonHeader + "('hello', 2)\n('', 1)\n(\"it's\", 1)\n\n");
}

TEST_CASE("an empty batch is a header and an empty line", "[print_format]") {
  const TimeZone zone("UTC");
  CHECK(formatted(kPrint, emission_of({})) == kPrintHeader + "\n");
  CHECK(formatted(kPython, emission_of({})) == kPythonHeader + "\n");
}

TEST_CASE("dots stand for the rows beyond the top", "[print_format]") {
  const Emission emission = emission_of({{"a", 1}, {"b", 2}, {"c", 3}});
  CHECK(formatted({FormatKind::Print, 2}, emission) == kPrintHeader + "(c,3)\n(b,2)\n...\n\n");
  CHECK(formatted({FormatKind::Print, 3}, emission) == kPrintHeader + "(c,3)\n(b,2)\n(a,1)\n\n");
  CHECK(formatted({FormatKind::Print, kAllRows}, emission) ==
        kPrintHeader + "(c,3)\n(b,2)\n(a,1)\n\n");
}

TEST_CASE("words that read the same are one row, and ordered by what is read", "[print_format]") {
  const TimeZone zone("UTC");
  const Emission emission = emission_of(
      {{"\xff", 1}, {"\xfe", 1}, {"\uFFFD", 2}, {"z\xe2\x82", 1}, {"z\xc3", 1}, {"a", 3}});
  CHECK(formatted(kPrint, emission) == kPrintHeader + "(\uFFFD,4)\n(a,3)\n(z\uFFFD,2)\n\n");
  CHECK(formatted({FormatKind::Print, 2}, emission) == kPrintHeader + "(\uFFFD,4)\n(a,3)\n...\n\n");
  CHECK(formatted({FormatKind::Print, 3}, emission) ==
        kPrintHeader + "(\uFFFD,4)\n(a,3)\n(z\uFFFD,2)\n\n");
  CHECK(formatted(kPython, emission) ==
        kPythonHeader + "('\uFFFD', 4)\n('a', 3)\n('z\uFFFD', 2)\n\n");
}

TEST_CASE("print sends control characters into a pipe and shows them on a terminal",
          "[print_format]") {
  const Emission emission = emission_of({{"\x1b[2J\t\u202e\u009b", 1}});
  CHECK(formatted(kPrint, emission) == kPrintHeader + "(\x1b[2J\t\u202e\u009b,1)\n\n");
  CHECK(formatted({FormatKind::Print, 10, true}, emission) ==
        kPrintHeader + "(\\x1b[2J\\x09\\u202e\\x9b,1)\n\n");
}

TEST_CASE("python shows control characters by itself", "[print_format]") {
  const TimeZone zone("UTC");
  const Emission emission = emission_of({{"\x1b[2J\t\u202e\u009b", 1}});
  const std::string expected = kPythonHeader + "('\\x1b[2J\\t\\u202e\\x9b', 1)\n\n";
  CHECK(formatted(kPython, emission) == expected);
  CHECK(formatted({FormatKind::Python, 10, true}, emission) == expected);
}

TEST_CASE("python's time has microseconds only where there are any", "[print_format]") {
  const TimeZone zone("UTC");
  CHECK(python_time(0) == "1970-01-01 00:00:00");
  CHECK(python_time(1'357'008'430'000) == "2013-01-01 02:47:10");
  CHECK(python_time(1'357'008'430'500) == "2013-01-01 02:47:10.500000");
  CHECK(python_time(1'357'008'430'007) == "2013-01-01 02:47:10.007000");
}

TEST_CASE("python's time is local", "[print_format]") {
  const TimeZone zone("IST-5:30");
  CHECK(python_time(1'357'008'430'000) == "2013-01-01 08:17:10");
}

TEST_CASE("python never writes second 60, in a zone that has leap seconds", "[print_format]") {
  const TimeZone zone("right/UTC");
  for (const std::int64_t second : {825, 826, 827}) {
    const std::string time = python_time((1'483'228'000 + second) * 1000);
    INFO(time);
    CHECK_FALSE(time.ends_with(":60"));
  }
}

TEST_CASE("blocks follow each other in one output", "[print_format]") {
  PrintFormat format(kPrint);
  std::string out = "before\n";
  format.append(emission_of({{"a", 1}}), out);
  format.append(emission_of({}), out);
  CHECK(out == "before\n" + kPrintHeader + "(a,1)\n\n" + kPrintHeader + "\n");
}
