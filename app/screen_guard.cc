#include "app/screen_guard.h"

#include <pthread.h>

#include <csignal>

#include "env/terminal.h"

namespace wordstream {
namespace {

/// The signals that kill a program that has not asked to be told of them. While a picture is drawn
/// they find a handler that gives the screen back first.
void restore_terminal_when_killed() {
  for (const int signal : {SIGQUIT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    struct sigaction action = {};
    sigaction(signal, nullptr, &action);
    if (action.sa_handler == SIG_IGN) continue;
    action.sa_handler = [](int killing) {
      restore_terminal();
      // It comes again when this handler returns, and is no longer handled then.
      std::raise(killing);
    };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(signal, &action, nullptr);
  }
}

/// Ctrl-Z: the shell gets its screen for as long as the process is stopped, which is in the middle
/// of this.
void stop_without_picture(int signal) {
  const bool was_drawn_on = restore_terminal();
  struct sigaction ours = {};
  struct sigaction stop = {};
  stop.sa_handler = SIG_DFL;
  sigaction(signal, &stop, &ours);
  std::raise(signal);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, signal);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  sigaction(signal, &ours, nullptr);
  if (was_drawn_on) retake_terminal();
}

void restore_terminal_when_stopped() {
  struct sigaction action = {};
  sigaction(SIGTSTP, nullptr, &action);
  if (action.sa_handler == SIG_IGN) return;
  action.sa_handler = stop_without_picture;
  action.sa_flags = SA_RESTART;
  sigaction(SIGTSTP, &action, nullptr);
}

}  // namespace

void guard_screen() {
  restore_terminal_when_killed();
  restore_terminal_when_stopped();
}

}  // namespace wordstream
