// How a run ends: by a signal, by a reader that leaves, by an output that fails.
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <string>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/peer.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::int64_t kMemoryMaxKib = 2048 * 1024;
#else
constexpr std::int64_t kMemoryMaxKib = 256 * 1024;
#endif

/// The most memory that a process has had at once, in KiB.
std::int64_t peak_memory_kib(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoll(line.substr(6));
  }
  FAIL("no VmHWM");
  return 0;
}

/// Has the program read "a b a" and half a line; its batch is open from then on.
void open_batch(Program& program) {
  program.write_stdin("a b a\nhalf");
  program.wait_stdin_taken();
}

std::string many_words(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "word" + std::to_string(i) + "\n";
  return text;
}

}  // namespace

TEST_CASE("SIGTERM and SIGHUP deliver what was read and exit with 0", "[stopping]") {
  for (const int signal : {SIGTERM, SIGHUP}) {
    Program program = start({"-b", "24h"}, {.input = Input::NarrowPipe});
    open_batch(program);
    program.send_signal(signal);
    program.expect_exit(exited(0));
    const auto blocks = read_blocks(program.stdout_text());
    REQUIRE(blocks.size() == 1);
    CHECK(blocks[0].rows == std::vector<std::string>{"(a,2)", "(b,1)"});
  }
}

TEST_CASE("SIGINT delivers what was read and dies of SIGINT", "[stopping]") {
  Program program = start({"-b", "24h"}, {.input = Input::NarrowPipe});
  open_batch(program);
  program.send_signal(SIGINT);
  program.expect_exit(died_of(SIGINT));
  CHECK(sum_blocks(program.stdout_text()).at("a") == 2);
}

TEST_CASE("SIGINT is what it dies of every time, whichever thread sees it", "[stopping]") {
  for (int i = 0; i < 30; ++i) {
    Program program = start({"--listen", "0", "-b", "24h"});
    program.listening_port();
    program.send_signal(SIGINT);
    program.expect_exit(died_of(SIGINT));
  }
}

TEST_CASE("a file that may not grow any more is an error, not a death", "[stopping]") {
  // What counts its lines keeps the counts, which would be cut, too, in a folder of their own.
  Program program({"bash", "-c",
                   "seq 5000 | (ulimit -f 1; GCOV_PREFIX=$PWD exec \"$0\" - -b 24h -f tsv > rows)",
                   program_under_test()});
  program.expect_exit(exited(74));
  CHECK(program.stderr_text().find("File too large") != std::string::npos);
}

TEST_CASE("a shell loop stops with the program", "[stopping]") {
  Program loop({"bash", "-c", "while :; do \"$0\" --listen 0; done", program_under_test()});
  loop.listening_port();
  loop.send_signal_to_all(SIGINT);
  loop.expect_exit(died_of(SIGINT));
}

TEST_CASE("a signal while nothing was read ends without an emission", "[stopping]") {
  for (const int signal : {SIGTERM, SIGHUP, SIGINT}) {
    Program program = start({"--listen", "0", "-b", "24h"});
    program.listening_port();
    program.send_signal(signal);
    program.expect_exit(signal == SIGINT ? died_of(SIGINT) : exited(0));
    program.expect_stdout("");
  }
}

TEST_CASE("a signal ends the wait for a server", "[stopping]") {
  const Server nobody(Server::State::Refusing);
  Program program = start({"-p", nobody.port_text()});
  program.wait_for_stderr("waiting for");
  program.send_signal(SIGTERM);
  program.expect_exit(exited(0));
}

TEST_CASE("what a connection brought is delivered after a signal", "[stopping]") {
  Server server;
  Program program = start({"-p", server.port_text(), "-b", "24h"});
  Connection connection = server.accept();
  server.stop_listening();
  connection.send("a b a\n");
  connection.close();
  program.wait_for_stderr("waiting for");
  program.send_signal(SIGTERM);
  program.expect_exit(exited(0));
  CHECK(sum_blocks(program.stdout_text()).at("a") == 2);
}

