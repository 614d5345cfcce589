// The program as a service: what it tells its manager, and the journal.
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/folder.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

/// A service manager: the socket that services tell it things by.
class Manager {
 public:
  Manager() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof(address.sun_path) - 1);
    require_os(
        ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0,
        "bind");
  }

  std::string path() const { return folder_ / "notify"; }
  /// What it is told next.
  std::string next() {
    std::array<char, 256> room{};
    if (!wait_ready(socket_.get(), POLLIN)) FAIL("nothing is told");
    const ssize_t size = ::recv(socket_.get(), room.data(), room.size(), 0);
    require_os(size > 0, "recv");
    return {room.data(), static_cast<std::size_t>(size)};
  }

 private:
  Folder folder_;
  Descriptor socket_;
};

}  // namespace

TEST_CASE("a manager is told that a run is ready, lives, and ends", "[service]") {
  Manager manager;
  Program program =
      start({"--listen", "0", "--batch", "10ms"},
            {.environment = {"NOTIFY_SOCKET=" + manager.path(), "WATCHDOG_USEC=40000"}});
  CHECK(manager.next() == "READY=1\nSTATUS=counting\n");
  CHECK(manager.next() == "WATCHDOG=1\n");
  CHECK(manager.next() == "WATCHDOG=1\n");
  program.send_signal(SIGTERM);
  std::string told = manager.next();
  while (told == "WATCHDOG=1\n") told = manager.next();
  CHECK(told == "STOPPING=1\n");
  program.expect_exit(exited(0));
}

TEST_CASE("a run that does not begin is not ready", "[service]") {
  Manager manager;
  Program program = start({"/none"}, {.environment = {"NOTIFY_SOCKET=" + manager.path()}});
  program.expect_exit(exited(66));
  Program again = start({"--listen", "0"}, {.environment = {"NOTIFY_SOCKET=" + manager.path()}});
  CHECK(manager.next() == "READY=1\nSTATUS=counting\n");
  again.send_signal(SIGTERM);
  again.expect_exit(exited(0));
}

TEST_CASE("a run ends in order though its manager does not listen", "[service]") {
  const auto path = GENERATE("/none/notify", "", "none", "@");
  const Finished finished =
      finish({"-", "-f", "tsv"}, "a\n", {std::string("NOTIFY_SOCKET=") + path, "WATCHDOG_USEC=x"});
  CHECK(finished.exit == exited(0));
  CHECK(finished.err.empty());
}

TEST_CASE("the journal is told how much a line matters", "[service]") {
  const Folder folder;
  const std::string journal = folder.write("journal", "");
  struct stat info {};
  require_os(::stat(journal.c_str(), &info) == 0, "stat");
  const std::string stream = fmt::format("JOURNAL_STREAM={}:{}", info.st_dev, info.st_ino);
  const std::string command = "exec \"$0\" \"$@\" 2>>" + journal;
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"sh", "-c", command, program_under_test()});
    Program program(arguments, {.environment = {stream, "XDG_STATE_HOME=" + folder.path()}});
    program.wait_exit();
  };
  const std::string words = folder.write("words", "a b\nlonger than it may be");
  run({words, "-v", "--max-line", "3B"});
  run({words, "--mode", "at-least-once"});
  run({"/none"});
  run({"/none", "--log-format", "json"});
  const std::string lines = read_file(journal);
  CHECK(lines.find("\n<6>wordstream: the checkpoint is ") != std::string::npos);
  CHECK(lines.find("\n<4>wordstream: warning: cut 1 line longer") != std::string::npos);
  CHECK(lines.find("\n<7>wordstream: batch that ended at ") != std::string::npos);
  CHECK(lines.find("\n<3>wordstream: ") != std::string::npos);
  CHECK(lines.find("\n<3>{\"time\":\"20") != std::string::npos);
  // Somebody else's journal is none of ours.
  const Finished plain = finish({words, "--max-line", "3B"}, "", {stream});
  CHECK(plain.err.find("wordstream: ") == 0);
}

TEST_CASE("a socket that the manager has bound is listened on, with who waits there", "[service]") {
  // Another process could not bind it: whoever has connected before is counted, too.
  const std::string script =
      "import os, socket, sys\n"
      "bound = socket.create_server(('127.0.0.1', 0))\n"
      "client = socket.create_connection(bound.getsockname())\n"
      "client.sendall(b'early\\n')\n"
      "os.dup2(bound.fileno(), 3)\n"
      "os.set_inheritable(3, True)\n"
      "os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()))\n"
      "os.execv(sys.argv[1], [sys.argv[1], sys.argv[2], '127.0.0.1:%d' % bound.getsockname()[1],\n"
      "                       '--batch', '10ms', '--format', 'tsv'])\n";
  Program program({"python3", "-c", script, program_under_test(), "--listen"});
  program.wait_for_stdout("early\t1\n");
  program.send_signal(SIGTERM);
  program.expect_exit(exited(0));
  // Somebody else's is not: this process has another number.
  Program again = start({"--listen", "0"}, {.environment = {"LISTEN_PID=1", "LISTEN_FDS=1"}});
  again.wait_for_stderr("listening on 127.0.0.1:");
  again.send_signal(SIGTERM);
  again.expect_exit(exited(0));
}
