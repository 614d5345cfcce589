// Where lines come from: a server, standard input, files.
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/peer.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

using Words = std::vector<std::string>;

/// A run that follows words.txt of `folder` with short batches.
Program follow(const Folder& folder) {
  return start({"--follow", "words.txt", "-b", "20ms", "-f", "tsv"}, {.directory = folder.path()});
}

}  // namespace

TEST_CASE("a server that is there first is connected to", "[sources]") {
  const Server server;
  Program program = start({"-p", server.port_text(), "-b", "20ms", "-f", "tsv"});
  const Connection connection = server.accept();
  connection.send("hello world\n");
  program.wait_for_stdout("hello\t1\n");
  program.wait_for_stdout("world\t1\n");
  CHECK(program.stderr_text().starts_with("wordstream: connected to localhost:" +
                                          server.port_text()));
}

TEST_CASE("a server that comes later is waited for", "[sources]") {
  Server server(Server::State::Refusing);
  Program program = start({"-p", server.port_text(), "-b", "20ms", "-f", "tsv"});
  program.wait_for_stderr("wordstream: waiting for localhost:" + server.port_text());
  CHECK(program.stderr_text().find("Connection refused") != std::string::npos);
  server.listen_again();
  const Connection connection = server.accept();
  connection.send("hello\n");
  program.wait_for_stdout("hello\t1\n");
  program.wait_for_stderr("connected to localhost:" + server.port_text());
}

TEST_CASE("a server that goes and comes back is found again, with a line per change", "[sources]") {
  Server server;
  Program program = start({"-p", server.port_text(), "-b", "20ms", "-f", "tsv"});
  for (int round = 1; round <= 3; ++round) {
    Connection connection = server.accept();
    const std::string word = "round" + std::to_string(round);
    connection.send(word + "\n");
    program.wait_for_stdout(word + "\t1\n");
    server.stop_listening();
    connection.close();
    program.wait_for_stderr("waiting for", round);
    server.listen_again();
  }
  const Connection last = server.accept();
  program.wait_for_stderr(" connected to localhost", 4);
  const std::string log = program.stderr_text();
  INFO(log);
  // Changes of state alone: connected, lost, waiting, and no line per try.
  CHECK(std::count(log.begin(), log.end(), '\n') <= 4 + 3 * 2);
}

TEST_CASE("an orderly close counts the last line, a reset drops it with a warning", "[sources]") {
  Server server;
  Program program = start({"-p", server.port_text(), "-b", "20ms", "-f", "tsv"});
  Connection first = server.accept();
  first.send("one\ntwo");
  first.close();
  program.wait_for_stdout("two\t1\n");
  Connection second = server.accept();
  second.send("three\nfour");
  program.wait_for_stdout("three\t1\n");
  second.reset();
  program.wait_for_stderr("wordstream: warning: ");
  const Connection third = server.accept();
  third.send("five\n");
  program.wait_for_stdout("five\t1\n");
  const auto sums = sum_tsv(program.stdout_text());
  CHECK_FALSE(sums.contains("four"));
  CHECK_FALSE(sums.contains("fourfive"));
}

TEST_CASE("lines arrive whole however they are cut up", "[sources]") {
  const Server server;
  Program program = start({"-p", server.port_text(), "-b", "24h", "-f", "tsv", "--until-eof"});
  Connection connection = server.accept();
  for (const char c : std::string("hello world\r\nhello\rworld \xe2\x82\xac\n"))
    connection.send(std::string(1, c));
  connection.close();
  program.expect_exit(exited(0));
  const auto sums = sum_tsv(program.stdout_text());
  CHECK(sums.at("hello") == 2);
  CHECK(sums.at("world") == 2);
  CHECK(sums.at("\xe2\x82\xac") == 1);
  CHECK(sums.size() == 3);
}

