// A terminal is shown no control characters; a pipe gets the bytes.
#include <string>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/program.h"
#include "cli/visible.h"

using namespace wordstream::cli;

namespace {

std::string run(const std::string& format, const std::string& input, Output output) {
  Program program =
      start({"-b", "24h", "-f", format, "-"}, {.input = Input::Pipe, .output = output});
  program.write_stdin(input);
  program.close_stdin();
  program.expect_exit(exited(0));
  return program.stdout_text();
}

bool contains(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

const std::string kFormats[] = {"print", "python", "tsv", "csv", "json"};

}  // namespace

TEST_CASE("a terminal is shown escapes in place of control characters, in every format",
          "[terminal]") {
  const std::string nasty =
      "x\x1b[31my p\x07q d\x7f"
      "e c\xc2\x9b"
      "f b\xe2\x80\xae"
      "g\n";
  for (const std::string& format : kFormats) {
    const std::string shown = run(format, nasty, Output::Terminal);
    INFO(format << "\n" << visible_lines(shown));
    for (const char* raw : {"\x1b", "\x07", "\x7f", "\xc2\x9b", "\xe2\x80\xae"})
      CHECK_FALSE(contains(shown, raw));
    CHECK((contains(shown, "x\\x1b[31my") || contains(shown, "x\\u001b[31my")));
    CHECK(contains(shown, "b\\u202eg"));
  }
}

TEST_CASE("print on a terminal shows \\x1b and \\u202e", "[terminal]") {
  const std::string shown = run("print",
                                "\x1b[2J\n\xe2\x80\xae"
                                "a\n\x07\n",
                                Output::Terminal);
  const auto blocks = read_blocks(shown);
  REQUIRE(blocks.size() == 1);
  CHECK(blocks[0].rows == std::vector<std::string>{"(\\x07,1)", "(\\x1b[2J,1)", "(\\u202ea,1)"});
}

TEST_CASE("tsv's own tabs and line ends stay on a terminal", "[terminal]") {
  const std::string shown = run("tsv", "a\tb\n", Output::Terminal);
  const auto rows = read_tsv(shown);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].word == "a\\tb");
}

TEST_CASE("ordinary words look the same on a terminal", "[terminal]") {
  for (const std::string& format : kFormats)
    CHECK(contains(run(format,
                       "gr\xc3\xbc\xc3\x9f"
                       "e\n",
                       Output::Terminal),
                   "gr\xc3\xbc\xc3\x9f"
                   "e"));
}

TEST_CASE("a pipe gets the bytes as the format has them", "[terminal]") {
  const std::string nasty =
      "x\x1b[31my b\xe2\x80\xae"
      "g\n";
  for (const char* format : {"print", "tsv", "csv"}) {
    const std::string piped = run(format, nasty, Output::Pipe);
    CHECK(contains(piped, "x\x1b[31my"));
    CHECK(contains(piped,
                   "b\xe2\x80\xae"
                   "g"));
  }
}
