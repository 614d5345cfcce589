// Does what a transcript says: the real shell, the real nc, the program under test.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/folder.h"
#include "cli/peer.h"
#include "cli/program.h"
#include "e2e/transcript.h"

namespace wordstream::e2e {

/// One scenario, in a directory of its own. The documents say port 9999; here it is a free one.
/// Nothing is timed: a step is taken when what was written before it has been seen.
class Replay {
 public:
  /// `environment`: NAME=value for all that is started.
  explicit Replay(std::vector<std::string> environment = {})
      : environment_(std::move(environment)) {}

  /// Plays `scenario`. Returns the first difference to what it says, or nothing.
  std::string play(const Scenario& scenario);

 private:
  struct Terminal {
    std::unique_ptr<cli::Program> program;
    bool is_netcat = false;
    bool is_ending = false;  ///< told to end: what it still has to say is all
    std::string expected;
    int line = 0;  ///< where what is expected stands
  };

  void perform(Terminal& terminal, const Act& act);
  void start(Terminal& terminal, std::string command);
  /// Waits until the terminal shows all that is expected so far, or something else.
  void settle(Terminal& terminal);
  /// Waits for the command's own end, and compares all that it wrote.
  void finish(Terminal& terminal);
  /// Once all that is expected so far has been seen.
  void send(Terminal& terminal, int signal);
  void compare(const Terminal& terminal, const std::string& text);
  /// What the terminal is to show, and `text` that it does show, without what is up to the clock.
  Shown shown(const Terminal& terminal, const std::string& text) const;

  std::vector<std::string> environment_;
  cli::Folder folder_;
  cli::Server reserved_{cli::Server::State::Refusing};
  int port_ = reserved_.port();
  std::map<std::string, Terminal> terminals_;
  std::string difference_;
};

}  // namespace wordstream::e2e
