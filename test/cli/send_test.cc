// The subcommand `send` as its user meets it on the command line, and what it does with pipes.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/folder.h"
#include "cli/followed_log.h"
#include "cli/peer.h"
#include "cli/program.h"
#include "cli/send_peers.h"

using namespace wordstream::cli;
using nlohmann::json;

namespace {

using Words = std::vector<std::string>;

/// Nobody is there.
const std::string kNowhere = "relp://127.0.0.1:1";

/// It ends with this code, and one line that has `why`.
void expect_refusal(Program& program, int code, const std::string& why) {
  program.expect_exit(exited(code));
  const std::string said = program.stderr_text();
  CHECK(has(said, why));
  CHECK(std::ranges::count(said, '\n') == 1);
  CHECK(program.stdout_text().empty());
}

Program send_pipe(const std::string& to, Words more = {}) {
  more.insert(more.begin(), {"send", "--to", to});
  return start(std::move(more), {.input = Input::NarrowPipe});
}

}  // namespace

TEST_CASE("what send is told wrongly is a usage error, in one line", "[send]") {
  struct Wrong {
    Words arguments;
    const char* why;
  };
  const Wrong wrong = GENERATE(
      Wrong{{"app.log"}, "send: nobody is named to send to"},
      Wrong{{}, "nobody is named to send to"}, Wrong{{"--to"}, "--to: its value is missing"},
      Wrong{{"--to", "localhost:1", "app.log"}, "--to: 'localhost:1' is no address"},
      Wrong{{"--to", "tcp://localhost:1", "app.log"}, "--to: 'tcp://localhost:1' is no address"},
      Wrong{{"--to", "relp://", "app.log"}, "--to: "},
      Wrong{{"--to", "relp://localhost", "app.log"}, "--to: "},
      Wrong{{"--to", "relp://localhost:0", "app.log"}, "--to: "},
      Wrong{{"--to", "relp://localhost:99999", "app.log"}, "--to: "},
      Wrong{{"--to", kNowhere, "--follow", "-"}, "--follow: there is no file to follow"},
      Wrong{{"--to", kNowhere, "tcp://localhost:9999"}, "tcp://localhost:9999 is no file"},
      Wrong{{"--to", kNowhere, "app.log", "tcp://localhost:9999"}, "tcp://localhost:9999"},
      Wrong{{"--to", kNowhere, "--frob", "app.log"}, "--frob is not a flag of send"},
      Wrong{{"--to", kNowhere, "--sink", "x", "app.log"}, "--sink is not a flag of send"},
      Wrong{{"--to", kNowhere, "-b", "1s", "app.log"}, "-b is not a flag of send"},
      Wrong{{"--to", kNowhere, "--window", "1023B", "app.log"},
            "--window: '1023B' is out of range"},
      Wrong{{"--to", kNowhere, "--window", "1025MiB", "app.log"}, "--window: '1025MiB' is out of"},
      Wrong{{"--to", kNowhere, "--window", "many", "app.log"}, "--window: 'many' is not a size"},
      Wrong{{"--to", kNowhere, "--name", "web@1", "app.log"}, "--name: 'web@1'"},
      Wrong{{"--to", kNowhere, "--name", "", "app.log"}, "--name: the name is empty"},
      Wrong{{"--to", kNowhere, "--name", std::string(5000, 'x'), "app.log"}, "--name: the name is"},
      Wrong{{"--to", kNowhere, "--key", "web@1", "app.log"}, "--key: 'web@1'"},
      Wrong{{"--to", kNowhere, "--wait", "soon", "app.log"}, "--wait: 'soon'"},
      Wrong{{"--to", kNowhere, "--from", "end", "-"}, "--from: "},
      Wrong{{"--to", kNowhere, "--poll", "1s", "app.log"}, "--poll: "},
      Wrong{{"--to", kNowhere, "--rotated", "*.old", "-"}, "--rotated: "},
      Wrong{{"--to", kNowhere, "--checkpoint", "sent", "-"}, "--checkpoint: "},
      Wrong{{"--to", kNowhere, "app.log", "app.log"}, "'app.log' is named twice"});
  const Folder folder;
  folder.write("app.log", "to be\n");
  Words all = wrong.arguments;
  all.insert(all.begin(), "send");
  Program program = start(all, {.input = Input::Pipe, .directory = folder.path()});
  program.close_stdin();
  expect_refusal(program, 64, wrong.why);
}

