// Windows and totals of the real program: what follows from its own clock, and to the byte what
// does not.
#include <algorithm>
#include <csignal>
#include <map>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/peer.h"
#include "cli/program.h"
#include "cli/visible.h"

using namespace wordstream::cli;

namespace {

/// The ends of the windows that show a word.
std::vector<std::int64_t> ends_of(const std::string& word, const std::string& tsv) {
  std::vector<std::int64_t> ends;
  for (const Row& row : read_tsv(tsv)) {
    if (row.word == word) ends.push_back(row.end_ms);
  }
  return ends;
}

/// Whether the last block has no rows, and is not the first.
bool has_emptied(const std::string& text) {
  const std::vector<Printed> blocks = read_blocks(text);
  return blocks.size() > 1 && blocks.back().rows.empty();
}

}  // namespace

TEST_CASE("a word is in every window that covers it, and then gone", "[windows]") {
  const Server server;
  Program program = start(
      {"-p", server.port_text(), "-b", "50ms", "-w", "200ms", "-f", "tsv", "--until-eof", "-q"});
  Connection connection = server.accept();
  connection.send("early\n");
  program.wait_for_stdout(
      [](const std::string& text) { return ends_of("early", text).size() >= 4; });
  connection.send("late\n");
  program.wait_for_stdout("\tlate\t");
  connection.close();
  program.expect_exit(exited(0));
  const std::vector<std::int64_t> ends = ends_of("early", program.stdout_text());
  REQUIRE(ends.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(ends[i] == ends[0] + 50 * static_cast<int>(i));
  CHECK(ends[0] % 50 == 0);
}

TEST_CASE("a window closes by the clock while the input is silent", "[windows]") {
  const Server server;
  Program program = start({"-p", server.port_text(), "-b", "50ms", "--window=100ms"});
  Connection connection = server.accept();
  connection.send("word\n");
  program.wait_for_stdout("(word,1)\n\n");
  // Nothing more is sent, and yet the word leaves.
  program.wait_for_stdout([](const std::string& text) { return has_emptied(text); });
  program.send_signal(SIGTERM);
  program.expect_exit(exited(0));
}

TEST_CASE("a tumbling window ends at multiples of its length, with true bounds", "[windows]") {
  const Finished run =
      finish({"-b", "24h", "-w", "48h", "--slide", "48h", "-f", "json", "-q"}, "a b a\n");
  CHECK(run.exit == exited(0));
  INFO(visible_lines(run.out));
  CHECK(run.out.find("\"batch\":1,") != std::string::npos);
  CHECK(run.out.find("\"word\":\"a\",\"count\":2,\"partial\":true}\n") != std::string::npos);
  CHECK(std::count(run.out.begin(), run.out.end(), '\n') == 2);
}

TEST_CASE("every format shows the window that is open at the end", "[windows]") {
  const auto out = [](const char* format) {
    return finish({"-b", "24h", "-w", "72h", "-q", "-f", format}, "a b a\n").out;
  };
  CHECK(read_blocks(out("print")).at(0).rows == std::vector<std::string>{"(a,2)", "(b,1)"});
  CHECK(read_blocks(out("python")).at(0).rows == std::vector<std::string>{"('a', 2)", "('b', 1)"});
  CHECK(sum_tsv(out("tsv")) == std::map<std::string, std::uint64_t>{{"a", 2}, {"b", 1}});
  CHECK(out("csv").find(",a,2\n") != std::string::npos);
  CHECK(out("json").find("\"partial\":true") != std::string::npos);
}

TEST_CASE("totals show the top of all, or the words that changed", "[totals]") {
  const auto run = [](const char* format) {
    const Server server;
    Program program = start(
        {"-p", server.port_text(), "-b", "50ms", "--total", "--until-eof", "-q", "-f", format});
    Connection connection = server.accept();
    connection.send("a b\n");
    program.wait_for_stdout("b");
    connection.send("a c\n");
    program.wait_for_stdout("c");
    connection.close();
    program.expect_exit(exited(0));
    return program.stdout_text();
  };
  const auto blocks = read_blocks(run("print"));
  REQUIRE_FALSE(blocks.empty());
  CHECK(blocks.back().rows == std::vector<std::string>{"(a,2)", "(b,1)", "(c,1)"});

  const std::vector<Row> rows = read_tsv(run("tsv"));
  std::vector<std::string> words;
  for (const Row& row : rows) {
    words.push_back(row.word + std::to_string(row.count));
    CHECK(row.start_ms == rows.front().start_ms);
  }
  CHECK(words == std::vector<std::string>{"a1", "b1", "a2", "c1"});
}

TEST_CASE("the flag --idle-after drops words that fell silent", "[totals]") {
  const Server server;
  Program program = start(
      {"-p", server.port_text(), "-b", "50ms", "--total", "--idle-after", "100ms", "--until-eof"});
  Connection connection = server.accept();
  connection.send("word\n");
  program.wait_for_stdout("(word,1)\n\n");
  const std::string before =
      program.wait_for_stdout([](const std::string& text) { return has_emptied(text); });
  connection.send("word\n");
  program.wait_for_stdout(
      [&](const std::string& text) { return text.find("(word,", before.size()) != text.npos; });
  connection.close();
  program.expect_exit(exited(0));
  CHECK(program.stdout_text().find("(word,2)") == std::string::npos);
  CHECK(program.stdout_text().find("(word,1)", before.size()) != std::string::npos);
}
