// The subcommand `send`, where another server of RELP stands on the other side.
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/folder.h"
#include "cli/followed_log.h"
#include "cli/peer.h"
#include "cli/program.h"
#include "cli/send_peers.h"

using namespace wordstream::cli;

namespace {

using Words = std::vector<std::string>;

std::string address_of(const Server& server) { return "relp://127.0.0.1:" + server.port_text(); }

Words kept(Words more = {}) {
  more.insert(more.begin(), {"--checkpoint", "sent", "app.log"});
  return more;
}

/// Has a sender stopped while its server goes.
void stop(Program& sender, Server& server, RelpSession& session) {
  server.stop_listening();
  sender.send_signal(SIGTERM);
  session.leave();
  sender.expect_exit(exited(0));
}

}  // namespace

TEST_CASE("a server that knows RELP alone is sent a line a frame", "[send]") {
  const Server server;
  const Folder folder;
  folder.write("app.log", "to be\r\nor not\n\nlast");
  Program sender = send(folder, address_of(server), kept());
  RelpSession session(server);
  CHECK(has(session.offer(), "relp_version=0\n"));
  CHECK(has(session.offer(), "commands=syslog"));
  CHECK(has(session.offer(), "wordstream=1"));
  CHECK(session.serve(4) == Words{"to be", "or not", "", "last"});
  session.close();
  sender.expect_exit(exited(0));
  CHECK(has(sender.stderr_text(), "is no wordstream that listens with --relp"));
  CHECK(has(sender.stderr_text(), "4 lines answered"));
}

TEST_CASE("the flag --key puts a key in front of each line", "[send]") {
  const Server server;
  const Folder folder;
  folder.write("app.log", "to be\nor not\n\nlast\n");
  Program sender = send(folder, address_of(server), kept({"--key", "web1"}));
  RelpSession session(server);
  CHECK(session.serve(4) == Words{"web1@0 to be", "web1@6 or not", "web1@13 ", "web1@14 last"});
  session.close();
  sender.expect_exit(exited(0));
}

TEST_CASE("with a key the place behind a line is one more than its length", "[send]") {
  const Server server;
  const Folder folder;
  folder.write("app.log", "to be\r\nor not\r\nlast");
  Program sender = send(folder, address_of(server), kept({"--key", "web1"}));
  RelpSession session(server);
  CHECK(session.serve(3) == Words{"web1@0 to be\r", "web1@7 or not\r", "web1@15 last"});
  session.close();
  sender.expect_exit(exited(0));
}

TEST_CASE("the flag --key none says nothing of what it could do", "[send]") {
  const Server server;
  const Folder folder;
  folder.write("app.log", "to be\n");
  Program sender = send(folder, address_of(server), kept({"--key", "none"}));
  RelpSession session(server);
  CHECK_FALSE(has(session.offer(), "wordstream="));
  CHECK(session.serve(1) == Words{"to be"});
  session.close();
  sender.expect_exit(exited(0));
}

TEST_CASE("a wordstream that takes lines without keys is sent them plainly", "[send]") {
  const bool is_quiet = GENERATE(false, true);
  Program counting = start({"--relp", "0?key=none", "-b", "24h", "-f", "tsv", "--until-eof"});
  const Folder folder;
  folder.write("app.log", "to be\nor not\n");
  send_all(folder, "relp://127.0.0.1:" + std::to_string(counting.listening_port()),
           kept(is_quiet ? Words{"--key", "none"} : Words()));
  counting.expect_exit(exited(0));
  CHECK(has(counting.stdout_text(), "\tto\t1\n"));
  CHECK(has(counting.stdout_text(), "\tnot\t1\n"));
}

TEST_CASE("what was answered is not sent again by the next run, and what was not is", "[send]") {
  const Words key = GENERATE(Words(), Words{"--key", "web1"});
  const auto line = [&](const std::string& offset, const std::string& text) {
    return (key.empty() ? "" : "web1@" + offset + " ") + text;
  };
  Server server;
  const Folder folder;
  folder.write("app.log", "one\ntwo\nthree\nfour\n");
  Program first = send(folder, address_of(server), joined(kept(key), {"--follow"}));
  {
    RelpSession session(server);
    CHECK(session.take_lines(4) ==
          Words{line("0", "one"), line("4", "two"), line("8", "three"), line("14", "four")});
    session.answer();
    session.answer();
    stop(first, server, session);
  }
  CHECK(has(first.stderr_text(), "11 bytes not"));
  server.listen_again();
  folder.append("app.log", "five\n");
  Program second = send(folder, address_of(server), kept(key));
  RelpSession session(server);
  CHECK(session.serve(3) == Words{line("8", "three"), line("14", "four"), line("19", "five")});
  session.close();
  second.expect_exit(exited(0));
}

TEST_CASE("what was answered is not sent again over the next connection", "[send]") {
  Server server;
  const Folder folder;
  folder.write("app.log", "one\ntwo\nthree\n");
  Program sender = send(folder, address_of(server), kept());
  {
    RelpSession session(server);
    CHECK(session.take_lines(3) == Words{"one", "two", "three"});
    session.answer();
    session.answer();
  }
  RelpSession session(server);
  CHECK(session.serve(1) == Words{"three"});
  session.close();
  sender.expect_exit(exited(0));
}

TEST_CASE("a sender that is killed sends again what was not answered", "[send]") {
  const Server server;
  const Folder folder;
  folder.write("app.log", "one\ntwo\n");
  Program first = send(folder, address_of(server), kept());
  {
    RelpSession session(server);
    CHECK(session.take_lines(2) == Words{"one", "two"});
    kill(first);
  }
  Program second = send(folder, address_of(server), kept());
  RelpSession session(server);
  CHECK(session.serve(2) == Words{"one", "two"});
  session.close();
  second.expect_exit(exited(0));
}

