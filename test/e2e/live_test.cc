// The live view in a real terminal: what the screen shows while it is drawn on, and afterwards.
#include <regex>
#include <string>

#include "catch.h"
#include "cli/program.h"
#include "e2e/netcat.h"
#include "e2e/terminal.h"

using namespace wordstream::cli;
using namespace wordstream::e2e;

namespace {

bool matches(const std::string& text, const std::string& pattern) {
  return std::regex_search(text, std::regex(pattern));
}

/// "$0" with a live view of what nc sends, and what is left to say behind it.
std::string live(const Listening& nc, const std::string& flags) {
  return "echo before; \"$0\" --port " + nc.port_text() + " -f live " + flags +
         "; echo \"exit=$?\"; stty -a | tr ' ;' '\\n\\n' | grep -x -e '-\\?echo'";
}

/// A busy machine adds a line to the head.
const std::string kSkipped = "([0-9]+ ticks? skipped\n)?";
const std::string kMark = "(  |↑ |↓ |= |\\+ )";
constexpr const char* kInOrder = "1 0 1\n";
constexpr const char* kDrawnOn = "0 1 0\n";

/// Looks for a picture of `text`, which is sent again for each batch that has gone by meanwhile.
std::string picture_of(Terminal& terminal, const Listening& nc, const std::string& text,
                       const std::string& pattern) {
  return terminal.screen_when([&](const std::string& seen) { return matches(seen, pattern); },
                              [&] { nc.program->write_stdin(text); });
}

}  // namespace

TEST_CASE("a live view shows the counts of each batch in the same place", "[live]") {
  const Listening nc = start_netcat("-lk");
  Terminal terminal(live(nc, "--batch 1s"));
  const std::string screen =
      picture_of(terminal, nc, "hello world\nhello\n", "hello +[0-9]+  (█)+\n" + kMark + "world");
  INFO(screen);
  CHECK(matches(screen,
                "^[0-9:.]+ – [0-9:.]+   [0-9m]+s.*\nconnected to localhost:[0-9]+\n"
                "[0-9.k]+ lines/s   [0-9.k]+ words/s   2 distinct\n" +
                    kSkipped + "\n" + kMark + "hello "));
  CHECK_FALSE(matches(screen, "before"));
  CHECK(terminal.modes() == kDrawnOn);
}

TEST_CASE("wide characters and escapes keep their columns in a live view", "[live]") {
  const Listening nc = start_netcat("-lk");
  Terminal terminal(live(nc, "--batch 1s"));
  terminal.resize(40, 10);
  const std::string screen = picture_of(
      terminal, nc, "a a a a 中文 中文 中文 e\u0301 e\u0301 \x1b[2J\n", "x1b\\[2J .*[0-9]  ");
  INFO(screen);
  CHECK(matches(screen, "\n" + kMark + "a[ 0-9]{22}  (█){13}\n"));
  CHECK(matches(screen, "\n" + kMark + "中文[ 0-9]{19}  █"));
  CHECK(matches(screen, "\n" + kMark + "e\u0301[ 0-9]{22}  █"));
  CHECK(matches(screen, "\n" + kMark + "\\\\x1b\\[2J[ 0-9]{16}  █"));
}

TEST_CASE("a live view follows the size of its terminal and never scrolls", "[live]") {
  const Listening nc = start_netcat("-lk");
  Terminal terminal(live(nc, "--batch 24h"));
  terminal.wait_for("connected to localhost:");
  terminal.resize(20, 3);
  const std::string small = "nothing counted yet\nconnected to localh…\n\n";
  CHECK(terminal.screen_when([&](const std::string& seen) { return seen == small; }) == small);
  terminal.resize(60, 4);
  terminal.screen_when([&](const std::string& seen) {
    return matches(seen, "^nothing counted yet\nconnected to localhost:[0-9]+\n\n\n$");
  });
}

