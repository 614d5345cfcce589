// tmux as the terminal in which a user sits: a command in a pane, keys, and what the screen shows.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/collector.h"
#include "cli/descriptor.h"
#include "cli/folder.h"

namespace wordstream::e2e {

class Terminal {
 public:
  /// Opens a pane of 100 columns and 40 lines with a server of its own, and runs the shell `script`
  /// there, "$0" being the program under test.
  explicit Terminal(const std::string& script);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// Keys as tmux names them: "hello", "Enter", "C-c".
  void send_keys(const std::vector<std::string>& keys);
  /// Waits until the pane has been sent `piece`. Fails the test when that is in vain.
  void wait_for(const std::string& piece);
  /// The lines that the screen shows.
  std::string screen();
  /// Looks at the screen until it is as `is_right` wants it, with a call of `meanwhile` before
  /// every look. Fails the test when that is in vain.
  std::string screen_when(
      const std::function<bool(const std::string&)>& is_right,
      const std::function<void()>& meanwhile = [] {});
  void resize(int columns, int lines);
  /// Whether the cursor is seen, another screen is shown, and long lines wrap: "1 0 1" at first.
  std::string modes();

 private:
  std::string run_tmux(std::vector<std::string> arguments);
  void make_fifo(const std::string& name);

  cli::Folder folder_;
  cli::Descriptor go_;  ///< held open: what is in a pipe that nobody has open is lost
  std::unique_ptr<cli::Collector> sent_;
};

}  // namespace wordstream::e2e