TEST_CASE("an answer other than 200 is told, and what it was to is sent again", "[send]") {
  const Server server;
  const Folder folder;
  folder.write("app.log", "one\ntwo\n");
  Program sender = send(folder, address_of(server), kept());
  {
    RelpSession session(server);
    CHECK(session.take_lines(2) == Words{"one", "two"});
    session.answer("500 the disk is full\x1b[2J");
    session.connection().wait_closed();
  }
  sender.wait_for_stderr("has answered: 500 the disk is full");
  RelpSession session(server);
  CHECK(session.serve(2) == Words{"one", "two"});
  session.close();
  sender.expect_exit(exited(0));
  CHECK_FALSE(has(sender.stderr_text(), "\x1b"));
  CHECK(has(sender.stderr_text(), "2 lines answered"));
}

TEST_CASE("a server that ends its session is sent the rest when it is back", "[send]") {
  const Server server;
  const Folder folder;
  folder.write("app.log", "one\ntwo\n");
  Program sender = send(folder, address_of(server), kept());
  {
    RelpSession session(server);
    CHECK(session.take_lines(2) == Words{"one", "two"});
    session.connection().send("0 serverclose 0\n");
    session.connection().wait_closed();
  }
  RelpSession session(server);
  CHECK(session.serve(2) == Words{"one", "two"});
  session.close();
  sender.expect_exit(exited(0));
}

TEST_CASE("answers may come in any order", "[send]") {
  const Server server;
  const Folder folder;
  folder.write("app.log", "one\ntwo\nthree\n");
  Program sender = send(folder, address_of(server), kept());
  RelpSession session(server);
  CHECK(session.take_lines(3) == Words{"one", "two", "three"});
  session.connection().send("4 rsp 6 200 OK\n2 rsp 6 200 OK\n3 rsp 6 200 OK\n");
  CHECK(session.next().command == "close");
  session.connection().send("5 rsp 0\n");
  sender.expect_exit(exited(0));
}

TEST_CASE("a file of many windows is sent in its order", "[send]") {
  const Server server;
  const Folder folder;
  const Words words = numbered("a.word.of.about.thirty.bytes.", 10'000);
  folder.write("app.log", lines_of(words));
  Program sender = send(folder, address_of(server), kept({"--window", "64KiB"}));
  RelpSession session(server);
  Words lines;
  while (lines.size() < words.size()) {
    for (const std::string& line : session.serve(100)) lines.push_back(line);
  }
  CHECK(lines == words);
  session.close();
  sender.expect_exit(exited(0));
}

TEST_CASE("a line keeps its key when the file is rotated before it is answered", "[send]") {
  const Server server;
  const Folder folder;
  folder.write("app.log", "one\n");
  Program sender = send(folder, address_of(server), kept({"--key", "web1", "--follow"}));
  {
    RelpSession session(server);
    CHECK(session.take_lines(1) == Words{"web1@0 one"});
    folder.rename("app.log", "app.log.1");
    folder.write("app.log", "two\n");
    session.take_lines(1);
  }
  RelpSession session(server);
  CHECK(session.take_lines(2).front() == "web1@0 one");
}

TEST_CASE("what a rotated file still gets has the key that it had", "[send]") {
  const Server server;
  const Folder folder;
  folder.write("app.log", "one\n");
  const LogWriter late(folder / "app.log");
  Program sender = send(folder, address_of(server), kept({"--key", "web1", "--follow"}));
  RelpSession session(server);
  CHECK(session.serve(1) == Words{"web1@0 one"});
  folder.rename("app.log", "app.log.1");
  folder.write("app.log", "two\n");
  session.serve(1);
  late.write("late\n");
  CHECK(session.serve(1) == Words{"web1@4 late"});
}

TEST_CASE("each of several files has its path in its key", "[send]") {
  const Server server;
  const Folder folder;
  folder.write("a.log", "one\n");
  folder.write("b.log", "two\nthree\n");
  Program sender =
      send(folder, address_of(server), {"--checkpoint", "sent", "--key", "web1", "a.log", "b.log"});
  RelpSession session(server);
  CHECK(session.serve(3) == Words{"web1:" + (folder / "a.log") + "@0 one",
                                  "web1:" + (folder / "b.log") + "@0 two",
                                  "web1:" + (folder / "b.log") + "@4 three"});
  session.close();
  sender.expect_exit(exited(0));
}

TEST_CASE("who answers with something else is said to do so, and tried again", "[send]") {
  const Server server;
  const Folder folder;
  folder.write("app.log", "one\n");
  Program sender = send(folder, address_of(server), kept());
  {
    const Connection connection = server.accept();
    connection.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    connection.wait_closed();
  }
  RelpSession session(server);
  CHECK(session.serve(1) == Words{"one"});
  session.close();
  sender.expect_exit(exited(0));
}

TEST_CASE("a server that does not open its session is tried again", "[send]") {
  const Server server;
  const Folder folder;
  folder.write("app.log", "one\n");
  Program sender = send(folder, address_of(server), kept());
  {
    const Connection connection = server.accept();
    connection.send("1 rsp 18 500 not before ten\n");
    connection.wait_closed();
  }
  sender.wait_for_stderr("has answered: 500 not before");
  RelpSession session(server);
  CHECK(session.serve(1) == Words{"one"});
  session.close();
  sender.expect_exit(exited(0));
}
