// The first lesson: nc in one terminal, wordstream in another, either first.
#include <csignal>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/peer.h"
#include "cli/program.h"
#include "e2e/netcat.h"

using namespace wordstream::cli;
using namespace wordstream::e2e;

namespace {

/// The first block with rows, once it is there whole.
Printed first_rows(Program& program) {
  Printed found;
  program.wait_for_stdout([&](const std::string& text) {
    for (const Printed& block : read_blocks(text)) {
      if (block.rows.empty()) continue;
      found = block;
      return true;
    }
    return false;
  });
  return found;
}

void expect_lesson(Program& program) {
  const Printed block = first_rows(program);
  CHECK(block.rows == std::vector<std::string>{"(hello,1)", "(world,1)"});
  CHECK(print_time_ms(block) % 1000 == 0);
  CHECK(program.stdout_text().find(block_text(block.time, block.rows)) != std::string::npos);
}

}  // namespace

TEST_CASE("nc first, then wordstream: what is typed is counted and printed as Spark does",
          "[lesson]") {
  const Listening nc = start_netcat("-lk");
  Program program = start({"--port", nc.port_text(), "--batch", "1s"});
  program.wait_for_stderr("connected to localhost:" + nc.port_text());
  nc.program->write_stdin("hello world\n");
  expect_lesson(program);
}

TEST_CASE("wordstream first, then nc: the same", "[lesson]") {
  const int port = free_port();
  Program program = start({"--port", std::to_string(port), "--batch", "1s"});
  program.wait_for_stderr("waiting for localhost:" + std::to_string(port));
  const Listening nc = start_netcat("-lk", {.input = Input::Pipe}, port);
  program.wait_for_stderr("connected to localhost:" + nc.port_text());
  nc.program->write_stdin("hello world\n");
  expect_lesson(program);
}

TEST_CASE("when nc is killed and comes back, counting goes on", "[lesson]") {
  Listening nc = start_netcat("-lk");
  const int port = nc.port;
  Program program = start({"--port", nc.port_text(), "--batch", "50ms", "--format", "tsv"});
  for (int round = 1; round <= 3; ++round) {
    program.wait_for_stderr("connected to localhost", round);
    const std::string word = "round" + std::to_string(round);
    nc.program->write_stdin(word + "\n");
    program.wait_for_stdout(word + "\t1\n");
    nc.program->send_signal(SIGKILL);
    CHECK(nc.program->wait_exit() == died_of(SIGKILL));
    program.wait_for_stderr("waiting for", round);
    nc = start_netcat("-lk", {.input = Input::Pipe}, port);
  }
  program.wait_for_stderr("connected to localhost", 4);
}

TEST_CASE("nc -N sends a file and ends, and with --until-eof so does wordstream", "[lesson]") {
  const Folder folder;
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "the quick brown fox " + std::to_string(i % 100) + "\n";
  const std::string path = folder.write("words.txt", text);
  const Listening nc = start_netcat("-Nl", {.input = Input::File, .input_path = path});
  Program program =
      start({"--port", nc.port_text(), "--batch", "100ms", "-f", "tsv", "--until-eof"});
  program.expect_exit(exited(0));
  const auto sums = sum_tsv(program.stdout_text());
  CHECK(sums.at("the") == 100'000);
  CHECK(sums.at("7") == 1'000);
  CHECK(sums.size() == 104);
  nc.program->expect_exit(exited(0));
}

TEST_CASE("many nc send into one --listen", "[lesson]") {
  Program program = start({"--listen", "0", "--batch", "50ms", "-f", "tsv"});
  const std::string port = std::to_string(program.listening_port());
  Program senders({"sh", "-c",
                   "for i in 1 2 3 4 5 6 7 8 9 10; do\n"
                   "  echo \"from $i\" | nc -N 127.0.0.1 \"$0\" &\n"
                   "done; wait",
                   port});
  senders.expect_exit(exited(0));
  program.wait_for_stdout([](const std::string& text) {
    const auto sums = sum_tsv(text);
    return sums.contains("from") && sums.at("from") == 10;
  });
  CHECK(sum_tsv(program.stdout_text()).size() == 11);
}