TEST_CASE("send has nothing to send where nothing is named and nothing is piped", "[send]") {
  Program program = start({"send", "--to", kNowhere});
  expect_refusal(program, 64, "send: there is nothing to send: name a PATH");
  Program followed = start({"send", "--to", kNowhere, "--follow"});
  followed.expect_exit(exited(64));
}

TEST_CASE("a file that is to be sent and is not there ends it with 66", "[send]") {
  const Folder folder;
  Program missing = send(folder, kNowhere, {"app.log"});
  expect_refusal(missing, 66, "app.log: No such file or directory");
  Program unmatched = send(folder, kNowhere, {"*.log"});
  expect_refusal(unmatched, 66, "no file matches *.log");
  folder.write("one.log", "one\n");
  Program one_of_two = send(folder, kNowhere, {"one.log", "two.log"});
  expect_refusal(one_of_two, 66, "two.log");
}

TEST_CASE("the flag --wait bounds how long send tries to reach somebody", "[send]") {
  const Server nobody(Server::State::Refusing);
  const std::string to = "relp://127.0.0.1:" + nobody.port_text();
  const Folder folder;
  folder.write("app.log", "to be\n");
  Program file = send(folder, to, {"--wait", "200ms", "app.log"});
  file.expect_exit(exited(69));
  CHECK(has(file.stderr_text(), "nobody answered at 127.0.0.1:" + nobody.port_text()));
  const Finished pipe = finish({"send", "--to", to, "--wait", "200ms"}, "to be\n");
  CHECK(pipe.exit == exited(69));
}

TEST_CASE("send --help lists every flag of it", "[send]") {
  const Finished run = finish({"send", "--help"}, "");
  CHECK(run.exit == exited(0));
  CHECK(run.err.empty());
  for (const char* const flag :
       {"--to relp://HOST:PORT", "--follow", "--name NAME", "--key PRODUCER|none", "--window SIZE",
        "--wait D", "--from start|end", "--poll D", "--rotated GLOB", "--max-line SIZE",
        "--checkpoint DIR", "--explain", "-v, --verbose", "-q, --quiet", "-h, --help"}) {
    CHECK(has(run.out, flag));
  }
  CHECK_FALSE(has(run.out, "--total"));
  CHECK(finish({"send", "-h"}, "").out == run.out);
  CHECK(has(finish({"--help"}, "").out, "wordstream send --to relp://HOST:PORT"));
}

TEST_CASE("send --explain says what is promised for a file and for a pipe", "[send]") {
  const Folder folder;
  folder.write("app.log", "to be\n");
  Program file = send(folder, kNowhere, {"--explain", "app.log"});
  file.expect_exit(exited(0));
  CHECK(has(file.stdout_text(), "over crashes of both sides"));
  CHECK(has(file.stdout_text(), "each line once"));
  CHECK(has(file.stdout_text(), "nothing is encrypted"));
  const Finished pipe =
      finish({"send", "--to", kNowhere, "--explain", "--window", "64KiB"}, "to\n");
  CHECK(pipe.exit == exited(0));
  CHECK(has(pipe.out, "as long as this process lives: up to 64KiB are kept"));
  CHECK(has(pipe.out, "a crash of it loses what was read and not answered"));
  Program followed = send(folder, kNowhere, {"--explain", "--follow", "app.log"});
  followed.expect_exit(exited(0));
  CHECK(has(followed.stdout_text(), "copytruncate"));
  // It has begun nothing.
  CHECK_FALSE(std::filesystem::exists(folder / ".local"));
}

