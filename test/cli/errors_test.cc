// Every bad command line of errors.tsv: the exit code, and one line that says what is wrong.
#include <algorithm>
#include <cctype>
#include <csignal>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/folder.h"
#include "cli/peer.h"
#include "cli/program.h"
#include "cli/visible.h"

using namespace wordstream::cli;

namespace {

struct BadLine {
  std::string line;
  int code = 0;
  std::vector<std::string> pieces;
};

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// Words as a shell sees them, as far as the file needs it.
std::vector<std::string> split_command(const std::string& line) {
  std::vector<std::string> words;
  bool in_quotes = false;
  bool in_word = false;
  for (const char c : line) {
    if (c == '\'') in_quotes = !in_quotes;
    if (c == ' ' && !in_quotes) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (c != '\'') words.back() += c;
  }
  return words;
}

std::string replace(std::string text, const std::string& name, const std::string& value) {
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name))
    text.replace(at, name.size(), value);
  return text;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::vector<BadLine> read_bad_lines(const std::string& text) {
  std::vector<BadLine> all;
  for (const std::string& line : split(text, '\n')) {
    if (line.empty() || line.front() == '#') continue;
    const std::vector<std::string> fields = split(line, '\t');
    if (fields.size() != 4) FAIL("errors.tsv: not four fields: " + visible(line));
    BadLine bad{fields[0], std::stoi(fields[1]), split(fields[2], '|')};
    for (std::string& piece : split(fields[3], '|')) bad.pieces.push_back(std::move(piece));
    all.push_back(std::move(bad));
  }
  return all;
}

/// What is wrong with how the program answered; empty when nothing is.
std::string complaint(const BadLine& bad, Exit exit, const std::string& out,
                      const std::string& err) {
  if (!(exit == exited(bad.code))) return "exit code " + std::to_string(bad.code) + " expected";
  if (!out.empty()) return "stdout should be empty";
  if (std::count(err.begin(), err.end(), '\n') != 1 || err.back() != '\n')
    return "stderr should be one line";
  if (err.rfind("wordstream: ", 0) != 0) return "stderr should begin with the program's name";
  for (const std::string& piece : bad.pieces) {
    if (lower(err).find(lower(piece)) == std::string::npos)
      return "the message should contain '" + piece + "'";
  }
  return {};
}

}  // namespace

TEST_CASE("a bad command line ends with its exit code and one line that tells why", "[errors]") {
  const Server taken;
  const Server nobody(Server::State::Refusing);
  const Folder folder;
  const std::string fixture = folder.write("words.txt", "a b\n");
  folder.write("old.tsv", "");
  REQUIRE(Program({"sh", "-c",
                   "mkdir folder && ln -s words.txt link.txt && ln words.txt hard.txt && "
                   "ln -s old.tsv old-link.tsv"},
                  {.directory = folder.path()})
              .wait_exit() == exited(0));

  const auto fill = [&](const std::string& text) {
    return replace(replace(text, "{taken}", taken.port_text()), "{nobody}", nobody.port_text());
  };
  const std::vector<BadLine> all =
      read_bad_lines(read_file(WORDSTREAM_SOURCE_DIR "/test/cli/errors.tsv"));
  REQUIRE(all.size() >= 80);
  for (BadLine bad : all) {
    for (std::string& piece : bad.pieces) piece = fill(piece);
    Program program = start(split_command(fill(bad.line)), {.directory = folder.path()});
    const Exit exit = program.wait_exit();
    const std::string wrong = complaint(bad, exit, program.stdout_text(), program.stderr_text());
    if (!wrong.empty()) FAIL_CHECK(wrong << program.report());
  }
}

TEST_CASE("a run that may open too few files does not begin: 74", "[errors]") {
  const Folder folder;
  folder.write("words.txt", "a b\n");
  const auto limited = [&](const std::string& count) {
    return Program({"sh", "-c", "ulimit -n " + count + " && exec \"$0\" words.txt -f tsv",
                    program_under_test()},
                   {.directory = folder.path()});
  };
  Program few = limited("12");
  few.expect_exit(exited(74));
  few.expect_stdout("");
  CHECK(few.stderr_text().find("12 files may be open (ulimit -n)") != std::string::npos);
  limited("40").expect_exit(exited(0));
}

TEST_CASE("what may not be read or bound is not permitted: 77", "[errors]") {
  const Folder folder;
  folder.write("secret.txt", "a b\n");
  REQUIRE(Program({"chmod", "000", folder / "secret.txt"}).wait_exit() == exited(0));
  Program file = start({"secret.txt"}, {.directory = folder.path(), .user = User::Nobody});
  file.expect_exit(exited(77));
  CHECK(file.stderr_text().find("secret.txt") != std::string::npos);
  CHECK(file.stderr_text().find("ermission denied") != std::string::npos);

  REQUIRE(Program({"sh", "-c", "mkdir closed; echo a > closed/words.txt; chmod 000 closed"},
                  {.directory = folder.path()})
              .wait_exit() == exited(0));
  Program inside = start({"closed/words.txt"}, {.directory = folder.path(), .user = User::Nobody});
  inside.expect_exit(exited(77));

  const std::string first = read_file("/proc/sys/net/ipv4/ip_unprivileged_port_start");
  if (std::stoi(first) < 2) {
    WARN("this machine lets everybody listen on every port: that part is not looked at");
    return;
  }
  Program port = start({"--listen", "1"}, {.user = User::Nobody});
  port.expect_exit(exited(77));
  CHECK(port.stderr_text().find("127.0.0.1:1") != std::string::npos);
}

TEST_CASE("who is waited for is told, and why", "[errors]") {
  const Server nobody(Server::State::Refusing);
  Program program = start({"--port", nobody.port_text(), "--batch", "24h", "--wait", "24h"});
  program.wait_for_stderr("waiting for localhost:" + nobody.port_text());
  program.send_signal(SIGTERM);
  program.expect_exit(exited(0));
  CHECK(program.stderr_text().find("Connection refused") != std::string::npos);
}

TEST_CASE("waiting in vain ends with 69", "[errors]") {
  const Server nobody(Server::State::Refusing);
  Program program = start({"--port", nobody.port_text(), "--batch", "24h", "--wait", "20ms"});
  program.expect_exit(exited(69));
  program.expect_stdout("");
  const std::string seen = program.stderr_text();
  INFO(seen);
  CHECK(seen.find("nobody answered at localhost:" + nobody.port_text() + " within 20ms") !=
        std::string::npos);
  CHECK(seen.find("give --wait more time") != std::string::npos);
}
