#include "e2e/terminal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

#include "catch.h"
#include "cli/descriptor.h"
#include "cli/program.h"
#include "cli/visible.h"

namespace wordstream::e2e {

Terminal::Terminal(const std::string& script) {
  make_fifo("go");
  make_fifo("sent");
  const auto open_fifo = [&](const char* name) {
    cli::Descriptor fifo(::open((folder_ / name).c_str(), O_RDWR | O_CLOEXEC));
    cli::require_os(fifo.is_open(), name);
    return fifo;
  };
  go_ = open_fifo("go");
  sent_ = std::make_unique<cli::Collector>(open_fifo("sent"));

  // Nothing is written before the pane's output is tapped, and the pane stays until it is closed.
  run_tmux({"new-session", "-d", "-x", "100", "-y", "40", "sh", "-c",
            "trap : INT; read -r _ < go\n" + script + "\nread -r _ < go",
            cli::program_under_test()});
  run_tmux({"pipe-pane", "cat > sent"});
  cli::require_os(::write(go_.get(), "\n", 1) == 1, "go");
}

Terminal::~Terminal() {
  cli::Program({"tmux", "-S", "socket", "kill-server"}, {.directory = folder_.path()}).wait_exit();
}

void Terminal::send_keys(const std::vector<std::string>& keys) {
  std::vector<std::string> arguments{"send-keys"};
  arguments.insert(arguments.end(), keys.begin(), keys.end());
  run_tmux(std::move(arguments));
}

void Terminal::wait_for(const std::string& piece) {
  const auto outcome =
      sent_->wait([&](const std::string& text) { return text.find(piece) != std::string::npos; });
  if (outcome != cli::Collector::Outcome::Enough)
    FAIL("in vain waited for '" + cli::visible(piece) + "' in\n" +
         cli::visible_lines(sent_->text()));
}

std::string Terminal::screen() { return run_tmux({"capture-pane", "-p"}); }

std::string Terminal::screen_when(const std::function<bool(const std::string&)>& is_right,
                                  const std::function<void()>& meanwhile) {
  const auto end = std::chrono::steady_clock::now() + cli::kPatience;
  while (true) {
    meanwhile();
    const std::string seen = screen();
    if (is_right(seen)) return seen;
    if (std::chrono::steady_clock::now() > end)
      FAIL("in vain waited for the screen; it is\n" + seen);
  }
}

void Terminal::resize(int columns, int lines) {
  run_tmux({"resize-window", "-x", std::to_string(columns), "-y", std::to_string(lines)});
}

std::string Terminal::modes() {
  return run_tmux({"display-message", "-p", "#{cursor_flag} #{alternate_on} #{wrap_flag}"});
}

std::string Terminal::run_tmux(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"tmux", "-S", "socket", "-f", "/dev/null"});
  cli::Program tmux(std::move(arguments), {.directory = folder_.path()});
  tmux.expect_exit(cli::exited(0));
  return tmux.stdout_text();
}

void Terminal::make_fifo(const std::string& name) {
  cli::require_os(::mkfifo((folder_ / name).c_str(), 0600) == 0, name.c_str());
}

}  // namespace wordstream::e2e
