#include "e2e/replay.h"

#include <csignal>
#include <regex>
#include <utility>

#include "catch.h"
#include "cli/visible.h"

namespace wordstream::e2e {
namespace {

constexpr std::string_view kPort = "9999";
constexpr std::string_view kListen = "--listen 9999";

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

/// The port that a listening wordstream names.
int port_in(const std::string& text) {
  static const std::regex kListening("listening on 127\\.0\\.0\\.1:([0-9]+)\\b");
  std::smatch match;
  return std::regex_search(text, match, kListening) ? std::stoi(match[1]) : 0;
}

}  // namespace

std::string Replay::play(const Scenario& scenario) {
  for (const Transcript& transcript : scenario.transcripts) {
    Terminal& terminal = terminals_[transcript.terminal];
    for (const Act& act : transcript.acts) {
      perform(terminal, act);
      if (!difference_.empty()) return difference_;
    }
    if (transcript.terminal.empty() || terminal.is_ending) {
      finish(terminal);
    } else {
      settle(terminal);
    }
    if (!difference_.empty()) return difference_;
  }
  // A listening nc is left to the others' ends: its own would be news to them.
  for (auto& [name, terminal] : terminals_) {
    if (terminal.is_netcat) continue;
    send(terminal, SIGTERM);
    finish(terminal);
  }
  return difference_;
}

void Replay::perform(Terminal& terminal, const Act& act) {
  switch (act.kind) {
    case Act::Kind::Command:
      finish(terminal);
      terminal.line = act.line;
      start(terminal, act.text);
      break;
    case Act::Kind::Text:
      if (terminal.is_netcat) {
        terminal.program->write_stdin(act.text);
      } else {
        terminal.expected += act.text;
      }
      break;
    case Act::Kind::Interrupt:
      send(terminal, SIGINT);
      break;
    case Act::Kind::Quit:
      send(terminal, SIGQUIT);
      break;
  }
}

void Replay::start(Terminal& terminal, std::string command) {
  terminal.expected.clear();
  terminal.is_ending = false;
  terminal.is_netcat = command.starts_with("nc -l");
  // So that it says when it listens.
  if (terminal.is_netcat) command.insert(2, " -v");
  const bool is_listening = command.find(kListen) != std::string::npos;
  if (is_listening) replace_all(command, kListen, "--listen 0");
  replace_all(command, kPort, std::to_string(port_));

  const std::string script =
      "PATH=" + folder_of(cli::program_under_test()) + ":$PATH\nexec 2>&1\n" + command;
  terminal.program = std::make_unique<cli::Program>(
      std::vector<std::string>{"bash", "-c", script},
      cli::Setup{.input = terminal.is_netcat ? cli::Input::Pipe : cli::Input::Null,
                 .directory = folder_.path(),
                 .environment = environment_});
  if (terminal.is_netcat) terminal.program->wait_for_stdout("Listening on");
  if (is_listening) {
    port_ = port_in(terminal.program->wait_for_stdout(
        [](const std::string& seen) { return port_in(seen) != 0; }));
  }
}

void Replay::settle(Terminal& terminal) {
  if (!terminal.program || terminal.is_netcat) return;
  INFO("expected from line " << terminal.line << " on:\n" << terminal.expected);
  const std::string text = terminal.program->wait_for_stdout([&](const std::string& so_far) {
    const auto [expected, seen] = shown(terminal, so_far);
    return seen.starts_with(expected) ||
           !expected.starts_with(seen.substr(0, seen.rfind('\n') + 1));
  });
  const auto [expected, seen] = shown(terminal, text);
  if (!seen.starts_with(expected)) compare(terminal, text);
}

void Replay::finish(Terminal& terminal) {
  if (!terminal.program) return;
  terminal.program->wait_exit();
  if (!terminal.is_netcat) compare(terminal, terminal.program->stdout_text());
  terminal.program.reset();
}

void Replay::send(Terminal& terminal, int signal) {
  settle(terminal);
  if (!terminal.program) return;
  terminal.program->send_signal_to_all(signal);
  terminal.is_ending = true;
}

void Replay::compare(const Terminal& terminal, const std::string& text) {
  const auto [expected, seen] = shown(terminal, text);
  if (seen == expected || !difference_.empty()) return;
  difference_ = "the command at line " + std::to_string(terminal.line) + ":" +
                cli::difference(seen, expected);
}

Shown Replay::shown(const Terminal& terminal, const std::string& text) const {
  return without_repeats(timeless(terminal.expected, port_), timeless(text, port_));
}

}  // namespace wordstream::e2e
