// Every option once, in each of its forms.
#include <fmt/format.h>

#include <regex>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/peer.h"
#include "cli/program.h"
#include "cli/visible.h"

using namespace wordstream::cli;

namespace {

bool contains(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

/// The rows of the only block printed.
std::vector<std::string> rows_of(std::vector<std::string> arguments, const std::string& input) {
  const Finished run = finish(std::move(arguments), input);
  INFO(visible_lines(run.err));
  CHECK(run.exit == exited(0));
  const auto blocks = read_blocks(run.out);
  REQUIRE(blocks.size() == 1);
  return blocks[0].rows;
}

using Rows = std::vector<std::string>;

}  // namespace

TEST_CASE("the flag --help and -h explain on stdout", "[flags]") {
  for (const char* flag : {"--help", "-h"}) {
    Program program = start({flag});
    program.expect_exit(exited(0));
    CHECK(contains(program.stdout_text(), "wordstream [OPTIONS] [SOURCE...]"));
    CHECK(contains(program.stdout_text(), "--batch"));
    CHECK(program.stderr_text().empty());
  }
}

TEST_CASE("the flag --version and -V name the program and its version", "[flags]") {
  for (const char* flag : {"--version", "-V"}) {
    Program program = start({flag});
    program.expect_exit(exited(0));
    CHECK(std::regex_match(program.stdout_text(),
                           std::regex("wordstream [0-9]+[.][0-9]+[.][0-9]+(-dev)? "
                                      "[(]Unicode [0-9.]+, RE2 [0-9]+, RapidJSON [0-9.]+, "
                                      "librdkafka [0-9.]+[)]\n")));
    CHECK(program.stderr_text().empty());
  }
}

TEST_CASE("help and version that cannot be written are an error", "[flags]") {
  start({"--help"}, {.output = Output::Full}).expect_exit(exited(74));
  start({"--version"}, {.output = Output::Full}).expect_exit(exited(74));
}

TEST_CASE("the flag --batch sets the interval, in each of its forms", "[flags]") {
  const std::vector<Rows> forms{
      {"--batch", "70ms"}, {"--batch=70ms"}, {"-b", "70ms"}, {"-b70ms"}, {"--batch", "0.07s"}};
  for (Rows arguments : forms) {
    arguments.insert(arguments.end(), {"--listen", "0", "--max-batches", "2"});
    Program program = start(arguments);
    program.expect_exit(exited(0));
    const auto blocks = read_blocks(program.stdout_text());
    REQUIRE(blocks.size() == 2);
    CHECK(print_time_ms(blocks[0]) % 70 == 0);
    CHECK(print_time_ms(blocks[1]) % 70 == 0);
  }
}

TEST_CASE("the last of a repeated option wins", "[flags]") {
  CHECK(rows_of({"-b", "24h", "--top", "3", "--top", "1"}, "a b c d\n") == Rows{"(a,1)", "..."});
  CHECK(rows_of({"-b", "24h", "-f", "tsv", "--format=print"}, "a\n") == Rows{"(a,1)"});
  CHECK(rows_of({"-b", "10ms", "-b", "24h"}, "a\n") == Rows{"(a,1)"});
  CHECK(rows_of({"-b", "24h", "--lower", "--lower"}, "A\n") == Rows{"(a,1)"});
  CHECK(rows_of({"-b", "24h", "--split", "python", "--split", "whitespace"}, "a \n") ==
        Rows{"(a,1)"});
}

TEST_CASE("the flag --top and -n limit the rows, all lifts the limit", "[flags]") {
  const std::string input = "a b c d e f g h i j k l\n";
  CHECK(rows_of({"-b", "24h", "-n", "2"}, input) == Rows{"(a,1)", "(b,1)", "..."});
  CHECK(rows_of({"-b", "24h", "-n2"}, input).size() == 3);
  CHECK(rows_of({"-b", "24h", "--top=12"}, input).size() == 12);
  CHECK(rows_of({"-b", "24h", "--top", "all"}, input).size() == 12);
  CHECK(rows_of({"-b", "24h"}, input).size() == 11);
}

TEST_CASE("the flag --port and -p connect to localhost, --host elsewhere", "[flags]") {
  const Server server;
  const std::string port = server.port_text();
  const std::vector<Rows> forms{{"--port", port},
                                {"--port=" + port},
                                {"-p", port},
                                {"-p" + port},
                                {"--host", "127.0.0.1", "--port", port},
                                {"-p", port, "--host=localhost"},
                                {"tcp://localhost:" + port}};
  for (Rows arguments : forms) {
    arguments.insert(arguments.end(), {"--batch", "24h", "--until-eof"});
    Program program = start(arguments);
    Connection connection = server.accept();
    connection.send("hello\n");
    connection.close();
    program.expect_exit(exited(0));
    CHECK(sum_blocks(program.stdout_text()).at("hello") == 1);
    const std::string host =
        contains(program.report(), "--host 127.0.0.1") ? "127.0.0.1" : "localhost";
    INFO(program.report());
    CHECK(contains(program.stderr_text(),
                   fmt::format("wordstream: connected to {0}:{1} (127.0.0.1:{1})\n", host, port)));
  }
}

TEST_CASE("the flag --listen and -l take connections in", "[flags]") {
  const std::vector<Rows> forms{{"--listen", "0"},
                                {"--listen=0"},
                                {"-l", "0"},
                                {"-l0"},
                                {"--listen", "127.0.0.1:0"},
                                {"--listen", "localhost:0"},
                                {"tcp-listen://0"},
                                {"tcp-listen://127.0.0.1:0"}};
  for (Rows arguments : forms) {
    arguments.insert(arguments.end(), {"--batch", "24h", "--until-eof"});
    Program program = start(arguments);
    Connection connection = connect_to(program.listening_port());
    connection.send("hello\n");
    connection.close();
    program.expect_exit(exited(0));
    CHECK(sum_blocks(program.stdout_text()).at("hello") == 1);
  }
}

TEST_CASE("the flag --quiet leaves errors alone on stderr, --verbose tells more", "[flags]") {
  const auto stderr_of = [](const Rows& more) {
    const Server server;
    Rows arguments{"--port", server.port_text(), "--batch", "24h", "--until-eof"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    Program program = start(arguments);
    Connection connection = server.accept();
    connection.send("hello\n");
    connection.close();
    program.expect_exit(exited(0));
    CHECK(sum_blocks(program.stdout_text()).at("hello") == 1);
    return program.stderr_text();
  };
  CHECK(stderr_of({"-q"}).empty());
  const std::string normal = stderr_of({});
  CHECK_FALSE(normal.empty());
  CHECK(stderr_of({"-v"}).size() > normal.size());
  Program failing = start({"-q", "missing.txt"});
  failing.expect_exit(exited(66));
  CHECK_FALSE(failing.stderr_text().empty());
}

TEST_CASE("the flag --until-eof ends with the stream", "[flags]") {
  const Server server;
  Program program = start({"-p", server.port_text(), "-b", "24h", "--until-eof"});
  server.accept().send("a\n");
  program.expect_exit(exited(0));
  CHECK(sum_blocks(program.stdout_text()).at("a") == 1);
}

TEST_CASE("the flag --max-batches ends after so many, empty ones included", "[flags]") {
  Program program = start({"--listen", "0", "--batch", "20ms", "--max-batches", "3"});
  program.expect_exit(exited(0));
  CHECK(read_blocks(program.stdout_text()).size() == 3);
}

TEST_CASE("the flag --wait is satisfied by a connection", "[flags]") {
  const Server server;
  Program program = start({"-p", server.port_text(), "--wait", "20s", "--until-eof", "-b", "24h"});
  server.accept().close();
  program.expect_exit(exited(0));
  program.expect_stdout("");
}

TEST_CASE("a double dash ends the options", "[flags]") {
  const Folder folder;
  folder.write("-odd", "a\n");
  Program program = start({"-b", "24h", "--", "-odd"}, {.directory = folder.path()});
  program.expect_exit(exited(0));
  CHECK(sum_blocks(program.stdout_text()).at("a") == 1);
}