TEST_CASE("a first signal waits for a slow reader, who gets everything", "[stopping]") {
  Program program =
      start({"-b", "24h", "-f", "tsv"}, {.input = Input::Pipe, .output = Output::Stalled});
  program.write_stdin(many_words(20'000));
  program.close_stdin();
  program.wait_stdout_offered();
  program.send_signal(SIGTERM);
  program.read_stdout();
  program.expect_exit(exited(0));
  CHECK(sum_tsv(program.stdout_text()).size() == 20'000);
}

TEST_CASE("a second signal ends at once, whoever does not read", "[stopping]") {
  Program program =
      start({"-b", "24h", "-f", "tsv"}, {.input = Input::Pipe, .output = Output::Stalled});
  program.write_stdin(many_words(20'000));
  program.close_stdin();
  program.wait_stdout_offered();
  // Two different ones: the kernel makes one of two of a kind.
  program.send_signal(SIGTERM);
  program.send_signal(SIGINT);
  CHECK(program.wait_exit() != exited(0));
}

TEST_CASE("a reader that leaves is noticed on a quiet stream", "[stopping]") {
  Program program = start({"-b", "24h", "-f", "tsv", "-q"}, {.input = Input::NarrowPipe});
  program.write_stdin("a\n");
  program.wait_stdin_taken();
  CHECK(program.is_running());
  program.close_stdout();
  program.expect_exit(exited(0));
  CHECK(program.stderr_text().empty());
}

TEST_CASE("a reader that leaves while there is output ends the run quietly", "[stopping]") {
  Program program = start({"--listen", "0", "-b", "20ms", "-q"});
  program.wait_for_stdout("Time: ");
  program.close_stdout();
  program.expect_exit(exited(0));
  CHECK(program.stderr_text().empty());
}

TEST_CASE("a full output is an I/O error", "[stopping]") {
  Program program = start({"-b", "24h", "-", "-q"}, {.input = Input::Pipe, .output = Output::Full});
  program.write_stdin("a\n");
  program.close_stdin();
  program.expect_exit(exited(74));
  const std::string error = program.stderr_text();
  INFO(error);
  CHECK(error.find("No space left on device") != std::string::npos);
  CHECK(error.find("stdout") != std::string::npos);
  CHECK(std::count(error.begin(), error.end(), '\n') == 1);
}

TEST_CASE("an output or input that is closed from the start is an I/O error", "[stopping]") {
  Program output = start({"--listen", "0"}, {.output = Output::Closed});
  output.expect_exit(exited(74));
  CHECK(output.stderr_text().find("stdout") != std::string::npos);
  Program input = start({"-"}, {.input = Input::Closed});
  input.expect_exit(exited(74));
  CHECK(input.stderr_text().find("stdin") != std::string::npos);
}

TEST_CASE("an output file is appended to as the shell opened it", "[stopping]") {
  const Folder folder;
  const std::string path = folder.write("out.tsv", "");
  Program program = start({"-b", "24h", "-f", "tsv", "-"},
                          {.input = Input::Pipe, .output = Output::File, .output_path = path});
  program.write_stdin("a a\n");
  program.close_stdin();
  program.expect_exit(exited(0));
  CHECK(sum_tsv(read_file(path)).at("a") == 2);
}

TEST_CASE("a stalled reader stops the sender, memory stays bounded, nothing is lost",
          "[stopping]") {
  constexpr std::size_t kSentMax = 256U << 20U;
  const Server server;
  Program program = start({"-p", server.port_text(), "-b", "10ms", "-f", "tsv", "--until-eof"},
                          {.output = Output::Stalled});
  Connection connection = server.accept();
  std::string pending;
  std::uint64_t line_count = 0;
  std::size_t sent = 0;
  while (sent < kSentMax) {
    // Words that come once and once again much later: the output is about as long as the input.
    // Long ones: what was held back is counted and written before the end, under sanitizers, too.
    while (pending.size() < 65536) {
      pending += std::string(56, 'w') + std::to_string(line_count++ % 1'000'000) + "\n";
    }
    const std::size_t count = connection.send_some(pending, std::chrono::seconds(1));
    if (count == 0) break;
    sent += count;
    pending.erase(0, count);
  }
  INFO("sent before it stalled: " << sent);
  CHECK(sent < kSentMax);
  CHECK(peak_memory_kib(program.pid()) < kMemoryMaxKib);
  program.read_stdout();
  connection.send(pending);
  connection.close();
  program.expect_exit(exited(0));
  std::uint64_t counted = 0;
  for (const Row& row : read_tsv(program.stdout_text())) counted += row.count;
  CHECK(counted == line_count);
}
