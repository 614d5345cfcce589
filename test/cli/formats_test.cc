// The five formats, to the byte but for the times.
#include <algorithm>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/program.h"
#include "cli/visible.h"

using namespace wordstream::cli;

namespace {

/// One batch from stdin to stdout.
std::string run(std::vector<std::string> arguments, const std::string& input) {
  arguments.insert(arguments.end(), {"--batch", "24h", "--quiet"});
  const Finished finished = finish(arguments, input);
  INFO(visible_lines(finished.err));
  CHECK(finished.exit == exited(0));
  CHECK(finished.err.empty());
  return finished.out;
}

/// The same text with S in place of every start and E in place of every end.
std::string without_times(const std::string& text) {
  static const std::regex kPrint("\nTime: [0-9]{13} ms\n");
  static const std::regex kPython(
      "\nTime: [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{6})?\n");
  static const std::regex kRow("(^|\n)[0-9]{13}([\t,])[0-9]{13}[\t,]");
  static const std::regex kJson("\"start_ms\":[0-9]{13},\"end_ms\":[0-9]{13},");
  std::string out = std::regex_replace(text, kPrint, "\nTime: E\n");
  out = std::regex_replace(out, kPython, "\nTime: E\n");
  out = std::regex_replace(out, kRow, "$1S$2E$2");
  return std::regex_replace(out, kJson, "\"start_ms\":S,\"end_ms\":E,");
}

std::vector<nlohmann::json> read_json(const std::string& text) {
  std::vector<nlohmann::json> all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) all.push_back(nlohmann::json::parse(line));
  return all;
}

const std::string kEleven = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n";

}  // namespace

TEST_CASE("print is DStream.print to the byte", "[formats]") {
  const std::string out = run({}, "hello world\nhello\n");
  expect_equal(without_times(out), block_text("E", {"(hello,2)", "(world,1)"}));
  expect_equal(run({"--format", "print"}, "hello world\n").substr(0, 43), std::string(43, '-'));
  CHECK(without_times(run({}, "a  b\n")) == block_text("E", {"(,1)", "(a,1)", "(b,1)"}));
}

TEST_CASE("print shows ten rows, then dots where there are more", "[formats]") {
  const std::vector<std::string> ten{"(a,1)", "(b,1)", "(c,1)", "(d,1)", "(e,1)",
                                     "(f,1)", "(g,1)", "(h,1)", "(i,1)", "(j,1)"};
  std::vector<std::string> more = ten;
  more.emplace_back("...");
  expect_equal(without_times(run({}, kEleven)), block_text("E", more));
  expect_equal(without_times(run({}, kEleven.substr(0, 20))), block_text("E", ten));
  expect_equal(without_times(run({"--top", "1"}, kEleven)), block_text("E", {"(a,1)", "..."}));
  CHECK(read_blocks(run({"--top", "all"}, kEleven)).at(0).rows.size() == 11);
}

TEST_CASE("print shows words as they are, and bad UTF-8 as Java does", "[formats]") {
  expect_equal(without_times(run({}, "a,b) \x1b[1m\n")),
               block_text("E", {"(\x1b[1m,1)", "(a,b),1)"}));
  expect_equal(without_times(run({}, "\xff \xfe \xef\xbf\xbd\n")),
               block_text("E", {"(\xef\xbf\xbd,3)"}));
  expect_equal(without_times(run({}, "\xed\xa0\x80x \xe0\x80\xafx\n")),
               block_text("E", {"(\xef\xbf\xbdx,1)", "(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx,1)"}));
}

TEST_CASE("python is pprint to the byte", "[formats]") {
  expect_equal(without_times(run({"--format", "python"}, "hello world\nhello\n")),
               block_text("E", {"('hello', 2)", "('world', 1)"}));
  expect_equal(without_times(run({"-f", "python"}, "it's \\ \"\n")),
               block_text("E", {"('\"', 1)", "('\\\\', 1)", "(\"it's\", 1)"}));
  // It splits as the Python program does.
  expect_equal(without_times(run({"-f", "python"}, "a \n")),
               block_text("E", {"('', 1)", "('a', 1)"}));
  CHECK(read_blocks(run({"-f", "python"}, kEleven)).at(0).rows.back() == "...");
}

