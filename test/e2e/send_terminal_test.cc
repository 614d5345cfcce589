// How `wordstream send` tells in a terminal how far it has come.
#include <fmt/format.h>

#include <string>

#include "catch.h"
#include "cli/folder.h"
#include "cli/program.h"
#include "cli/send_peers.h"
#include "e2e/terminal.h"

using namespace wordstream::cli;
using namespace wordstream::e2e;

TEST_CASE("a line that is drawn over tells how much is on its way, and goes", "[send]") {
  const Folder folder;
  const std::string words = folder.write("words.txt", "one\ntwo\n");
  Receiver receiver;
  Terminal terminal(fmt::format("\"$0\" send --to {} --checkpoint {} {}; echo done",
                                receiver.address(), folder / "sent", words));
  terminal.screen_when([](const std::string& seen) {
    return has(seen, "0 B answered") && has(seen, "8 B on the way");
  });
  Program program = receiver.run();
  const std::string screen =
      terminal.screen_when([](const std::string& seen) { return has(seen, "done"); });
  INFO(screen);
  CHECK(has(screen, "wordstream: 2 lines answered\ndone"));
  CHECK_FALSE(has(screen, "on the way"));
  CHECK(receiver.end(program) == Counts{{"one", 1}, {"two", 1}});
}

TEST_CASE("who wants errors alone is told of no progress", "[send]") {
  const Folder folder;
  const std::string words = folder.write("words.txt", "one\n");
  Receiver receiver;
  Program program = receiver.run();
  Terminal terminal(fmt::format("\"$0\" send -q --to {} --checkpoint {} {}; echo done",
                                receiver.address(), folder / "sent", words));
  const std::string screen =
      terminal.screen_when([](const std::string& seen) { return has(seen, "done"); });
  INFO(screen);
  CHECK_FALSE(has(screen, "answered"));
}