TEST_CASE("without a source a pipe or a file on stdin is read", "[sources]") {
  CHECK(sum_blocks(finish({"-b", "24h"}, "a b a\n").out).at("a") == 2);
  const Folder folder;
  Program file = start({"-b", "24h"},
                       {.input = Input::File, .input_path = folder.write("words.txt", "a b a\n")});
  file.expect_exit(exited(0));
  CHECK(sum_blocks(file.stdout_text()).at("a") == 2);
}

TEST_CASE("a connected socket on stdin is read like a pipe, named or not", "[sources]") {
  const Words source = GENERATE(Words{}, Words{"-"});
  Words arguments{"-b", "20ms", "-f", "tsv"};
  arguments.insert(arguments.end(), source.begin(), source.end());
  Program program = start(arguments, {.input = Input::Socket});
  program.write_stdin("hello wor");
  program.write_stdin("ld\n");
  program.wait_for_stdout("world\t1\n");
  program.write_stdin("last");
  program.close_stdin();
  program.expect_exit(exited(0));
  CHECK(program.stdout_text().ends_with("last\t1\n"));
  CHECK(program.stderr_text().empty());
}

TEST_CASE("a socket on stdin that breaks ends the run with 69, and with what was whole",
          "[sources]") {
  const Server server;
  const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(server.port()));
  const auto* const to = reinterpret_cast<const sockaddr*>(&address);
  require_os(::connect(socket.get(), to, sizeof address) == 0, "connect");
  Connection far_end = server.accept();
  Program program =
      start({"-b", "20ms", "-f", "tsv"}, {.input = Input::Given, .input_descriptor = socket.get()});
  far_end.send("whole\nhalf");
  program.wait_for_stdout("whole\t1\n");
  far_end.reset();
  program.expect_exit(exited(69));
  CHECK(program.stderr_text().find("cannot read stdin: Connection reset by peer") !=
        std::string::npos);
  CHECK_FALSE(sum_tsv(program.stdout_text()).contains("half"));
}

TEST_CASE("a byte order mark on stdin begins no word", "[sources]") {
  CHECK(sum_blocks(finish({"-b", "24h"}, "\xef\xbb\xbfto be to\n").out).at("to") == 2);
}

TEST_CASE("stdin that is no text is said so once, with a command that helps, and counted",
          "[sources]") {
  const Finished run = finish({"-b", "24h", "-f", "tsv"}, "PK\x03\x04\nPK\x03\x04\n");
  CHECK(run.exit == exited(0));
  CHECK(sum_tsv(run.out).at("PK\x03\x04") == 2);
  CHECK(run.err ==
        "wordstream: warning: stdin begins as zip does, and is counted as it is; to count the text "
        "in it: unzip -p FILE | wordstream -\n");
}

