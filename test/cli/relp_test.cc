// Senders that wait for answers, as the program sees them on its command line.
#include <fmt/format.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/folder.h"
#include "cli/peer.h"
#include "cli/program.h"

using namespace wordstream::cli;
using nlohmann::json;

namespace {

std::string frame(int number, const std::string& command, const std::string& data = "") {
  return fmt::format("{} {} {}{}{}\n", number, command, data.size(), data.empty() ? "" : " ", data);
}

std::string line(int number, const std::string& producer, int offset, const std::string& text) {
  return frame(number, "syslog", fmt::format("{}@{} {}", producer, offset, text));
}

std::string taken(int number) { return fmt::format("{} rsp 6 200 OK\n", number); }

bool has(const std::string& text, const std::string& piece) {
  return text.find(piece) != text.npos;
}

}  // namespace

TEST_CASE("the flag --relp lets senders in that wait for answers", "[relp]") {
  const auto arguments = GENERATE(
      std::vector<std::string>{"--relp", "0"}, std::vector<std::string>{"--relp=127.0.0.1:0"},
      std::vector<std::string>{"relp-listen://0"},
      std::vector<std::string>{"relp-listen://localhost:0?gaps=refuse&remember=1h"},
      std::vector<std::string>{"--relp", "0?gaps=take"});
  std::vector<std::string> all = arguments;
  all.insert(all.end(), {"-b", "24h", "-f", "tsv", "--until-eof"});
  Program program = start(all);
  Connection sender = connect_to(program.listening_port());
  sender.send(frame(1, "open") + line(2, "app.log", 0, "to be") + line(3, "app.log", 0, "to be") +
              frame(4, "close"));
  const std::string answers = sender.receive_lines(7);
  CHECK(answers.starts_with("1 rsp 62 200 OK\nrelp_version=0\nrelp_software=wordstream\n"));
  CHECK(answers.ends_with(taken(2) + taken(3) + "4 rsp 0\n"));
  program.expect_exit(exited(0));
  CHECK(sum_tsv(program.stdout_text()) == sum_tsv("0\t1\tbe\t1\n0\t1\tto\t1\n"));
  CHECK(has(program.stderr_text(), "wordstream: answered 2 frames, 1 repeat\n"));
}

TEST_CASE("with a journal senders wait for a commit, and not for the batch", "[relp]") {
  const Folder folder;
  Program program = start({"--relp", "0", "-b", "24h", "-m", "exactly-once", "--checkpoint",
                           folder / "state", "--sink", folder / "rows.tsv"});
  const Connection sender = connect_to(program.listening_port());
  sender.send(line(1, "app.log", 0, "to be"));
  CHECK(sender.receive_lines(1) == taken(1));
  program.send_signal(SIGKILL);
  program.wait_exit();
  // Whoever was answered has nothing to send again.
  Program next = start({"--relp", "0", "-b", "24h", "-m", "exactly-once", "--checkpoint",
                        folder / "state", "--sink", folder / "rows.tsv", "--until-eof"});
  Connection again = connect_to(next.listening_port());
  again.send(line(1, "app.log", 6, "or not") + frame(2, "close"));
  CHECK(again.receive_lines(2) == taken(1) + "2 rsp 0\n");
  next.expect_exit(exited(0));
  CHECK(sum_tsv(read_file(folder / "rows.tsv")) ==
        sum_tsv("0\t1\tbe\t1\n0\t1\tnot\t1\n0\t1\tor\t1\n0\t1\tto\t1\n"));
}

TEST_CASE("inspect shows how far each producer has come", "[relp]") {
  const Folder folder;
  Program program = start({"--relp", "0", "-b", "24h", "-m", "at-least-once", "--checkpoint",
                           folder / "state", "--until-eof"});
  Connection sender = connect_to(program.listening_port());
  sender.send(line(1, "web1:/var/log/app.log", 700, "to be") + line(2, "web2:/b\x1b", 0, "x") +
              frame(3, "close"));
  CHECK(sender.receive_lines(3) == taken(1) + taken(2) + "3 rsp 0\n");
  program.expect_exit(exited(0));
  CHECK(has(program.stderr_text(), "web1:/var/log/app.log is new: it begins at 700\n"));
  const std::string text = finish({"inspect", folder / "state"}, "").out;
  CHECK(has(text, "byte 706, behind a line, of web1:/var/log/app.log\n"));
  CHECK(has(text, "byte 2, behind a line, of web2:/b\\x1b\n"));
  const json all = json::parse(finish({"inspect", folder / "state", "--format", "json"}, "").out);
  CHECK(all.at("positions").size() == 2);
}

TEST_CASE("a thousand senders with a thousand producers are all answered", "[relp]") {
  raise_descriptor_limit();
  constexpr int kSenders = 1000;
  Program program = start({"--relp", "0", "-b", "24h", "-f", "tsv", "--until-eof"});
  const int port = program.listening_port();
  std::vector<Connection> senders;
  for (int i = 0; i < kSenders; ++i) senders.push_back(connect_to(port));
  for (int i = 0; i < kSenders; ++i) {
    senders[static_cast<std::size_t>(i)].send(line(1, fmt::format("p{}", i), 0, "hello world"));
  }
  for (const Connection& sender : senders) CHECK(sender.receive_lines(1) == taken(1));
  senders.clear();
  program.expect_exit(exited(0));
  const auto sums = sum_tsv(program.stdout_text());
  CHECK(sums.at("hello") == kSenders);
  CHECK(sums.at("world") == kSenders);
}

TEST_CASE("a line without a key names both ways out", "[relp]") {
  Program program = start({"--relp", "0", "-b", "24h", "-f", "tsv"});
  const Connection sender = connect_to(program.listening_port());
  sender.send(frame(1, "syslog", "<13>Nov 29 22:00:00 web1 app: no key"));
  CHECK(sender.receive_lines(1).empty());
  program.wait_for_stderr("?key=none");
  program.send_signal(SIGTERM);
  program.expect_exit(exited(0));
  CHECK(has(program.stderr_text(), "%hostname%:%$!metadata!filename%@%$!metadata!fileoffset% "));
  CHECK(has(program.stderr_text(), "answered 0 frames, 1 line without a key\n"));
}

TEST_CASE("whoever can be reached by others says what that means", "[relp]") {
  const auto warning_of = [](const std::string& address) {
    Program program = start({"--relp", address, "--wait", "1ms"});
    program.expect_exit(exited(69));
    return has(program.stderr_text(), "warning: anybody who reaches");
  };
  CHECK(warning_of("0.0.0.0:0"));
  CHECK_FALSE(warning_of("127.0.0.1:0"));
  CHECK_FALSE(warning_of("localhost:0"));
}

TEST_CASE("a port for senders that somebody else has ends it with 69", "[relp]") {
  const Server other;
  const Finished run = finish({"--relp", other.port_text()}, "");
  CHECK(run.exit == exited(69));
  CHECK(has(run.err, "cannot listen on 127.0.0.1:" + other.port_text()));
}

TEST_CASE("at its end a run tells those who are still there", "[relp]") {
  Program program = start({"--relp", "0", "-b", "24h", "-f", "tsv"});
  const Connection sender = connect_to(program.listening_port());
  sender.send(line(1, "app.log", 0, "to be"));
  CHECK(sender.receive_lines(1) == taken(1));
  program.send_signal(SIGTERM);
  CHECK(sender.receive_lines(1) == "0 serverclose 0\n");
  program.expect_exit(exited(0));
}
