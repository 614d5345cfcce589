// The way back from a drawn screen by the signals that nobody waits for: those that kill, and
// Ctrl-Z.
#pragma once

namespace wordstream {

/// From now on a signal that kills the process gives the screen back first, and one that stops it
/// does so until it goes on. Signals that the process was told to ignore stay ignored.
void guard_screen();

}  // namespace wordstream
