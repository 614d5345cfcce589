// Signals as requests: the first SIGINT, SIGTERM or SIGHUP stops the run in order, a second one
// ends the process at once, by that signal. Whatever ends it gives the terminal's screen back.
// SIGUSR1 has files opened again.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "base/result.h"
#include "env/thread.h"
#include "runtime/control.h"

namespace wordstream {

/// Keeps a SIGUSR1 from ending the process, whatever it does: it waits until Signals takes it, or
/// for ever. To be called before anything else: whoever rotates files sends it at any time.
void hold_reopen_signal();

class Signals {
 public:
  /// Takes the signals over. Requires: no other thread runs yet. A SIGHUP that the process was told
  /// to ignore (nohup) stays ignored. SIGPIPE and SIGXFSZ are ignored: a write says what it has to
  /// say. SIGWINCH is blocked everywhere, for the door to the terminal (env/terminal.h). Fails with
  /// Busy where there is no thread to be had.
  static Result<std::unique_ptr<Signals>> take_over();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// Interrupts `control` at a signal, or now when one has come; at SIGUSR1 has it reopen files.
  /// Requires: it outlives detach().
  void attach(Control& control);
  void detach();

  /// Ends the process by SIGINT if that was what stopped it, so that a shell's loop stops, too.
  void die_of_interrupt();

 private:
  Signals() = default;
  void listen();

  std::mutex mutex_;
  Control* control_ = nullptr;
  int first_ = 0;  // the signal that came first
  bool is_closing_ = false;
  std::optional<Thread> thread_;
};

}  // namespace wordstream