TEST_CASE("python's label is local time", "[formats]") {
  const Finished east = finish({"-b", "24h", "-f", "python"}, "a\n", {"TZ=Etc/GMT-14"});
  const Finished west = finish({"-b", "24h", "-f", "python"}, "a\n", {"TZ=Etc/GMT+12"});
  const std::string east_day = read_blocks(east.out).at(0).time.substr(0, 10);
  const std::string west_day = read_blocks(west.out).at(0).time.substr(0, 10);
  CHECK(west_day < east_day);
}

TEST_CASE("tsv has four columns and no header", "[formats]") {
  expect_equal(without_times(run({"--format", "tsv"}, "b a b\n")), "S\tE\tb\t2\nS\tE\ta\t1\n");
  expect_equal(without_times(run({"-f", "tsv"}, "a\tb\\ \xff\n")),
               "S\tE\ta\\tb\\\\\t1\nS\tE\t\xff\t1\n");
  expect_equal(without_times(run({"-f", "tsv"}, "\n")), "S\tE\t\t1\n");
  expect_equal(run({"-f", "tsv"}, ""), "");
}

TEST_CASE("csv has a header and quotes what needs it", "[formats]") {
  const std::string header = "start_ms,end_ms,word,count\n";
  expect_equal(without_times(run({"--format", "csv"}, "b a b\n")), header + "S,E,b,2\nS,E,a,1\n");
  expect_equal(without_times(run({"-f", "csv"}, "x,y say\"so\" \xff\n")),
               header + "S,E,\"say\"\"so\"\"\",1\nS,E,\"x,y\",1\nS,E,\xff,1\n");
  expect_equal(run({"-f", "csv"}, ""), "");
}

TEST_CASE("json is one object a line", "[formats]") {
  const std::string out = run({"--format", "json"}, "b a b\n");
  const auto rows = read_json(out);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].at("word") == "b");
  CHECK(rows[0].at("count") == 2);
  CHECK(rows[0].at("batch") == 1);
  CHECK(rows[0].at("start_ms") <= rows[0].at("end_ms"));
  CHECK(rows[0].at("partial") == true);
  CHECK(rows[1].at("word") == "a");
  const std::string begin = R"({"batch":1,"start_ms":S,"end_ms":E,"word":"b","count":2)";
  expect_equal(without_times(out).substr(0, begin.size()), begin);
  expect_equal(run({"-f", "json"}, ""), "");
}

TEST_CASE("json loses nothing: what is no UTF-8 comes as base64 too", "[formats]") {
  using namespace std::string_literals;
  const auto rows = read_json(run({"-f", "json"}, "x\xff \"\\ a\0b\x1f \xc3\xa4\n"s));
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].at("word") == "\"\\");
  CHECK(rows[1].at("word") == "a\0b\x1f"s);
  CHECK(rows[2].at("word") == "x\xef\xbf\xbd");
  CHECK(rows[2].at("bytes") == "eP8=");
  CHECK(rows[3].at("word") == "\xc3\xa4");
  CHECK_FALSE(rows[0].contains("bytes"));
  CHECK_FALSE(rows[3].contains("bytes"));
}

TEST_CASE("rows are ordered by count, then by the word's bytes", "[formats]") {
  expect_equal(without_times(run({"-f", "tsv"}, "b B a \xc3\xa4 z z y y x x x\n")),
               "S\tE\tx\t3\nS\tE\ty\t2\nS\tE\tz\t2\nS\tE\tB\t1\nS\tE\ta\t1\nS\tE\tb\t1\n"
               "S\tE\t\xc3\xa4\t1\n");
}

TEST_CASE("rows for programs are all there unless --top says otherwise", "[formats]") {
  for (const char* format : {"tsv", "csv", "json"}) {
    const std::string all = run({"-f", format}, kEleven);
    const auto header = format == std::string("csv") ? 1 : 0;
    CHECK(std::count(all.begin(), all.end(), '\n') == 11 + header);
    const std::string three = run({"-f", format, "-n", "3"}, kEleven);
    CHECK(std::count(three.begin(), three.end(), '\n') == 3 + header);
    CHECK(three.find("...") == std::string::npos);
  }
}
