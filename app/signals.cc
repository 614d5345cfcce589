#include "app/signals.h"

#include <pthread.h>

#include <csignal>
#include <utility>

#include "env/descriptor.h"
#include "env/terminal.h"

namespace wordstream {
namespace {

/// Signals that ask for an orderly end.
sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  struct sigaction hangup = {};
  sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) sigaddset(&signals, SIGHUP);
  return signals;
}

/// Where that is not let through each wait would pass for a signal that has come.
bool may_wait_for_signals() {
  sigset_t none;
  sigemptyset(&none);
  const timespec at_once{};
  return sigtimedwait(&none, nullptr, &at_once) >= 0 || !is_unknown_call(errno);
}

[[noreturn]] void die_of(int signal) {
  restore_terminal();
  std::signal(signal, SIG_DFL);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, signal);
  // To this thread alone: one sent to the process might be taken by the thread that waits for it.
  std::raise(signal);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  std::_Exit(128 + signal);
}

}  // namespace

void hold_reopen_signal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

Result<std::unique_ptr<Signals>> Signals::take_over() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  // A shell's background job inherits SIGINT ignored; whoever sends it one by hand means it.
  std::signal(SIGINT, SIG_DFL);
  sigset_t signals = stop_signals();
  sigaddset(&signals, SIGWINCH);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  if (!may_wait_for_signals()) {
    return fail_errno("cannot wait for signals", errno,
                      "have the container let rt_sigtimedwait through");
  }
  std::unique_ptr<Signals> taken(new Signals());
  Result<Thread> thread = Thread::start([&listener = *taken] { listener.listen(); });
  if (!thread) return fail(thread);
  taken->thread_ = std::move(*thread);
  return taken;
}

Signals::~Signals() {
  if (!thread_) return;
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  thread_->send(SIGTERM);
  thread_.reset();  // waits for it
}

void Signals::attach(Control& control) {
  const std::lock_guard lock(mutex_);
  control_ = &control;
  if (first_ != 0) control.interrupt();
}

void Signals::detach() {
  const std::lock_guard lock(mutex_);
  control_ = nullptr;
}

void Signals::die_of_interrupt() {
  const std::lock_guard lock(mutex_);
  if (first_ == SIGINT) die_of(SIGINT);
}

void Signals::listen() {
  sigset_t signals = stop_signals();
  sigaddset(&signals, SIGUSR1);
  while (true) {
    int signal = 0;
    sigwait(&signals, &signal);
    const std::lock_guard lock(mutex_);
    if (is_closing_) return;
    if (signal == SIGUSR1) {
      // Without a run there are no files, and one that begins opens them by their names.
      if (control_ != nullptr) control_->reopen();
      continue;
    }
    if (first_ != 0) die_of(signal);
    first_ = signal;
    if (control_ != nullptr) control_->interrupt();
  }
}

}  // namespace wordstream
