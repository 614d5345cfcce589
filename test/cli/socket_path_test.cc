// Sockets with paths: unix:PATH and unix-listen:PATH.
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/peer.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

using Sums = std::map<std::string, std::uint64_t>;

Program start_in(const Folder& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"-b", "20ms", "-f", "tsv"});
  return start(std::move(arguments), {.directory = folder.path()});
}

}  // namespace

TEST_CASE("a server at a path is connected to, and found again when it was gone", "[unix]") {
  const Folder folder;
  const std::string path = folder / "words.sock";
  Program program = start_in(folder, {"unix:words.sock"});
  program.wait_for_stderr(
      "wordstream: waiting for unix:words.sock: No such file or directory; trying until it "
      "answers\n");
  {
    const PathServer server(path);
    Connection connection = server.accept();
    connection.send("hello\nla");
    program.wait_for_stdout("hello\t1\n");
    connection.send("st");
  }
  program.wait_for_stdout("last\t1\n");
  program.wait_for_stderr("wordstream: connected to unix:words.sock\n");
  program.wait_for_stderr("unix:words.sock has closed the connection; waiting for it");
  std::filesystem::remove(path);
  const PathServer again(path);
  const Connection connection = again.accept();
  connection.send("again\n");
  program.wait_for_stdout("again\t1\n");
}

TEST_CASE("clients of a path are counted until all have left, and its file goes with the run",
          "[unix]") {
  const Folder folder;
  const std::string path = folder / "words.sock";
  Program program = start_in(folder, {"unix-listen:words.sock", "--until-eof", "-v"});
  program.wait_for_stderr("wordstream: listening on unix:words.sock\n");
  {
    const Connection one = connect_to(path);
    const Connection two = connect_to(path);
    one.send("\xef\xbb\xbfone\nhalf");
    two.send("two\n");
    program.wait_for_stdout("two\t1\n");
    one.send("way\n");
    program.wait_for_stdout("halfway\t1\n");
  }
  program.expect_exit(exited(0));
  // A mark is no news from a client: its stream need not begin a text.
  CHECK(sum_tsv(program.stdout_text()) == Sums{{"\xef\xbb\xbfone", 1}, {"two", 1}, {"halfway", 1}});
  CHECK(program.stderr_text().find("process " + std::to_string(::getpid()) + " has connected") !=
        std::string::npos);
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("the file of a socket goes when a signal ends the run, and is replaced after a kill",
          "[unix]") {
  const Folder folder;
  const std::string path = folder / "words.sock";
  Program killed = start_in(folder, {"unix-listen:words.sock"});
  killed.wait_for_stderr("listening on");
  killed.send_signal(SIGKILL);
  killed.expect_exit(died_of(SIGKILL));
  CHECK(std::filesystem::exists(path));
  Program next = start_in(folder, {"unix-listen:words.sock"});
  next.wait_for_stderr("listening on");
  const Connection client = connect_to(path);
  client.send("hello\n");
  next.wait_for_stdout("hello\t1\n");
  next.send_signal(SIGTERM);
  next.expect_exit(exited(0));
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a path at which somebody listens is left to him, undisturbed", "[unix]") {
  const Folder folder;
  const std::string where = GENERATE(std::string("unix-listen:words.sock"), std::string("@"));
  const std::string name = "@" + folder / "words.sock";
  const std::string source = where == "@" ? "unix-listen:" + name : where;
  Program first = start_in(folder, {source, "--until-eof"});
  first.wait_for_stderr("listening on");
  Program second = start_in(folder, {source});
  second.expect_exit(exited(69));
  CHECK(second.stderr_text().find("somebody listens there") != std::string::npos);
  Connection client = connect_to(where == "@" ? name : folder / "words.sock");
  client.send("hello\n");
  client.close();
  first.expect_exit(exited(0));
  CHECK(sum_tsv(first.stdout_text()) == Sums{{"hello", 1}});
}

TEST_CASE("the umask says who may connect to a path", "[unix]") {
  const Folder folder;
  Program program(
      {"sh", "-c", "umask 027; exec \"$0\" unix-listen:words.sock", program_under_test()},
      {.directory = folder.path()});
  program.wait_for_stderr("listening on");
  struct stat found {};
  require_os(::stat((folder / "words.sock").c_str(), &found) == 0, "stat");
  CHECK((found.st_mode & 0777) == 0750);
}

TEST_CASE("an abstract name is connected to, too", "[unix]") {
  const Folder folder;
  const std::string name = "@" + folder / "words";
  const PathServer server(name);
  Program program = start_in(folder, {"unix:" + name, "--until-eof"});
  Connection connection = server.accept();
  connection.send("hello\n");
  connection.close();
  program.expect_exit(exited(0));
  CHECK(sum_tsv(program.stdout_text()) == Sums{{"hello", 1}});
}

TEST_CASE("another path goes on with the same checkpoint", "[unix]") {
  const Folder folder;
  for (const std::string name : {"one.sock", "two.sock"}) {
    Program program = start_in(
        folder, {"unix-listen:" + name, "--until-eof", "--checkpoint", "ck", "--sink", "out.tsv"});
    program.wait_for_stderr("listening on unix:" + name);
    Connection client = connect_to(folder / name);
    client.send(name + "\n");
    client.close();
    program.expect_exit(exited(0));
  }
  CHECK(sum_tsv(read_file(folder / "out.tsv")) == Sums{{"one.sock", 1}, {"two.sock", 1}});
  Program other = start_in(folder, {"unix:one.sock", "--checkpoint", "ck", "--sink", "out.tsv"});
  other.expect_exit(exited(65));
}

TEST_CASE("a socket that is named like a file is refused with the way to name it", "[unix]") {
  const Folder folder;
  const PathServer server(folder / "words.sock");
  Program program = start_in(folder, {"words.sock"});
  program.expect_exit(exited(66));
  CHECK(program.stderr_text() ==
        "wordstream: cannot open words.sock: it is a socket; write unix:words.sock to connect to "
        "it\n");
}

TEST_CASE("a path that never answers is given up after --wait", "[unix]") {
  const Folder folder;
  Program program = start_in(folder, {"unix:words.sock", "--wait", "1ms"});
  program.expect_exit(exited(69));
  CHECK(program.stderr_text().find("nobody answered at unix:words.sock within 1ms") !=
        std::string::npos);
}