TEST_CASE("a socket on stdin that no stream comes from is refused, named or not", "[sources]") {
  const Words source = GENERATE(Words{}, Words{"-"});
  const auto [type, is_listening, why] =
      GENERATE(std::tuple(SOCK_DGRAM, false, "it is a socket for datagrams"),
               std::tuple(SOCK_STREAM, true, "it is a socket that listens"),
               std::tuple(SOCK_STREAM, false, "it is a socket that is not connected"));
  const Descriptor socket(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  const sockaddr_un anywhere{.sun_family = AF_UNIX, .sun_path = {}};
  if (is_listening) {
    const auto* const address = reinterpret_cast<const sockaddr*>(&anywhere);
    require_os(::bind(socket.get(), address, sizeof anywhere.sun_family) == 0, "bind");
    require_os(::listen(socket.get(), 1) == 0, "listen");
  }
  Program program = start(source, {.input = Input::Given, .input_descriptor = socket.get()});
  program.expect_exit(exited(66));
  CHECK(program.stderr_text() ==
        "wordstream: cannot read stdin: " + std::string(why) + "; connect it, or name a SOURCE\n");
}

TEST_CASE("a directory on stdin is refused, named or not", "[sources]") {
  const Words source = GENERATE(Words{}, Words{"-"});
  const Folder folder;
  Program program = start(source, {.input = Input::File, .input_path = folder.path()});
  program.expect_exit(exited(66));
  CHECK(program.stderr_text() ==
        "wordstream: cannot read stdin: Is a directory; name a file in it\n");
}

TEST_CASE("without a source and without input it is localhost:9999", "[sources]") {
  Program program = start({"-b", "24h"});
  program.wait_for_stderr("localhost:9999");
}

TEST_CASE("a source that is named wins over a pipe on stdin", "[sources]") {
  const Server server;
  Program program =
      start({"-p", server.port_text(), "-b", "24h", "--until-eof"}, {.input = Input::Pipe});
  program.write_stdin("stdin\n");
  Connection connection = server.accept();
  connection.send("tcp\n");
  connection.close();
  program.expect_exit(exited(0));
  CHECK(sum_blocks(program.stdout_text()) == std::map<std::string, std::uint64_t>{{"tcp", 1}});
}

TEST_CASE("SOURCE - is standard input, from a pipe, a file or nowhere", "[sources]") {
  CHECK(sum_blocks(finish({"-", "-b", "24h"}, "a b a\n").out).at("a") == 2);
  const Folder folder;
  const std::string path = folder.write("words.txt", "a b a\n");
  Program file = start({"-b", "24h", "-"}, {.input = Input::File, .input_path = path});
  file.expect_exit(exited(0));
  CHECK(sum_blocks(file.stdout_text()).at("a") == 2);
  Program null = start({"-b", "24h", "-"});
  null.expect_exit(exited(0));
  null.expect_stdout("");
}

TEST_CASE("a file is read to its end, named in each way", "[sources]") {
  const Folder folder;
  const std::string path = folder.write("words.txt", "a b a\nlast");
  const Words names{"words.txt", "./words.txt", "file:words.txt", path, "file:" + path};
  for (const std::string& name : names) {
    Program program = start({name, "-b", "24h"}, {.directory = folder.path()});
    program.expect_exit(exited(0));
    const auto sums = sum_blocks(program.stdout_text());
    CHECK(sums.at("a") == 2);
    CHECK(sums.at("last") == 1);
  }
}

TEST_CASE("a followed file is read as it grows", "[sources]") {
  const Folder folder;
  folder.write("words.txt", "old\n");
  Program program = follow(folder);
  program.wait_for_stdout("old\t1\n");
  folder.append("words.txt", "new\nha");
  program.wait_for_stdout("new\t1\n");
  folder.append("words.txt", "lf\n");
  program.wait_for_stdout("half\t1\n");
  program.send_signal(SIGTERM);
  program.expect_exit(exited(0));
}

TEST_CASE("a followed file that is rotated by rename is drained, then its successor read",
          "[sources]") {
  const Folder folder;
  folder.write("words.txt", "one\n");
  Program program = follow(folder);
  program.wait_for_stdout("one\t1\n");
  folder.rename("words.txt", "words.txt.1");
  folder.append("words.txt.1", "two\n");
  program.wait_for_stdout("two\t1\n");
  folder.write("words.txt", "three\n");
  program.wait_for_stdout("three\t1\n");
  folder.append("words.txt", "four\n");
  program.wait_for_stdout("four\t1\n");
  const auto sums = sum_tsv(program.stdout_text());
  CHECK(sums ==
        std::map<std::string, std::uint64_t>{{"one", 1}, {"two", 1}, {"three", 1}, {"four", 1}});
}

TEST_CASE("a followed file that is rotated many times loses nothing", "[sources]") {
  const Folder folder;
  folder.write("words.txt", "");
  Program program = follow(folder);
  program.wait_for_stderr("words.txt");
  for (int round = 0; round < 10; ++round) {
    const std::string word = "round" + std::to_string(round);
    folder.append("words.txt", word + "\n");
    folder.rename("words.txt", "words.txt." + std::to_string(round));
    folder.write("next", word + "\n");
    folder.rename("next", "words.txt");
    program.wait_for_stdout([&](const std::string& text) {
      const auto sums = sum_tsv(text);
      return sums.contains(word) && sums.at(word) == 2;
    });
  }
}

TEST_CASE("a followed file that is rotated twice while the program stands still loses nothing",
          "[sources]") {
  const Folder folder;
  folder.write("words.txt", "one\n");
  folder.write("words.txt.1", "old\n");
  Program program = follow(folder);
  program.wait_for_stdout("one\t1\n");
  program.stop();
  folder.rename("words.txt.1", "words.txt.2");
  folder.rename("words.txt", "words.txt.1");
  folder.write("words.txt", "two\nhalf");
  folder.rename("words.txt.2", "words.txt.3");
  folder.rename("words.txt.1", "words.txt.2");
  folder.rename("words.txt", "words.txt.1");
  folder.write("words.txt", "three\n");
  program.send_signal(SIGCONT);
  program.wait_for_stdout("three\t1\n");
  program.wait_for_stdout("half\t1\n");  // once nobody goes on with it
  CHECK(sum_tsv(program.stdout_text()) ==
        std::map<std::string, std::uint64_t>{{"one", 1}, {"two", 1}, {"half", 1}, {"three", 1}});
  program.wait_for_stderr(
      "words.txt was rotated again before it was seen: going on with "
      "words.txt.1\n");
}

TEST_CASE("a followed file that is truncated is said so and read from the start", "[sources]") {
  const Folder folder;
  folder.write("words.txt", "before before before\n");
  Program program = follow(folder);
  program.wait_for_stdout("before\t3\n");
  folder.truncate("words.txt");
  program.wait_for_stderr("truncated");
  folder.append("words.txt", "after\n");
  program.wait_for_stdout("after\t1\n");
  CHECK(sum_tsv(program.stdout_text()).at("before") == 3);
}

TEST_CASE("the flag --from end begins at the end of a file, behind the line that it falls into",
          "[sources]") {
  const Folder folder;
  folder.write("words.txt", "old\nha");
  Program program = start({"--follow", "words.txt", "--from", "end", "-b", "20ms", "-f", "tsv"},
                          {.directory = folder.path()});
  program.wait_for_stderr("following words.txt");
  folder.append("words.txt", "lf\nnew\n");
  program.wait_for_stdout("new\t1\n");
  CHECK(sum_tsv(program.stdout_text()) == std::map<std::string, std::uint64_t>{{"new", 1}});
}

TEST_CASE("the flag --from is the way on where another file stands than was read", "[sources]") {
  const Folder folder;
  const bool is_start = GENERATE(true, false);
  folder.write("words.txt", "one\n");
  const Words again{"words.txt", "-m", "exactly-once", "--checkpoint", "ck", "--sink", "out.tsv"};
  Program first = start(again, {.directory = folder.path()});
  first.expect_exit(exited(0));
  folder.rename("words.txt", "elsewhere");
  folder.write("words.txt", "two\nthree\n");
  Program refused = start(again, {.directory = folder.path()});
  refused.expect_exit(exited(65));
  CHECK(refused.stderr_text().find("--from start or --from end") != std::string::npos);
  Words with = again;
  with.insert(with.end(), {"--from", is_start ? "start" : "end"});
  Program program = start(with, {.directory = folder.path()});
  program.expect_exit(exited(0));
  CHECK(program.stderr_text().find("warning: words.txt is gone: it was read up to byte 4") !=
        std::string::npos);
  const auto sums = sum_tsv(read_file(folder / "out.tsv"));
  CHECK(sums.contains("two") == is_start);
  CHECK(sums.contains("one"));
}

TEST_CASE("the half line of a followed file is not counted when a signal ends the run",
          "[sources]") {
  const Folder folder;
  folder.write("words.txt", "whole\nhalf");
  Program program = follow(folder);
  program.wait_for_stdout("whole\t1\n");
  program.send_signal(SIGTERM);
  program.expect_exit(exited(0));
  CHECK_FALSE(sum_tsv(program.stdout_text()).contains("half"));
}