TEST_CASE("a live view that ends leaves its last picture below what was there", "[live]") {
  const Listening nc = start_netcat("-lN");
  Terminal terminal(live(nc, "--batch 24h --until-eof"));
  terminal.wait_for("connected to localhost:");
  CHECK(terminal.modes() == kDrawnOn);
  nc.program->write_stdin("hello world\nhello\n");
  nc.program->close_stdin();
  terminal.wait_for("exit=0");
  terminal.wait_for("\r\necho\r\n");
  const std::string screen = terminal.screen();
  INFO(screen);
  CHECK(matches(screen,
                "^before\n[0-9:.]+ – [0-9:.]+   .*partial\n"
                "localhost:[0-9]+ has closed the connection\n"
                ".*2 distinct\n\n  hello .* 2  (█)+\n  world .* 1  (█)+.?.?.?\n"
                "wordstream: connected to .*\nwordstream: .*\nexit=0\necho\n"));
  CHECK(terminal.modes() == kInOrder);
}

TEST_CASE("Ctrl-C in a live view gives the screen back", "[live]") {
  const Listening nc = start_netcat("-lk");
  Terminal terminal(live(nc, "--batch 1s"));
  picture_of(terminal, nc, "hello\n", "hello");
  terminal.send_keys({"C-c"});
  terminal.wait_for("exit=130");
  terminal.wait_for("\r\necho\r\n");
  const std::string screen = terminal.screen();
  INFO(screen);
  CHECK(matches(screen, "^before\n"));
  CHECK(terminal.modes() == kInOrder);
}

TEST_CASE("Ctrl-Z in a live view gives the screen back until it goes on", "[live]") {
  const Listening nc = start_netcat("-lk");
  Terminal terminal("set -m; " + live(nc, "--batch 24h") + "; fg; echo \"then=$?\"");
  terminal.wait_for("connected to localhost:");
  terminal.send_keys({"C-z"});
  terminal.wait_for("exit=148");
  terminal.wait_for("\r\necho\r\n");
  const std::string picture = "^nothing counted yet\nconnected to localhost:[0-9]+\n";
  terminal.screen_when([&](const std::string& seen) { return matches(seen, picture); });
  CHECK(terminal.modes() == kDrawnOn);
  terminal.send_keys({"C-c"});
  terminal.wait_for("then=130");
  CHECK(matches(terminal.screen(), "^before\n[^]*exit=148\necho\n[^]*then=130\n"));
  CHECK(terminal.modes() == kInOrder);
}

TEST_CASE("a live view that dies gives the screen back", "[live]") {
  const Listening nc = start_netcat("-lk");
  for (const char* signal : {"ABRT", "QUIT"}) {
    const Folder folder;
    const std::string path = folder / "pid";
    Program({"mkfifo", path}).expect_exit(exited(0));
    Program pid({"cat", path});
    Terminal terminal("sh -c 'echo $$ > " + path + "; exec \"$@\"' sh " +
                      live(nc, "--batch 1s").substr(std::string("echo before; ").size()));
    picture_of(terminal, nc, "hello\n", "hello");
    pid.expect_exit(exited(0));
    Program({"sh", "-c", "kill -" + std::string(signal) + " " + pid.stdout_text()})
        .expect_exit(exited(0));
    terminal.wait_for(signal == std::string("ABRT") ? "exit=70" : "exit=131");
    terminal.wait_for("\r\necho\r\n");
    CHECK_FALSE(matches(terminal.screen(), "hello"));
    CHECK(terminal.modes() == kInOrder);
  }
}

TEST_CASE("messages wait until a live view is over, the last hundred of them", "[live]") {
  const Listening nc = start_netcat("-lk");
  Terminal terminal(live(nc, "--batch 10ms --max-batches 200 --verbose"));
  terminal.wait_for("exit=0");
  terminal.resize(100, 200);
  const std::string seen = terminal.screen_when(
      [&](const std::string& screen) { return matches(screen, "exit=0\necho\n"); });
  const std::string told = "while the picture was drawn\n";
  const std::size_t told_at = seen.find(told);
  INFO(seen.substr(0, 800));
  REQUIRE(told_at != std::string::npos);
  const std::string head = seen.substr(0, told_at + told.size());
  CHECK(matches(head, "distinct\n" + kSkipped +
                          "\nwordstream: left out here: [0-9]+ earlier lines while the picture "
                          "was drawn\n$"));
  const std::string lines = seen.substr(head.size());
  INFO(lines);
  CHECK(matches(lines, "^wordstream: "));
  const std::regex line("wordstream: (batch|skipped|warning)");
  CHECK(std::distance(std::sregex_iterator(lines.begin(), lines.end(), line), {}) == 100);
  CHECK(terminal.modes() == kInOrder);
}
