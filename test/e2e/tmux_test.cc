// In a real terminal: what the screen shows, and Ctrl-C.
#include <string>

#include "catch.h"
#include "cli/program.h"
#include "e2e/netcat.h"
#include "e2e/terminal.h"

using namespace wordstream::cli;
using namespace wordstream::e2e;

namespace {

bool contains(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

}  // namespace

TEST_CASE("the lesson in a terminal: a block on the screen, and Ctrl-C ends it", "[tmux]") {
  const Listening nc = start_netcat("-lk");
  Terminal terminal("\"$0\" --port " + nc.port_text() + " --batch 500ms; echo \"exit=$?\"");
  terminal.wait_for("connected to localhost:" + nc.port_text());
  nc.program->write_stdin("hello world\n");
  terminal.wait_for("(hello,1)\r\n(world,1)\r\n\r\n");
  const std::string screen = terminal.screen();
  INFO(screen);
  CHECK(contains(screen, std::string(43, '-') + "\n(hello,1)\n(world,1)\n"));
  CHECK(contains(screen, " ms\n" + std::string(43, '-')));
  terminal.send_keys({"C-c"});
  terminal.wait_for("exit=130");
}

TEST_CASE("words cannot play with the terminal", "[tmux]") {
  const Listening nc = start_netcat("-lk");
  Terminal terminal("\"$0\" --port " + nc.port_text() + " --batch 50ms -f tsv");
  terminal.wait_for("connected to");
  nc.program->write_stdin("before\n");
  terminal.wait_for("before\t1");
  nc.program->write_stdin("\x1b[2J\x1b]0;title\x07 after\n");
  terminal.wait_for("after\t1");
  terminal.wait_for("title");
  const std::string screen = terminal.screen();
  INFO(screen);
  CHECK(contains(screen, "before"));
  CHECK(contains(screen, "\\x1b[2J\\x1b]0;title\\x07"));
}

TEST_CASE("lines typed at - are counted, Ctrl-D ends them", "[tmux]") {
  Terminal terminal("\"$0\" - --batch 24h; echo \"exit=$?\"");
  terminal.send_keys({"hello world", "Enter", "hello", "Enter", "C-d"});
  terminal.wait_for("exit=0");
  const std::string screen = terminal.screen();
  INFO(screen);
  CHECK(contains(screen, "(hello,2)\n(world,1)\n"));
}

TEST_CASE("a terminal that is closed ends it too", "[tmux]") {
  const Folder folder;
  const std::string path = folder / "exit";
  Program({"mkfifo", path}).expect_exit(exited(0));
  Program watch({"cat", path});
  {
    Terminal terminal("trap : HUP; \"$0\" --listen 0; echo \"exit $?\" > " + path);
    terminal.wait_for("listening on");
  }
  watch.expect_exit(exited(0));
  watch.expect_stdout("exit 0\n");
}
