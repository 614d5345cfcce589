// The harness watches others; these watch the harness, with programs whose behaviour is known.
#include <sys/socket.h>

#include <csignal>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/peer.h"
#include "cli/program.h"
#include "cli/visible.h"

using namespace wordstream::cli;

TEST_CASE("an exit code is seen, and told from a death by signal", "[harness]") {
  Program coded({"sh", "-c", "exit 74"});
  CHECK(coded.wait_exit() == exited(74));
  Program killed({"sh", "-c", "kill -INT $$"});
  CHECK(killed.wait_exit() == died_of(SIGINT));
  CHECK_FALSE(exited(2) == died_of(2));
}

TEST_CASE("an unequal expectation is shown whole, both sides of it", "[harness]") {
  CHECK(difference("a\tb\nc", "a b\n") ==
        "\nexpected:\n  a b\nseen:\n  a\\tb\n  c (no line end)\n");
  Program program({"sh", "-c", "echo out; echo err >&2; exit 3"});
  program.wait_exit();
  CHECK(program.report() ==
        "\n$ sh -c echo out; echo err >&2; exit 3\nexit code 3\nstdout:\n  out\nstderr:\n  err\n");
}

TEST_CASE("what is written to stdin comes back from cat", "[harness]") {
  Program cat({"cat"}, {.input = Input::Pipe});
  cat.write_stdin("hello\n");
  cat.wait_for_stdout("hello\n");
  CHECK(cat.is_running());
  cat.close_stdin();
  cat.expect_exit(exited(0));
  cat.expect_stdout("hello\n");
}

TEST_CASE("a narrow pipe tells when it has been read", "[harness]") {
  Program slow({"sh", "-c", "read -r line; echo got >&2; cat"}, {.input = Input::NarrowPipe});
  slow.write_stdin("first\n");
  slow.wait_stdin_taken();
  slow.wait_for_stderr("got");
}

TEST_CASE("a stalled output holds its writer until it is read", "[harness]") {
  Program writer({"sh", "-c", "head -c 300000 /dev/zero | tr '\\0' 'x'; echo done >&2"},
                 {.output = Output::Stalled});
  writer.wait_stdout_offered();
  CHECK(writer.is_running());
  writer.read_stdout();
  writer.expect_exit(exited(0));
  CHECK(writer.stdout_text().size() == 300000);
}

TEST_CASE("closing the output reaches the writer", "[harness]") {
  Program writer({"sh", "-c", "exec yes"});
  writer.wait_for_stdout("y\n");
  writer.close_stdout();
  CHECK(writer.wait_exit() == died_of(SIGPIPE));
}

TEST_CASE("streams can be closed, full, a file or a terminal", "[harness]") {
  const std::string look = "[ -e /proc/self/fd/1 ] || exit 5; [ -t 1 ] && exit 6; echo x || exit 7";
  CHECK(Program({"sh", "-c", look}, {.output = Output::Terminal}).wait_exit() == exited(6));
  CHECK(Program({"sh", "-c", look + " 2>&-"}, {.output = Output::Full}).wait_exit() == exited(7));
  CHECK(Program({"sh", "-c", "echo x"}, {.output = Output::Closed}).wait_exit() != exited(0));
  CHECK(Program({"cat"}, {.input = Input::Closed}).wait_exit() != exited(0));
  const Folder folder;
  const std::string in = folder.write("in", "content");
  Program copy({"cat"}, {.input = Input::File,
                         .output = Output::File,
                         .input_path = in,
                         .output_path = folder / "out"});
  copy.expect_exit(exited(0));
  CHECK(read_file(folder / "out") == "content");
}

TEST_CASE("a terminal passes bytes on as they are", "[harness]") {
  Program program({"printf", "a\\nb\\033"}, {.output = Output::Terminal});
  program.expect_exit(exited(0));
  program.expect_stdout("a\nb\033");
}

TEST_CASE("a program starts in a fresh directory that goes with it", "[harness]") {
  std::string directory;
  {
    Program program({"sh", "-c", "pwd; ls -A"});
    program.expect_exit(exited(0));
    directory = program.directory();
    program.expect_stdout(directory + "\n");
  }
  CHECK(Program({"test", "-e", directory}).wait_exit() == exited(1));
}

TEST_CASE("nobody has no rights", "[harness]") {
  Program program({"id", "-u"}, {.user = User::Nobody});
  program.expect_exit(exited(0));
  CHECK(program.stdout_text() != "0\n");
}

TEST_CASE("a server refuses and answers on one port", "[harness]") {
  Server server;
  const std::string target = "TCP:127.0.0.1:" + server.port_text();
  Program first({"socat", "-u", target, "-"});
  Connection connection = server.accept();
  connection.send("one\n");
  connection.close();
  first.expect_exit(exited(0));
  first.expect_stdout("one\n");

  server.stop_listening();
  CHECK(Program({"socat", "-u", target, "-"}).wait_exit() == exited(1));

  server.listen_again();
  Program second({"bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$0; exec cat <&3", server.port_text()});
  Connection broken = server.accept();
  broken.reset();
  CHECK(second.wait_exit() == exited(1));
  CHECK(second.stderr_text().find("Connection reset") != std::string::npos);
}

TEST_CASE("blocks and rows are read back", "[harness]") {
  const std::string text = block_text("1000 ms", {"(a,1)", "(b,c,20)"}) + block_text("2000 ms", {});
  const auto blocks = read_blocks(text + "-----");
  REQUIRE(blocks.size() == 2);
  CHECK(print_time_ms(blocks[1]) == 2000);
  CHECK(blocks[0].rows == std::vector<std::string>{"(a,1)", "(b,c,20)"});
  CHECK(sum_blocks(text).at("b,c") == 20);
  CHECK(sum_tsv("1\t2\ta\t3\n2\t3\ta\t4\n3\t4").at("a") == 7);
}
