#include "env/terminal.h"

#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <utility>

namespace wordstream {
namespace {

/// Longer than it takes a terminal that is read to take what another thread is just writing.
constexpr int kRestoreMillisMax = 200;

/// What the handler of a signal has to know; there is one screen in a process. Everything else is
/// set before the descriptor is.
struct Taken {
  std::atomic<int> descriptor = -1;
  std::atomic<int> drawn_on =
      -1;  ///< the same, but kept while the screen is given back for a while
  bool has_modes = false;
  termios modes{};  ///< as they were
};
Taken taken;

/// A process in the background is stopped when it changes a terminal's modes, unless it has the
/// signal blocked, as it has for as long as this lives.
class InBackground {
 public:
  InBackground() {
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &stop, &before_);
  }
  ~InBackground() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  InBackground(const InBackground&) = delete;
  InBackground& operator=(const InBackground&) = delete;

 private:
  sigset_t before_{};
};

void set_modes(int terminal, const termios& modes) {
  const InBackground guard;
  tcsetattr(terminal, TCSANOW, &modes);
}

/// Has the terminal keep to itself what is typed.
void hide_keys(int terminal) {
  taken.has_modes = tcgetattr(terminal, &taken.modes) == 0;
  if (!taken.has_modes) return;
  termios modes = taken.modes;
  modes.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
  set_modes(terminal, modes);
}

std::string_view setting(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool names_utf8(std::string_view locale) {
  for (const std::string_view name : {"UTF-8", "UTF8"}) {
    for (std::size_t at = 0; at + name.size() <= locale.size(); ++at) {
      if (strncasecmp(locale.data() + at, name.data(), name.size()) == 0) return true;
    }
  }
  return false;
}

TerminalTraits traits_by_environment() {
  TerminalTraits traits{.has_colours = setting("NO_COLOR").empty(), .is_utf8 = false};
  for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (setting(name).empty()) continue;
    traits.is_utf8 = names_utf8(setting(name));
    break;
  }
  return traits;
}

/// The kernel's word that the size has changed.
class Resized final : public Pollable {
 public:
  Resized() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGWINCH);
    signals_ = Descriptor(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  }

  bool is_open() const { return signals_.is_open(); }
  int handle() const override { return signals_.get(); }
  void clear() const {
    signalfd_siginfo signal{};
    while (::read(signals_.get(), &signal, sizeof signal) > 0) {
    }
  }

 private:
  Descriptor signals_;
};

class RealTerminal final : public Terminal {
 public:
  explicit RealTerminal(Descriptor output) : output_(std::move(output)) {}
  ~RealTerminal() override {
    if (taken.drawn_on != output_.get()) return;
    taken.drawn_on = -1;
    restore_terminal();
  }
  RealTerminal(const RealTerminal&) = delete;
  RealTerminal& operator=(const RealTerminal&) = delete;

  bool is_open() const { return resized_.is_open(); }
  int handle() const override { return output_.get(); }
  bool is_terminal() const override { return true; }
  const TerminalTraits& traits() const override { return traits_; }
  const Pollable& resized() const override { return resized_; }

  Result<std::size_t> write(std::string_view bytes) override {
    if (is_drawn_on_ && taken.descriptor != output_.get()) return bytes.size();
    const ssize_t written =
        uninterrupted([&] { return ::write(output_.get(), bytes.data(), bytes.size()); });
    if (written >= 0) return static_cast<std::size_t>(written);
    if (errno == EAGAIN) return std::size_t{0};
    // EIO is what a terminal that was closed answers.
    return fail(errno == EIO ? ErrorCode::Closed : ErrorCode::Io,
                fmt::format("cannot write to the terminal: {}", errno_text(errno)));
  }

  ScreenSize size() override {
    resized_.clear();
    winsize size{};
    // A terminal at the end of a serial line may not know.
    if (ioctl(output_.get(), TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
      return {};
    }
    return {size.ws_col, size.ws_row};
  }

  void take_over() override {
    hide_keys(output_.get());
    is_drawn_on_ = true;
    taken.drawn_on = output_.get();
    taken.descriptor = output_.get();
  }

  void give_back() override {
    is_drawn_on_ = false;
    taken.drawn_on = -1;
    if (taken.descriptor.exchange(-1) >= 0 && taken.has_modes) {
      set_modes(output_.get(), taken.modes);
    }
  }

 private:
  Descriptor output_;
  Resized resized_;
  TerminalTraits traits_ = traits_by_environment();
  bool is_drawn_on_ = false;
};

}  // namespace

Result<std::unique_ptr<Terminal>> open_terminal(Descriptor output) {
  if (::isatty(output.get()) != 1) return fail(ErrorCode::InvalidArgument, "stdout is no terminal");
  if (const std::string_view type = setting("TERM"); type.empty() || type == "dumb") {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("this terminal cannot move its cursor (TERM={})", type));
  }
  auto terminal = std::make_unique<RealTerminal>(std::move(output));
  if (!terminal->is_open()) return fail_errno("cannot watch the terminal's size", errno);
  return terminal;
}

bool restore_terminal() {
  const int saved_errno = errno;
  const int terminal = taken.descriptor.exchange(-1);
  if (terminal >= 0) {
    const InBackground guard;
    // Output that the user has stopped (Ctrl-S) goes on: only who has stopped it may say so.
    tcflow(terminal, TCOOFF);
    tcflow(terminal, TCOON);
    pollfd output{terminal, POLLOUT, 0};
    if (::poll(&output, 1, kRestoreMillisMax) == 1) {
      [[maybe_unused]] const ssize_t written =
          ::write(terminal, kLeaveScreen.data(), kLeaveScreen.size());
    }
    if (taken.has_modes) set_modes(terminal, taken.modes);
  }
  errno = saved_errno;
  return terminal >= 0;
}

void retake_terminal() {
  const int saved_errno = errno;
  if (const int terminal = taken.drawn_on; terminal >= 0) {
    const InBackground guard;
    hide_keys(terminal);
    [[maybe_unused]] const ssize_t written =
        ::write(terminal, kEnterScreen.data(), kEnterScreen.size());
    taken.descriptor = terminal;
    ::kill(::getpid(), SIGWINCH);
  }
  errno = saved_errno;
}

std::size_t stderr_columns() {
  constexpr std::size_t kUsual = 80;
  winsize size{};
  const bool is_known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0;
  return is_known ? size.ws_col : kUsual;
}

}  // namespace wordstream
