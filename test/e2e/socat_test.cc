// socat on the other side.
#include <string>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/peer.h"
#include "cli/program.h"
#include "e2e/netcat.h"

using namespace wordstream::cli;
using namespace wordstream::e2e;

TEST_CASE("socat serves a file to wordstream", "[socat]") {
  const Folder folder;
  folder.write("words.txt", "a b\r\na c\r\nlast");
  // Two -d make it tell when it listens.
  const std::string port = std::to_string(free_port());
  Program socat({"socat", "-d", "-d", "-u", "FILE:words.txt",
                 "TCP4-LISTEN:" + port + ",bind=127.0.0.1,reuseaddr"},
                {.directory = folder.path()});
  socat.wait_for_stderr("listening on");
  Program program = start({"tcp://127.0.0.1:" + port, "-b", "24h", "-f", "tsv", "--until-eof"});
  program.expect_exit(exited(0));
  const auto sums = sum_tsv(program.stdout_text());
  CHECK(sums.at("a") == 2);
  CHECK(sums.at("last") == 1);
  CHECK(sums.size() == 4);
}

TEST_CASE("socat sends lines into --listen, then leaves", "[socat]") {
  Program program = start({"--listen", "0", "-b", "24h", "-f", "tsv", "--until-eof"});
  Program socat({"socat", "-u", "-", "TCP:127.0.0.1:" + std::to_string(program.listening_port())},
                {.input = Input::Pipe});
  socat.write_stdin("to be or\nnot to be\n");
  socat.close_stdin();
  socat.expect_exit(exited(0));
  program.expect_exit(exited(0));
  CHECK(sum_tsv(program.stdout_text()).at("be") == 2);
}

TEST_CASE("socat serves at a path, and sends to one", "[socat]") {
  const Folder folder;
  folder.write("words.txt", "a b a\n");
  Program server({"socat", "-d", "-d", "-u", "FILE:words.txt", "UNIX-LISTEN:server.sock"},
                 {.directory = folder.path()});
  server.wait_for_stderr("listening on");
  Program client = start({"unix:server.sock", "-b", "24h", "-f", "tsv", "--until-eof"},
                         {.directory = folder.path()});
  client.expect_exit(exited(0));
  CHECK(sum_tsv(client.stdout_text()).at("a") == 2);
  Program listener = start({"unix-listen:words.sock", "-b", "24h", "-f", "tsv", "--until-eof"},
                           {.directory = folder.path()});
  listener.wait_for_stderr("listening on");
  Program sender({"socat", "-u", "FILE:words.txt", "UNIX-CONNECT:words.sock"},
                 {.directory = folder.path()});
  sender.expect_exit(exited(0));
  listener.expect_exit(exited(0));
  CHECK(sum_tsv(listener.stdout_text()).at("b") == 1);
}

TEST_CASE("wordstream is a filter behind socat", "[socat]") {
  const Folder folder;
  folder.write("words.txt", "a b a\n");
  Program pipeline(
      {"sh", "-c", "socat -u FILE:words.txt - | \"$0\" -b 24h -f tsv", program_under_test()},
      {.directory = folder.path()});
  pipeline.expect_exit(exited(0));
  CHECK(sum_tsv(pipeline.stdout_text()).at("a") == 2);
}

TEST_CASE("socat gives wordstream one of two connected sockets to read from and to write to",
          "[socat]") {
  // -t: so long it waits for what comes back, once it has sent all.
  Program socat({"socat", "-t", "60", "-", "EXEC:" + program_under_test() + " -b 24h -f tsv"},
                {.input = Input::Pipe});
  socat.write_stdin("a b a\n");
  socat.close_stdin();
  socat.expect_exit(exited(0));
  CHECK(sum_tsv(socat.stdout_text()).at("a") == 2);
}
