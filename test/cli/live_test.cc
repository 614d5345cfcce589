// The live view as its terminal gets it, byte by byte: what is drawn, and how the screen comes
// back.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <csignal>
#include <fstream>
#include <string>

#include "catch.h"
#include "cli/descriptor.h"
#include "cli/peer.h"
#include "cli/program.h"
#include "cli/visible.h"

using namespace wordstream::cli;

namespace {

const std::string kEnter = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const std::string kLeave = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

bool contains(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

Program start_live(std::vector<std::string> arguments, Setup setup = {}) {
  arguments.insert(arguments.end(), {"--format", "live"});
  setup.output = Output::Terminal;
  return start(std::move(arguments), std::move(setup));
}

/// The terminal itself, as another program would open it.
Descriptor terminal_of(const Program& program) {
  const std::string path = "/proc/" + std::to_string(program.pid()) + "/fd/1";
  Descriptor terminal(::open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  require_os(terminal.is_open(), path.c_str());
  return terminal;
}

/// Whether the program has not yet seen a signal that it was sent.
bool has_pending_signal(const Program& program) {
  std::ifstream status("/proc/" + std::to_string(program.pid()) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("ShdPnd:")) return line.find_first_not_of("\t0", 7) != line.npos;
  }
  return false;
}

/// What one run over a file shows, from its first byte to its last.
std::string drawn(const std::string& text, std::vector<std::string> environment) {
  const Folder folder;
  folder.write("words.txt", text);
  Program program = start_live({"words.txt", "--batch", "24h"},
                               {.directory = folder.path(), .environment = std::move(environment)});
  program.expect_exit(exited(0));
  return program.stdout_text();
}

}  // namespace

TEST_CASE("a live view ends with its last picture on the screen as it was", "[live]") {
  const std::string seen = drawn("to be or not to be\n", {});
  INFO(visible(seen));
  CHECK(seen.starts_with(kEnter));
  const std::size_t last = seen.find(kLeave);
  REQUIRE(last != std::string::npos);
  const std::string picture = seen.substr(last + kLeave.size());
  CHECK(contains(picture, "reading words.txt\r\n"));
  CHECK(contains(picture, "partial"));
  CHECK(contains(picture, "4 distinct\r\n\r\n"));
  CHECK(contains(picture, "  be "));
  CHECK(picture.ends_with("\r\n\x1b[?7h"));
  CHECK(seen.find(kEnter, 1) == std::string::npos);
}

TEST_CASE("colours are off with NO_COLOR, unless that is empty", "[live]") {
  CHECK(contains(drawn("a\n", {}), "\x1b[36m"));
  CHECK(contains(drawn("a\n", {"NO_COLOR="}), "\x1b[36m"));
  const std::string plain = drawn("a\n", {"NO_COLOR=1"});
  for (const char* sequence : {"\x1b[1m", "\x1b[2m", "\x1b[36m"}) CHECK(!contains(plain, sequence));
}

TEST_CASE(
    "a live view is no sink: a checkpoint knows nothing of it, and shows it the last batch again",
    "[live]") {
  const Folder folder;
  folder.write("words.txt", "to be or not to be\n");
  const std::string checkpoint = folder.path() + "/ck";
  for (int time = 0; time < 2; ++time) {
    Program program = start_live(
        {"words.txt", "--batch", "24h", "--mode", "at-least-once", "--checkpoint", checkpoint},
        {.directory = folder.path()});
    program.expect_exit(exited(0));
    CHECK(contains(program.stdout_text(), "4 distinct"));
    CHECK_FALSE(contains(program.stderr_text(), "stdout"));
  }
  const Finished inspected = finish({"inspect", checkpoint, "--format", "json"}, "");
  CHECK(contains(inspected.out, "\"sinks\":[]"));
}

TEST_CASE("of a live view nothing is promised, so exactly-once needs another output", "[live]") {
  const Finished alone = finish({"words.txt", "-f", "live", "-m", "exactly-once"}, "");
  CHECK(alone.exit == exited(78));
  const Finished beside =
      finish({"words.txt", "--sink", "stdout?format=live", "--sink", "/x/out.db", "-m",
              "exactly-once", "--checkpoint", "/x/ck", "--explain"},
             "");
  CHECK(contains(beside.out, "file:/x/out.db: exactly-once"));
  CHECK(contains(beside.out, "stdout: a picture"));
  CHECK(contains(beside.out, "nothing is promised"));
}

TEST_CASE("bars are ASCII where the locale is not UTF-8", "[live]") {
  CHECK(contains(drawn("a\n", {}), "█"));
  CHECK(contains(drawn("a\n", {"LANG=de_DE.utf8"}), "█"));
  CHECK(contains(drawn("a\n", {"LC_ALL=C"}), "m####"));
  CHECK(contains(drawn("a\n", {"LC_CTYPE=de_DE.ISO-8859-1"}), "m####"));
  CHECK(contains(drawn("a\n", {"LC_ALL=C", "LC_CTYPE=C.UTF-8"}), "m####"));
}

TEST_CASE("a terminal that cannot move its cursor is a mistake to tell", "[live]") {
  for (const char* type : {"TERM=dumb", "TERM="}) {
    Program program = start_live({"--listen", "0"}, {.environment = {type}});
    program.expect_exit(exited(64));
    program.expect_stdout("");
    CHECK(contains(program.stderr_text(), "wordstream: --format live: "));
    CHECK(contains(program.stderr_text(), type));
  }
}

TEST_CASE("messages go to a stderr that is no terminal at once", "[live]") {
  Program program = start_live({"--listen", "0"});
  program.wait_for_stderr("listening on");
  program.wait_for_stdout("no clients, listening on 127.0.0.1:");
  CHECK(program.is_running());
}

TEST_CASE("clients are shown as they come and go, without an emission", "[live]") {
  Program program = start_live({"--listen", "0", "--batch", "24h"});
  Connection one = connect_to(program.listening_port());
  program.wait_for_stdout("1 client, listening on");
  Connection other = connect_to(program.listening_port());
  program.wait_for_stdout("2 clients, listening on");
}

TEST_CASE("the first signal ends a live view in order", "[live]") {
  for (const int signal : {SIGTERM, SIGHUP, SIGINT}) {
    Program program = start_live({"--batch", "24h", "-"}, {.input = Input::NarrowPipe});
    program.write_stdin("hello\n");
    program.wait_stdin_taken();
    program.wait_for_stdout("nothing counted yet");
    program.send_signal(signal);
    program.expect_exit(signal == SIGINT ? died_of(SIGINT) : exited(0));
    const std::string seen = program.stdout_text();
    REQUIRE(contains(seen, kLeave));
    CHECK(contains(seen.substr(seen.find(kLeave)), "  hello "));
  }
}

TEST_CASE("a second signal gives the screen back, even one that was stopped", "[live]") {
  Program program = start_live({"--batch", "24h", "--listen", "0"});
  program.wait_for_stdout("listening on");
  require_os(::tcflow(terminal_of(program).get(), TCOOFF) == 0, "tcflow");
  program.send_signal(SIGTERM);
  while (has_pending_signal(program)) continue;
  program.send_signal(SIGTERM);
  program.expect_exit(died_of(SIGTERM));
  CHECK(contains(program.stdout_text(), kLeave));
}

TEST_CASE("what kills a live view gives the screen back", "[live]") {
  for (const int signal : {SIGABRT, SIGQUIT, SIGSEGV}) {
    Program program = start_live({"--batch", "24h", "--listen", "0"});
    program.wait_for_stdout("listening on");
    program.send_signal(signal);
    program.expect_exit(signal == SIGABRT ? exited(70) : died_of(signal));
    CHECK(program.stdout_text().ends_with(kLeave));
  }
}

TEST_CASE("a live view without memory gives the screen back, then says so", "[live]") {
  const Folder folder;
  std::string words;
  for (int i = 0; i < 3'000'000; ++i) words += "some-longer-word-" + std::to_string(i) + " ";
  folder.write("words.txt", words + "\n");
  Program program(
      {"sh", "-c", "ulimit -v 400000; exec \"$0\" words.txt --max-line 1GiB --batch 24h -f live",
       program_under_test()},
      {.output = Output::Terminal, .directory = folder.path()});
  program.expect_exit(exited(71));
  CHECK(program.stdout_text().ends_with(kLeave));
  CHECK(contains(program.stderr_text(), "out of memory"));
}

TEST_CASE("a terminal that is closed ends a live view quietly", "[live]") {
  Program program = start_live({"--batch", "10ms", "--listen", "0"});
  program.wait_for_stdout("listening on");
  program.close_stdout();
  program.expect_exit(exited(0));
  CHECK_FALSE(contains(program.stderr_text(), "cannot"));
}

TEST_CASE("a new size is drawn at once", "[live]") {
  Program program = start_live({"--batch", "24h", "--listen", "0"});
  program.wait_for_stdout("listening on");
  const winsize size{10, 20, 0, 0};
  require_os(::ioctl(terminal_of(program).get(), TIOCSWINSZ, &size) == 0, "TIOCSWINSZ");
  program.wait_for_stdout("no clients, listeni…");
}