TEST_CASE("inspect shows what a sender was answered", "[send]") {
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  folder.write("app.log", "to be\nor not\n");
  send_all(folder, receiver.address(), {"--checkpoint", "sent", "app.log"});
  const Finished text = finish({"inspect", folder / "sent"}, "");
  CHECK(text.exit == exited(0));
  CHECK(has(text.out, "byte 13, behind a line, of "));
  CHECK(has(text.out, "app.log"));
  CHECK(has(text.out, "send "));
  const Finished rows = finish({"inspect", folder / "sent", "--format", "json"}, "");
  CHECK(rows.exit == exited(0));
  CHECK(json::parse(rows.out).at("positions").size() == 1);
}

TEST_CASE("a checkpoint is of a sender or of a mode, and neither takes that of the other",
          "[send]") {
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  folder.write("app.log", "to be\n");
  send_all(folder, receiver.address(), {"--checkpoint", "sent", "app.log"});
  Program mode = start({"app.log", "-m", "exactly-once", "--checkpoint", "sent", "--sink", "x.tsv"},
                       {.directory = folder.path()});
  mode.expect_exit(exited(65));
  Program other = start({"app.log", "-m", "exactly-once", "--checkpoint", "run", "--sink", "x.tsv"},
                        {.directory = folder.path()});
  other.expect_exit(exited(0));
  Program sender = send(folder, receiver.address(), {"--checkpoint", "run", "app.log"});
  sender.expect_exit(exited(65));
  folder.write("b.log", "to be\n");
  Program another = send(folder, receiver.address(), {"--checkpoint", "sent", "b.log"});
  another.expect_exit(exited(65));
}

TEST_CASE("a checkpoint that another sender has is in use", "[send]") {
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  folder.write("app.log", "to be\n");
  Program one = send(folder, receiver.address(), {"--checkpoint", "sent", "--follow", "app.log"});
  receiver.wait_for(counting, {"to", "be"});
  Program other = send(folder, receiver.address(), {"--checkpoint", "sent", "--follow", "app.log"});
  expect_refusal(other, 75, "is using it");
}

