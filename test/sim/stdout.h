// The fake standard output: a pipe, or a terminal that is drawn on.
#pragma once

#include <cstddef>
#include <string>

#include "env/terminal.h"

namespace wordstream::sim {

/// What the program writes, and the one who reads it: a pipe of some capacity.
class FakeStdout {
 public:
  /// Everything that the program has written so far.
  const std::string& text() const { return text_; }

  /// The reader leaves what comes now in the pipe, until resume(). Never stalled: reads at once.
  void stall();
  void resume();
  /// The reader goes away for good.
  void close();
  /// From now on writing fails: the file that stdout is has no space left.
  void fill_up();

  /// Somebody makes the window that a terminal is in larger or smaller.
  void resize(ScreenSize to);
  /// It is a terminal, and drawn on: what restore_terminal() is for.
  bool is_taken_over() const { return is_taken_over_; }

  /// How many bytes lie unread in the pipe at most.
  std::size_t capacity = 1024;
  bool is_terminal = false;
  TerminalTraits traits;
  bool was_closed_at_start = false;

 private:
  friend class FakeOutput;
  friend class FakeTerminal;
  std::size_t room() const { return capacity - unread_count_; }

  std::string text_;
  std::size_t unread_count_ = 0;
  bool is_stalled_ = false;
  bool is_closed_ = false;
  bool is_full_ = false;
  ScreenSize size_;
  bool was_resized_ = false;
  bool is_taken_over_ = false;
};

}  // namespace wordstream::sim
