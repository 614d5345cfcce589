// The door to a terminal whose whole screen is drawn on, and the way back from it: whatever ends
// the process, its user gets the screen back as it was.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "env/descriptor.h"
#include "env/poller.h"
#include "env/stream.h"

namespace wordstream {

/// Columns and lines.
struct ScreenSize {
  std::size_t columns = 80;
  std::size_t lines = 24;
  bool operator==(const ScreenSize&) const = default;
};

/// What its user has said about a terminal.
struct TerminalTraits {
  bool has_colours = true;  ///< nobody asks for less (NO_COLOR)
  bool is_utf8 = true;      ///< by the locale's name: LC_ALL, LC_CTYPE, LANG
};

/// To another screen without a cursor, on which long lines do not wrap; and back. What is sent
/// between them leaves no trace.
inline constexpr std::string_view kEnterScreen = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[H\x1b[2J";
inline constexpr std::string_view kLeaveScreen = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

class Terminal : public Output {
 public:
  virtual const TerminalTraits& traits() const = 0;

  /// The size now. Forgets the changes so far.
  virtual ScreenSize size() = 0;
  /// Ready for reading after a change of size, until size() is asked.
  virtual const Pollable& resized() const = 0;

  /// kEnterScreen is about to be written. From now on keys that are typed are not shown, and this
  /// object's destruction, or restore_terminal(), gives the screen back; what is written after that
  /// goes nowhere.
  virtual void take_over() = 0;
  /// kLeaveScreen has been written: the keys are as they were, and nothing is left to give back.
  virtual void give_back() = 0;
};

/// The terminal that is the process's standard output. SIGWINCH must be blocked in every thread, or
/// no change of its size is seen. Takes `output`, which is the descriptor to write to. Fails with
/// InvalidArgument where it is no terminal, or one that cannot move its cursor.
Result<std::unique_ptr<Terminal>> open_terminal(Descriptor output);

/// Gives the screen back if it is taken: from any thread, and from a signal's handler. Does not
/// wait for a terminal that stands still.
/// Returns whether there was anything to give back.
bool restore_terminal();

/// How many columns the terminal has that stderr goes to; 80 where that is not known.
std::size_t stderr_columns();

/// Takes the screen again after restore_terminal(), unless it has been given back in order
/// meanwhile, and has it drawn as after a change of size. May be called where that may.
void retake_terminal();

}  // namespace wordstream