TEST_CASE("what comes out of a pipe is sent, named or not", "[send]") {
  const Words arguments = GENERATE(Words(), Words{"-"}, Words{"-", "--name", "web"});
  Receiver receiver;
  Program counting = receiver.run();
  Words all{"send", "--to", receiver.address()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const Finished run = finish(all, "to be\nor not\nlast");
  CHECK(run.exit == exited(0));
  CHECK(has(run.err, "3 lines answered"));
  expect(receiver.end(counting), once({"to", "be", "or", "not", "last"}));
  CHECK(has(counting.stderr_text(), "is new: it begins at 0") == false);
}

TEST_CASE("two pipes are two, whatever they bring", "[send]") {
  Receiver receiver;
  Program counting = receiver.run();
  for (int i = 0; i < 2; ++i) {
    CHECK(finish({"send", "--to", receiver.address(), "--name", "web"}, "to be\n").exit ==
          exited(0));
  }
  expect(receiver.end(counting), Counts{{"to", 2}, {"be", 2}});
}

TEST_CASE("what a pipe brought is sent again to a receiver that was killed", "[send]") {
  Receiver receiver;
  Program sender = send_pipe(receiver.address(), {"--window", "64KiB"});
  const Words words = numbered("word", 30'000);
  {
    Program counting = receiver.run();
    sender.write_stdin(lines_of(words));
    receiver.wait_for(counting, {words.front()});
    kill(counting);
  }
  Program counting = receiver.run();
  sender.write_stdin("last\n");
  sender.close_stdin();
  sender.expect_exit(exited(0));
  expect(receiver.end(counting), once(joined(words, {"last"})));
}

TEST_CASE("a signal ends a pipe whose lines were all answered as it ends any run", "[send]") {
  for (const int signal : {SIGTERM, SIGHUP, SIGINT}) {
    Receiver receiver;
    Program counting = receiver.run();
    Program sender = send_pipe(receiver.address());
    sender.write_stdin("to be\n");
    receiver.wait_for(counting, {"to", "be"});
    sender.send_signal(signal);
    sender.expect_exit(signal == SIGINT ? died_of(SIGINT) : exited(0));
    CHECK(has(sender.stderr_text(), "1 line answered\n"));
  }
}

TEST_CASE("a signal while lines of a pipe are unanswered ends it with 75, as they are lost",
          "[send]") {
  Server server;
  Program sender = send_pipe("relp://127.0.0.1:" + server.port_text());
  RelpSession session(server);
  sender.write_stdin("to be\nor not\n");
  CHECK(session.take_lines(2) == Words{"to be", "or not"});
  session.answer();
  server.stop_listening();
  sender.send_signal(SIGTERM);
  session.leave();
  sender.expect_exit(exited(75));
  CHECK(has(sender.stderr_text(), "not answered"));
}

TEST_CASE("a signal while nobody is there ends a pipe with 75, and a file with 0", "[send]") {
  const Server nobody(Server::State::Refusing);
  const std::string to = "relp://127.0.0.1:" + nobody.port_text();
  Program pipe = send_pipe(to);
  pipe.write_stdin("to be\n");
  pipe.wait_stdin_taken();
  pipe.wait_for_stderr("waiting for");
  pipe.send_signal(SIGTERM);
  pipe.expect_exit(exited(75));
  const Folder folder;
  folder.write("app.log", "to be\n");
  for (const int signal : {SIGTERM, SIGINT}) {
    Program file = send(folder, to, {"--checkpoint", "sent", "--follow", "app.log"});
    file.wait_for_stderr("waiting for");
    file.send_signal(signal);
    file.expect_exit(signal == SIGINT ? died_of(SIGINT) : exited(0));
  }
  // A pipe that brought nothing has lost nothing.
  Program empty = send_pipe(to);
  empty.wait_for_stderr("waiting for");
  empty.send_signal(SIGTERM);
  empty.expect_exit(exited(0));
}

TEST_CASE("a signal waits for the answers to what was sent", "[send]") {
  const Server server;
  Program sender = send_pipe("relp://127.0.0.1:" + server.port_text());
  RelpSession session(server);
  sender.write_stdin("to be\n");
  CHECK(session.take_lines(1) == Words{"to be"});
  sender.send_signal(SIGTERM);
  session.answer();
  session.close();
  sender.expect_exit(exited(0));
}

TEST_CASE("a signal ends a run that has read everything and waits for a server", "[send]") {
  const Server nobody(Server::State::Refusing);
  const std::string to = "relp://127.0.0.1:" + nobody.port_text();
  Program pipe = send_pipe(to);
  pipe.write_stdin("to be\n");
  pipe.wait_stdin_taken();
  pipe.close_stdin();
  pipe.wait_for_stderr("waiting for");
  pipe.send_signal(SIGTERM);
  pipe.expect_exit(exited(75));
  const Folder folder;
  folder.write("app.log", "to be\n");
  for (const int signal : {SIGTERM, SIGINT}) {
    Program file = send(folder, to, {"--checkpoint", "sent", "app.log"});
    file.wait_for_stderr("waiting for");
    file.send_signal(signal);
    file.expect_exit(signal == SIGINT ? died_of(SIGINT) : exited(0));
  }
}

TEST_CASE("the flag --quiet leaves errors alone", "[send]") {
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  folder.write("app.log", "to be\n");
  CHECK(send_all(folder, receiver.address(), {"-q", "--checkpoint", "sent", "app.log"}).empty());
}

TEST_CASE("a producer is called by host and path, or by --name", "[send]") {
  const bool is_named = GENERATE(false, true);
  const Folder folder;
  folder.write("app.log", "to be\n");
  Program counting = start(
      {"--relp", "0", "-m", "at-least-once", "--checkpoint", "state", "-b", "24h", "--until-eof"},
      {.directory = folder.path()});
  const std::string port = std::to_string(counting.listening_port());
  Words all{"send", "--to", "relp://127.0.0.1:" + port};
  if (is_named) all = joined(all, {"--name", "web7"});
  all.emplace_back("app.log");
  Program sender = start(all, {.directory = folder.path()});
  sender.expect_exit(exited(0));
  counting.expect_exit(exited(0));
  const std::string text = finish({"inspect", folder / "state"}, "").out;
  CHECK(has(text, "byte 6, behind a line, of "));
  CHECK(has(text, " web7:") == is_named);
  CHECK(has(text, folder / "app.log:") == !is_named);
}
